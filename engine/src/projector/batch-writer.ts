/**
 * One batch, one transaction: the watermark moves from the batch's start to its end, and the rows go in, or neither.
 *
 * Invariant: the watermark moves only from where this batch begins, and only by the journal that it belongs to. Whoever finds it
 * elsewhere writes nothing. The row lock of that first statement also makes a writer wait for a lost connection's commit that
 * is still under way.
 */
import { failpoint } from "../failpoint.js";
import type { Session } from "../postgres/session.js";
import { makePartitions } from "../postgres/time-tables.js";
import { isProjectedTable, momentsOf, PROJECTED_TABLES, type ProjectedTable } from "./projected-tables.js";
import type { ProjectionBatch, TableRows } from "./row-source.js";

const STREAM = "core";
/** "no partition found for row": the class of check violations. */
const CHECK_VIOLATION = "23514";

/** How far the database is, and whose journal it follows. */
export interface Watermark {
  /** Last projected command. */
  readonly seq: number;
  /** Of the journal; "" where nothing says so yet. */
  readonly engineId: string;
  /** Engine time of that command, nanoseconds; "0" where nothing says so. */
  readonly tsNs: string;
}

/** The watermark was not where the batch begins, or is another journal's; nothing was written. */
export class WatermarkMovedError extends Error {
  override readonly name = "WatermarkMovedError";
  readonly expected: number;
  readonly watermark: Watermark;

  constructor(expected: number, watermark: Watermark) {
    super(`The database is at command ${watermark.seq}, not ${expected}, of the journal ${watermark.engineId}.`);
    this.expected = expected;
    this.watermark = watermark;
  }
}

/** What the database says of itself; waits for a transaction that is moving it, and holds it where it is to the end of ours. */
export const readWatermark = (session: Session): Promise<Watermark> => selectWatermark(session, "FOR UPDATE");

/** The same as a transaction sees it that holds nobody up. */
export const peekWatermark = (session: Session): Promise<Watermark> => selectWatermark(session, "");

async function selectWatermark(session: Session, lock: "FOR UPDATE" | ""): Promise<Watermark> {
  const [row] = await session.query<{ last_seq: bigint; engine_id: string; last_ts_ns: bigint }>(
    `SELECT last_seq, engine_id, last_ts_ns FROM projection_watermark WHERE stream = $1 ${lock}`,
    [STREAM],
  );
  if (row === undefined) throw new Error("projection_watermark has no row for the core.");
  return { seq: Number(row.last_seq), engineId: row.engine_id, tsNs: String(row.last_ts_ns) };
}

export interface WriteOptions {
  /** The journal's. */
  readonly engineId: string;
  /** Resolve only when the commit, and every one before it, is on the server's disk. False where absent. */
  readonly isFlushed?: boolean;
}

/** Writes a batch. Throws WatermarkMovedError, or the driver's error; then nothing was written, unless the commit's answer was lost. */
export type BatchWriter = (session: Session, batch: ProjectionBatch, options: WriteOptions) => Promise<void>;

/** A batch, and the partitions of days that were not made ahead, which the server says are missing. */
export const writeBatch: BatchWriter = async (session, batch, options) => {
  const partitioned = new Set<string>();
  for (;;) {
    try {
      await writeTransaction(session, batch, options);
      return;
    } catch (error) {
      if (!(await makeMissingPartitions(session, error, batch, partitioned))) throw error;
    }
  }
};

/** Waits until everything up to `seq`, where the watermark is, is on the server's disk. Throws as `writeBatch` does. */
export async function flushCommits(session: Session, seq: number, engineId: string): Promise<void> {
  await session.transaction(async () => {
    await session.query("SET LOCAL synchronous_commit = on");
    // A transaction that writes nothing waits for no disk.
    const kept = await session.query(
      "UPDATE projection_watermark SET updated = now() WHERE stream = $1 AND last_seq = $2 AND engine_id IN ('', $3)",
      [STREAM, BigInt(seq), engineId],
    );
    if (kept.count !== 1) throw new WatermarkMovedError(seq, await readWatermark(session));
  });
}

async function writeTransaction(session: Session, batch: ProjectionBatch, { engineId, isFlushed }: WriteOptions): Promise<void> {
  await session.transaction(async () => {
    if (isFlushed === true) await session.query("SET LOCAL synchronous_commit = on");
    await moveWatermark(session, batch, engineId);
    await writeTables(session, batch);
    failpoint("projector.commit.before");
  });
  failpoint("projector.commit.after");
}

/** Moves the watermark from the batch's start to its end; within the transaction of its rows. */
export async function moveWatermark(session: Session, batch: ProjectionBatch, engineId: string): Promise<void> {
  const moved = await session.query(
    `UPDATE projection_watermark SET last_seq = $1, last_ts_ns = $4, engine_id = $5, updated = now()
     WHERE stream = $2 AND last_seq = $3 AND engine_id IN ('', $5)`,
    [BigInt(batch.toSeq), STREAM, BigInt(batch.fromSeq), BigInt(batch.toTsNs), engineId],
  );
  if (moved.count !== 1) throw new WatermarkMovedError(batch.fromSeq, await readWatermark(session));
}

/** Writes the rows of a batch; within the transaction that moves the watermark. */
export async function writeTables(session: Session, batch: ProjectionBatch): Promise<void> {
  for (const [table, rows] of Object.entries(batch.tables)) {
    if (!isProjectedTable(table)) throw new Error(`A batch has rows for ${table}, which is no table of the projection.`);
    await writeRows(session, table, PROJECTED_TABLES[table], rows);
  }
}

/** Whether the error was a row of a day that has no partition yet, which it has now. Once per table and batch. */
async function makeMissingPartitions(
  session: Session,
  error: unknown,
  batch: ProjectionBatch,
  done: Set<string>,
): Promise<boolean> {
  const { code, table_name: table } = error as { code?: string; table_name?: string };
  if (code !== CHECK_VIOLATION || table === undefined || done.has(table) || !isProjectedTable(table)) return false;
  const rows = batch.tables[table];
  if (rows === undefined) return false;
  await makePartitions(session, table, momentsOf(table, rows));
  done.add(table);
  return true;
}

async function writeRows(session: Session, table: string, definition: ProjectedTable, rows: TableRows): Promise<void> {
  const { columns, key } = definition;
  if (rows.replaced !== undefined) {
    if (key === undefined) throw new Error(`A batch replaces rows of ${table}, where rows are only added.`);
    await replaceRows(session, table, columns, key, rows.replaced);
  }
  if (rows.copied !== undefined) await session.copy(table, columns, rows.copied);
}

async function replaceRows(
  session: Session,
  table: string,
  columns: readonly string[],
  key: readonly string[],
  values: readonly string[],
): Promise<void> {
  // COPY cannot replace rows. So they go as an array of each column.
  const types = await typesOf(session, table);
  const arrays = columns.map((column, index) => `$${index + 1}::text::${types.get(column)}[]`);
  const changes = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  await session.query(
    `INSERT INTO ${table} (${columns.join(", ")}) SELECT * FROM unnest(${arrays.join(", ")})
     ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${changes.join(", ")}`,
    values,
  );
}

const typesBySession = new WeakMap<Session, Map<string, ReadonlyMap<string, string>>>();

/** The types of a table's columns, asked once for each session. */
async function typesOf(session: Session, table: string): Promise<ReadonlyMap<string, string>> {
  const known = typesBySession.get(session) ?? new Map<string, ReadonlyMap<string, string>>();
  typesBySession.set(session, known);
  const found = known.get(table);
  if (found !== undefined) return found;
  const rows = await session.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [table],
  );
  const types = new Map(rows.map(({ name, type }) => [name, type]));
  known.set(table, types);
  return types;
}
