/**
 * Brings a database to this version's layout: the files of schemas/sql, in the order of their numbers, once each.
 *
 * Invariant: one runner at a time (an advisory lock, taken before anything is looked at); a file and the note that it was
 * applied commit together; a file that was applied never changes. Nothing is ever undone: a change is a new file.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Logger } from "../observability/logger.js";
import { describeDatabase } from "./driver.js";
import { PostgresError } from "./postgres-error.js";
import { Session } from "./session.js";
import { layOutTimeTables, type TimeLayout } from "./time-tables.js";

/** Any fixed number: whoever takes the same one waits. */
const LOCK_KEY = 7_461_726_001n;
const CONNECT_S_MAX = 5;

export interface MigrateOptions {
  readonly databaseUrl: string;
  readonly log: Pick<Logger, "info">;
  /** Folder of the files; this version's own where absent. */
  readonly sqlDir?: string;
  /** Refuse a database that was never laid out, and leave it as it is. */
  readonly isEmptyRefused?: boolean;
}

export interface MigrateResult {
  /** Names of the files that were applied now. */
  readonly applied: readonly string[];
  readonly layout: TimeLayout;
}

interface Migration {
  readonly file: string;
  readonly text: string;
  readonly sha256: string;
}

/** Applies what is missing. Throws PostgresError: UNREACHABLE, EMPTY, MIGRATION_EDITED, MIGRATION_FAILED, SCHEMA_NEWER. */
export async function migrate({
  databaseUrl,
  log,
  sqlDir = ownSqlDir(),
  isEmptyRefused = false,
}: MigrateOptions): Promise<MigrateResult> {
  const migrations = await readMigrations(sqlDir);
  const session = await openLocked(databaseUrl);
  try {
    if (isEmptyRefused) await assertLaidOut(session, databaseUrl);
    const applied = await applyMissing(session, migrations);
    const layout = await layOutTimeTables(session);
    log.info({ applied, layout }, "database is laid out");
    return { applied, layout };
  } finally {
    // The lock is the connection's: it ends with it.
    await session.close();
  }
}

/** Applies this version's files, where missing, to the schema that the session's search path begins with; nobody else may be doing so. */
export async function applyMigrations(session: Session): Promise<void> {
  await applyMissing(session, await readMigrations(ownSqlDir()));
}

/** The package that holds the files is found through one of them; the folder itself cannot be named. */
const ownSqlDir = (): string => dirname(createRequire(import.meta.url).resolve("@jware/schemas/sql/0001_projection.sql"));

async function readMigrations(sqlDir: string): Promise<readonly Migration[]> {
  const files = (await readdir(sqlDir)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort();
  return Promise.all(
    files.map(async (file) => {
      // Line ends are the checkout's business, not an edit.
      const text = (await readFile(join(sqlDir, file), "utf8")).replaceAll("\r\n", "\n");
      return { file, text, sha256: createHash("sha256").update(text).digest("hex") };
    }),
  );
}

async function openLocked(databaseUrl: string): Promise<Session> {
  try {
    const session = await Session.open(databaseUrl, { connect_timeout: CONNECT_S_MAX });
    await session.query("SELECT pg_advisory_lock($1)", [LOCK_KEY]);
    return session;
  } catch (error) {
    throw new PostgresError(
      "ENG_ERR_POSTGRES_UNREACHABLE",
      `The database at ${describeDatabase(databaseUrl)} cannot be used: ${(error as Error).message || (error as { code?: string }).code}`,
      error,
    );
  }
}

async function assertLaidOut(session: Session, databaseUrl: string): Promise<void> {
  const [row] = await session.query<{ name: string | null }>("SELECT to_regclass('schema_migrations')::text AS name");
  if (typeof row?.name === "string") return;
  throw new PostgresError(
    "ENG_ERR_POSTGRES_EMPTY",
    `The database at ${describeDatabase(databaseUrl)} holds no tables of the platform: name the one that it uses.`,
  );
}

async function applyMissing(session: Session, migrations: readonly Migration[]): Promise<string[]> {
  await session.query(
    "CREATE TABLE IF NOT EXISTS schema_migrations (file text PRIMARY KEY, sha256 text NOT NULL, applied timestamptz NOT NULL)",
  );
  const done = await session.query<{ file: string; sha256: string }>("SELECT file, sha256 FROM schema_migrations ORDER BY file");
  const known = new Map(migrations.map((migration) => [migration.file, migration]));
  for (const { file, sha256 } of done) {
    const migration = known.get(file);
    if (migration === undefined) {
      throw new PostgresError(
        "ENG_ERR_POSTGRES_SCHEMA_NEWER",
        `The database was laid out by a newer version, which has ${file}.`,
      );
    }
    if (migration.sha256 !== sha256) {
      throw new PostgresError(
        "ENG_ERR_POSTGRES_MIGRATION_EDITED",
        `${file} was edited after the database took it: undo the edit.`,
      );
    }
  }
  const missing = migrations.filter(({ file }) => !done.some((row) => row.file === file));
  for (const migration of missing) await apply(session, migration);
  return missing.map(({ file }) => file);
}

async function apply(session: Session, { file, text, sha256 }: Migration): Promise<void> {
  try {
    await session.transaction(async () => {
      await session.query(text);
      await session.query("INSERT INTO schema_migrations (file, sha256, applied) VALUES ($1, $2, now())", [file, sha256]);
    });
  } catch (error) {
    throw new PostgresError(
      "ENG_ERR_POSTGRES_MIGRATION_FAILED",
      `${file} failed, and nothing of it was kept: ${String(error)}`,
      error,
    );
  }
}
