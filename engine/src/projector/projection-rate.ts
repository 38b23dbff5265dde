/**
 * How fast a journal is projected, beside what the server could take at best: a plain COPY of the very same rows, in large pieces, in one
 * transaction; once into tables with the same indexes, once into tables without any. All goes into a schema of its own, which is dropped.
 * Of the copies only the server's part is timed, of the projection everything: reading and applying the journal, too.
 */
import type { Session } from "../postgres/session.js";
import { projectJournal } from "./project-journal.js";
import { PROJECTED_TABLES, type ProjectedTable, type ProjectedTableName } from "./projected-tables.js";
import { TABLE_NAMES } from "./row-hash.js";
import type { RowSource } from "./row-source.js";
import { makeSideSchema } from "./side-schema.js";

const SCHEMA_PREFIX = "jware_rate";
const MEASUREMENTS_AT_ONCE_MAX = 2;
const BATCH_COMMANDS_MAX = 10_000;
const PIECE_BYTES = 8 << 20;

export interface ProjectionRate {
  readonly commands: number;
  /** Rows written: added ones, and one for each last state and batch. */
  readonly rows: number;
  readonly rowsPerSecond: number;
  /** A COPY into tables with the same indexes. */
  readonly copiedRowsPerSecond: number;
  /** A COPY into tables without an index. */
  readonly bareCopiedRowsPerSecond: number;
  /** The rate of the projection as a part of that of the COPY with the same indexes. */
  readonly ratio: number;
}

export interface ProjectionRateOptions {
  readonly databaseUrl: string;
  /** Opens the journal after a command, with `isAllCopied` as rows that are all added. */
  readonly openSource: (fromSeq: number, isAllCopied?: boolean) => RowSource;
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

/** Measures. Throws ENG_ERR_DATABASE_BUSY, what the journal says, or the driver's errors. */
export async function measureProjection(options: ProjectionRateOptions): Promise<ProjectionRate> {
  const { databaseUrl, openSource, onProgress = () => undefined } = options;
  const side = await makeSideSchema(databaseUrl, SCHEMA_PREFIX, MEASUREMENTS_AT_ONCE_MAX, true);
  if (side === undefined) throw new Error("ENG_ERR_DATABASE_BUSY: other measurements are running");
  try {
    const onSeq = (what: string) => (seq: number) => onProgress(seq, 0, what);
    const openCopied = (): RowSource => openSource(0, true);
    const projected = await projectJournal(side.session, { openSource, onProgress: onSeq("commands projected") });
    const rowsPerSecond = Math.round(projected.rows / projected.seconds);
    const copy = async (targets: Targets) => copyRows(side.session, targets, openCopied, projected.seq, onSeq("commands copied"));
    const copiedRowsPerSecond = await copy(await makeIndexedTargets(side.session));
    const bareCopiedRowsPerSecond = await copy(await makeBareTargets(side.session));
    return {
      commands: projected.seq,
      rows: projected.rows,
      rowsPerSecond,
      copiedRowsPerSecond,
      bareCopiedRowsPerSecond,
      ratio: Number((rowsPerSecond / copiedRowsPerSecond).toFixed(2)),
    };
  } finally {
    await side.drop();
  }
}

type Targets = (table: ProjectedTableName) => string;

/** The tables themselves, emptied, where rows are only added; where they are replaced, a table that takes a key many times. */
async function makeIndexedTargets(session: Session): Promise<Targets> {
  for (const table of TABLE_NAMES) {
    const { key }: ProjectedTable = PROJECTED_TABLES[table];
    await session.query(`TRUNCATE ${table}`);
    if (key === undefined) continue;
    await session.query(`CREATE TABLE keyed_${table} (LIKE ${table})`);
    await session.query(`CREATE INDEX ON keyed_${table} (${key.join(", ")})`);
  }
  return (table) => ("key" in PROJECTED_TABLES[table] ? `keyed_${table}` : table);
}

async function makeBareTargets(session: Session): Promise<Targets> {
  for (const table of TABLE_NAMES) await session.query(`CREATE TABLE bare_${table} (LIKE ${table})`);
  return (table) => `bare_${table}`;
}

/** Copies the rows that `projectJournal` writes; rows a second. */
async function copyRows(
  session: Session,
  targets: Targets,
  openCopied: () => RowSource,
  upToSeq: number,
  onSeq: (seq: number) => void,
): Promise<number> {
  const texts = new Map<ProjectedTableName, Uint8Array[]>(TABLE_NAMES.map((table) => [table, []]));
  let [rows, bytes, spentMs] = [0, 0, 0];
  const timed = async (work: () => Promise<unknown>): Promise<void> => {
    const startMs = performance.now();
    await work();
    spentMs += performance.now() - startMs;
  };
  const flush = async (): Promise<void> => {
    for (const [table, pieces] of texts) {
      if (pieces.length === 0) continue;
      const { columns }: ProjectedTable = PROJECTED_TABLES[table];
      const text = Buffer.concat(pieces.splice(0));
      await timed(() => session.copy(targets(table), columns, text));
    }
    bytes = 0;
  };
  await timed(() => session.query("BEGIN"));
  const source = openCopied();
  try {
    for (;;) {
      const batch = source.next(BATCH_COMMANDS_MAX, upToSeq);
      if (batch === undefined) break;
      for (const table of TABLE_NAMES) {
        const text = batch.tables[table]?.copied;
        if (text === undefined) continue;
        texts.get(table)?.push(text);
        bytes += text.length;
      }
      rows += batch.rowCount;
      onSeq(batch.toSeq);
      if (bytes > PIECE_BYTES) await flush();
    }
  } finally {
    source.close();
  }
  await flush();
  await timed(() => session.query("COMMIT"));
  return Math.round((rows * 1000) / spentMs);
}
