/**
 * The one way to open a database by its address: also where the address names a unix socket, in libpq's own form
 * (`postgresql://jware@%2Frun%2Fjware/jware`), which the driver does not read by itself.
 */
import postgres from "postgres";

/** 64-bit columns come as BigInt: ids and nanoseconds do not fit a number. */
const BIGINT_TYPE = {
  to: 20,
  from: [20],
  parse: (text: string): bigint => BigInt(text),
  serialize: (value: bigint): string => value.toString(),
};

export type Sql = postgres.Sql<{ bigint: bigint }>;
export type TransactionSql = postgres.TransactionSql<{ bigint: bigint }>;

export type ConnectOptions = Omit<postgres.Options<{ bigint: postgres.PostgresType<bigint> }>, "types" | "host" | "path">;

/** Opens a pool; nothing is sent before the first query. 64-bit columns are read as BigInt. */
export function connectPostgres(databaseUrl: string, options: ConnectOptions = {}): Sql {
  const socketDir = readSocketDir(databaseUrl);
  return postgres(databaseUrl, {
    // A notice is chatter ("relation already exists, skipping"); the driver would print it.
    onnotice: () => undefined,
    ...options,
    ...(socketDir === undefined ? {} : { host: socketDir }),
    types: { bigint: BIGINT_TYPE },
  });
}

/** The address without its secrets, for messages: `db.example:5432/jware` or `/run/jware (jware)`. */
export function describeDatabase(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl);
  const database = pathname.slice(1);
  const socketDir = readSocketDir(databaseUrl);
  return socketDir === undefined ? `${hostname}:${port || "5432"}/${database}` : `${socketDir} (${database})`;
}

function readSocketDir(databaseUrl: string): string | undefined {
  const host = decodeURIComponent(new URL(databaseUrl).hostname);
  return host.startsWith("/") ? host : undefined;
}
