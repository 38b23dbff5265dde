/** What can go wrong with a database that is ours to start or to lay out. Codes are stable; the words may improve. */

export type PostgresErrorCode =
  /** No engine for this platform is installed. */
  | "ENG_ERR_POSTGRES_PLATFORM"
  /** The operating system gives no user that the server may run as. */
  | "ENG_ERR_POSTGRES_USER"
  /** The folder holds a cluster of another major version. */
  | "ENG_ERR_POSTGRES_VERSION"
  /** No place for the socket that others cannot enter. */
  | "ENG_ERR_POSTGRES_SOCKET"
  /** A process of an earlier run holds the cluster and cannot be ended. */
  | "ENG_ERR_POSTGRES_STALE"
  /** The cluster could not be made. */
  | "ENG_ERR_POSTGRES_INIT"
  /** The server ended, or was not ready in time. */
  | "ENG_ERR_POSTGRES_START"
  /** The database cannot be reached or refuses us. */
  | "ENG_ERR_POSTGRES_UNREACHABLE"
  /** The database holds nothing of ours, where something was to be. */
  | "ENG_ERR_POSTGRES_EMPTY"
  /** A migration that was applied has been edited since. */
  | "ENG_ERR_POSTGRES_MIGRATION_EDITED"
  /** The database was laid out by a newer version. */
  | "ENG_ERR_POSTGRES_SCHEMA_NEWER"
  /** A migration failed; nothing of it was kept. */
  | "ENG_ERR_POSTGRES_MIGRATION_FAILED";

export class PostgresError extends Error {
  override readonly name = "PostgresError";
  readonly code: PostgresErrorCode;

  constructor(code: PostgresErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }
}
