/**
 * One batch, one transaction: the watermark moves from the batch's start to its end, and the rows go in, or neither.
 *
 * Invariant: the watermark moves only from where this batch begins. Whoever finds it elsewhere writes nothing. The row
 * lock of that first statement also makes a writer wait for a lost connection's commit that is still under way.
 */
import { failpoint } from "../failpoint.js";
import type { Session } from "../postgres/session.js";
import { isProjectedTable, PROJECTED_TABLES, type ProjectedTable } from "./projected-tables.js";
import type { ProjectionBatch } from "./row-source.js";

const STREAM = "core";

/** The watermark was not where the batch begins; nothing was written. */
export class WatermarkMovedError extends Error {
  override readonly name = "WatermarkMovedError";
  readonly expected: number;
  readonly watermark: number;

  constructor(expected: number, watermark: number) {
    super(`The database is at command ${watermark}, not ${expected}.`);
    this.expected = expected;
    this.watermark = watermark;
  }
}

/** Last projected command; waits for a transaction that is moving it. */
export async function readWatermark(session: Session): Promise<number> {
  const [row] = await session.query<{ last_seq: bigint }>(
    "SELECT last_seq FROM projection_watermark WHERE stream = $1 FOR UPDATE",
    [STREAM],
  );
  if (row === undefined) throw new Error("projection_watermark has no row for the core.");
  return Number(row.last_seq);
}

/** Writes a batch. Throws WatermarkMovedError, or the driver's error; then nothing was written, unless the commit's answer was lost. */
export async function writeBatch(session: Session, batch: ProjectionBatch): Promise<void> {
  await session.transaction(async () => {
    const moved = await session.query(
      "UPDATE projection_watermark SET last_seq = $1, updated = now() WHERE stream = $2 AND last_seq = $3",
      [BigInt(batch.toSeq), STREAM, BigInt(batch.fromSeq)],
    );
    if (moved.count !== 1) throw new WatermarkMovedError(batch.fromSeq, await readWatermark(session));
    for (const [table, text] of Object.entries(batch.tables)) {
      if (!isProjectedTable(table)) throw new Error(`A batch has rows for ${table}, which is no table of the projection.`);
      await writeRows(session, table, PROJECTED_TABLES[table], text);
    }
    failpoint("projector.commit.before");
  });
  failpoint("projector.commit.after");
}

async function writeRows(session: Session, table: string, { columns, key }: ProjectedTable, text: string): Promise<void> {
  if (key === undefined) return session.copy(table, columns, text);
  // COPY cannot replace rows. These are few, so they go as one value, whose fields the server reads as COPY would.
  const list = columns.join(", ");
  const changes = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  await session.query(
    `INSERT INTO ${table} (${list}) SELECT ${list} FROM json_populate_recordset(NULL::${table}, $1::text::json)
     ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${changes.join(", ")}`,
    [JSON.stringify(readRows(columns, text))],
  );
}

/** COPY text as one object per row; every value is text. */
function readRows(columns: readonly string[], text: string): Record<string, string>[] {
  const lines = text.split("\n");
  // Every row ends with a line end, so the last piece is no row.
  lines.pop();
  return lines.map((line) => {
    const fields = line.split("\t");
    return Object.fromEntries(columns.map((column, index) => [column, readField(fields[index] ?? "")]));
  });
}

const ESCAPED: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", "\\": "\\" };
const readField = (field: string): string =>
  field.includes("\\") ? field.replace(/\\(.)/g, (_, character: string) => ESCAPED[character] ?? character) : field;
