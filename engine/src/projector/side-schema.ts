/**
 * A second set of the projected tables beside the real ones, in a schema of its own: to compare with, or to take their place.
 *
 * Invariant: the schema belongs to whoever holds its advisory lock; one without a holder is what a killed run left, and is dropped.
 * The tables are laid out by the same files as the real ones, so names, columns, keys and indexes are the same.
 */
import { applyMigrations } from "../postgres/migrate.js";
import { Session } from "../postgres/session.js";
import { layOutTimeTables } from "../postgres/time-tables.js";

/** Class of our advisory locks; the second number is the schema's. */
const LOCK_CLASS = 746_172_611;
const CONNECT_S_MAX = 5;

export interface SideSchema {
  readonly name: string;
  /** Its search path is the schema alone. */
  readonly session: Session;
  /** Drops the schema and closes the session. */
  drop(): Promise<void>;
}

/** Opens a connection for the work of a tool. */
export const openToolSession = (databaseUrl: string, applicationName: string): Promise<Session> =>
  Session.open(databaseUrl, {
    connect_timeout: CONNECT_S_MAX,
    connection: { application_name: applicationName, synchronous_commit: "off" },
  });

/** Makes `<prefix>_<n>` with the first free n up to `countMax`; undefined where all are in use. `isSplit`: with the partitions of the real tables. */
export async function makeSideSchema(
  databaseUrl: string,
  prefix: string,
  countMax: number,
  isSplit: boolean,
): Promise<SideSchema | undefined> {
  const session = await openToolSession(databaseUrl, "jware-projection-tool");
  try {
    for (let number = 1; number <= countMax; number++) {
      const name = `${prefix}_${number}`;
      const [row] = await session.query<{ locked: boolean }>("SELECT pg_try_advisory_lock($1, hashtext($2)) AS locked", [
        LOCK_CLASS,
        name,
      ]);
      if (row?.locked !== true) continue;
      const drop = async (): Promise<void> => {
        // The lock is the session's and ends with it.
        if (!session.isLost) await dropSchema(session, name);
        await session.close();
      };
      await dropSchema(session, name);
      await session.query(`CREATE SCHEMA ${name}`);
      await session.query(`SET search_path = ${name}`);
      await applyMigrations(session);
      if (isSplit) await layOutTimeTables(session);
      return { name, session, drop };
    }
  } catch (error) {
    await session.close();
    throw error;
  }
  await session.close();
  return undefined;
}

async function dropSchema(session: Session, name: string): Promise<void> {
  // A table at a time: one transaction would need a lock for each of thousands of partitions.
  const tables = await session.query<{ table: string }>(
    `SELECT quote_ident(c.relname) AS table FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') ORDER BY c.relispartition DESC`,
    [name],
  );
  for (const { table } of tables) await session.query(`DROP TABLE IF EXISTS ${name}.${table} CASCADE`);
  await session.query(`DROP SCHEMA IF EXISTS ${name} CASCADE`);
}
