/**
 * Makes all projected tables anew from the journal, and puts them in the place of the old ones in one transaction.
 *
 * Invariant: until that transaction commits, the old tables are untouched, whatever is killed. The watermark does not move: the new
 * tables are brought to exactly where it is, under its row lock. So a projector that runs meanwhile waits for some
 * moments and goes on, on the new tables. Two at once: the second is refused.
 */
import type { Session } from "../postgres/session.js";
import { readWatermark } from "./batch-writer.js";
import { assertSameJournal, endsBefore } from "./check.js";
import { projectJournal } from "./project-journal.js";
import type { ProjectedTableName } from "./projected-tables.js";
import { hashTables, type TableHash, TABLE_NAMES } from "./row-hash.js";
import type { RowSource } from "./row-source.js";
import { makeSideSchema, openToolSession, type SideSchema } from "./side-schema.js";

const SCHEMA_PREFIX = "jware_rebuild";
/** Once less is missing than this, the rest is projected while the running projector waits. */
const CATCH_UP_COMMANDS = 2_000;

export interface RebuildOptions {
  readonly databaseUrl: string;
  readonly openSource: (fromSeq: number) => RowSource;
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

export interface RebuildResult {
  /** Where the watermark was, and is. */
  readonly seq: number;
  readonly rows: number;
  readonly seconds: number;
  readonly tables: readonly { readonly table: ProjectedTableName; readonly before: TableHash; readonly after: TableHash }[];
  /** Whether the old tables held the same rows. */
  readonly wasEqual: boolean;
}

/** Rebuilds. Throws ForeignProjectionError, ENG_ERR_PROJECTION_AHEAD, ENG_ERR_DATABASE_BUSY, or the driver's errors; then nothing has changed. */
export async function rebuildProjection(options: RebuildOptions): Promise<RebuildResult> {
  const { databaseUrl, openSource, onProgress = () => undefined } = options;
  const startMs = performance.now();
  const real = await openToolSession(databaseUrl, "jware-projection-rebuild");
  try {
    assertSameJournal(await readWatermark(real), openSource);
    const side = await makeSideSchema(databaseUrl, SCHEMA_PREFIX, 1, true);
    if (side === undefined) throw new Error("ENG_ERR_DATABASE_BUSY: another rebuild of this database is running");
    try {
      let rows = 0;
      const catchUp = async (upToSeq: number): Promise<void> => {
        const report = (seq: number): void => onProgress(seq, upToSeq, "projecting the journal");
        const projected = await projectJournal(side.session, { openSource, upToSeq, onProgress: report });
        rows += projected.rows;
        if (projected.seq < upToSeq) throw endsBefore(upToSeq, projected.seq);
      };
      for (let done = 0; ; ) {
        const { seq } = await readWatermark(real);
        if (seq - done < CATCH_UP_COMMANDS) break;
        await catchUp(seq);
        done = seq;
      }
      const swapped = await swap(real, side, catchUp, onProgress);
      return { ...swapped, rows, seconds: (performance.now() - startMs) / 1000 };
    } finally {
      await side.drop();
    }
  } finally {
    await real.close();
  }
}

async function swap(
  real: Session,
  side: SideSchema,
  catchUp: (upToSeq: number) => Promise<void>,
  onProgress: (done: number, total: number, what: string) => void,
): Promise<Omit<RebuildResult, "rows" | "seconds">> {
  return real.transaction(async () => {
    // The new tables were written without waiting for the disk; this commit, which comes after, waits for all.
    await real.query("SET LOCAL synchronous_commit = on");
    const { seq } = await readWatermark(real);
    if (seq > 0) await catchUp(seq);
    const report = (what: string) => (done: number, table: string) => onProgress(done, TABLE_NAMES.length, `${what} ${table}`);
    const before = await hashTables(real, report("hashing the old"));
    await side.session.query("BEGIN");
    const after = await hashTables(side.session, report("hashing the new"));
    await side.session.query("COMMIT");
    onProgress(TABLE_NAMES.length, TABLE_NAMES.length, "putting the new tables in place");
    const schema = await currentSchema(real);
    for (const table of TABLE_NAMES) await replaceTable(real, schema, side.name, table);
    const tables = TABLE_NAMES.map((table) => ({ table, before: before.get(table) ?? NONE, after: after.get(table) ?? NONE }));
    return {
      seq,
      tables,
      wasEqual: tables.every((each) => each.before.hash === each.after.hash && each.before.rows === each.after.rows),
    };
  });
}

const NONE: TableHash = { rows: 0, hash: "" };

async function currentSchema(session: Session): Promise<string> {
  const [row] = await session.query<{ schema: string }>("SELECT quote_ident(current_schema()) AS schema");
  if (row === undefined) throw new Error("a session has a schema");
  return row.schema;
}

/** Drops a table with its partitions and moves the new one, with its own, to where it was. Whoever could read the old can read the new. */
async function replaceTable(session: Session, schema: string, from: string, table: string): Promise<void> {
  const grants = await session.query<{ statement: string }>(
    `SELECT format('GRANT %s ON %I TO %s%s', g.privilege_type, c.relname,
                   CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
                   CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS statement
     FROM pg_class c, aclexplode(c.relacl) g WHERE c.oid = $1::regclass AND g.grantee <> c.relowner`,
    [`${schema}.${table}`],
  );
  const partitions = await session.query<{ name: string }>(
    "SELECT quote_ident(relname) AS name FROM pg_class WHERE oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = $1::regclass)",
    [`${from}.${table}`],
  );
  await session.query(`DROP TABLE ${schema}.${table}`);
  for (const name of [table, ...partitions.map((partition) => partition.name)]) {
    await session.query(`ALTER TABLE ${from}.${name} SET SCHEMA ${schema}`);
  }
  for (const { statement } of grants) await session.query(statement);
}
