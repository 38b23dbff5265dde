/**
 * How fast a journal is projected, beside what the server could take at best: a plain COPY of the very same rows, in large pieces, in one
 * transaction, into tables without any index. Both go into a schema of their own, which is dropped.
 */
import { projectJournal } from "./project-journal.js";
import { PROJECTED_TABLES, type ProjectedTable, type ProjectedTableName } from "./projected-tables.js";
import { TABLE_NAMES } from "./row-hash.js";
import type { RowSource } from "./row-source.js";
import { makeSideSchema, type SideSchema } from "./side-schema.js";

const SCHEMA_PREFIX = "jware_rate";
const MEASUREMENTS_AT_ONCE_MAX = 2;
const BATCH_COMMANDS_MAX = 1000;
const PIECE_CHARACTERS = 8 << 20;

export interface ProjectionRate {
  readonly commands: number;
  /** Rows written: added ones, and one for each last state and batch. */
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly copiedRowsPerSecond: number;
  /** The first rate as a part of the second. */
  readonly ratio: number;
}

export interface ProjectionRateOptions {
  readonly databaseUrl: string;
  readonly openSource: (fromSeq: number) => RowSource;
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

/** Measures. Throws ENG_ERR_DATABASE_BUSY, what the journal says, or the driver's errors. */
export async function measureProjection(options: ProjectionRateOptions): Promise<ProjectionRate> {
  const { databaseUrl, openSource, onProgress = () => undefined } = options;
  const side = await makeSideSchema(databaseUrl, SCHEMA_PREFIX, MEASUREMENTS_AT_ONCE_MAX, true);
  if (side === undefined) throw new Error("ENG_ERR_DATABASE_BUSY: other measurements are running");
  try {
    const onSeq = (what: string) => (seq: number) => onProgress(seq, 0, what);
    const projected = await projectJournal(side.session, { openSource, onProgress: onSeq("commands projected") });
    const copied = await copyRows(side, openSource, projected.seq, onSeq("commands copied"));
    const rowsPerSecond = Math.round(projected.rows / projected.seconds);
    const copiedRowsPerSecond = Math.round(copied.rows / copied.seconds);
    return {
      commands: projected.seq,
      rows: projected.rows,
      rowsPerSecond,
      copiedRowsPerSecond,
      ratio: Number((rowsPerSecond / copiedRowsPerSecond).toFixed(2)),
    };
  } finally {
    await side.drop();
  }
}

/** The rows that `projectJournal` writes; only the server's part is timed. */
async function copyRows(
  { session }: SideSchema,
  openSource: (fromSeq: number) => RowSource,
  upToSeq: number,
  onSeq: (seq: number) => void,
): Promise<{ readonly rows: number; readonly seconds: number }> {
  for (const table of TABLE_NAMES) await session.query(`CREATE TABLE raw_${table} (LIKE ${table})`);
  const texts = new Map<ProjectedTableName, string[]>(TABLE_NAMES.map((table) => [table, []]));
  let [rows, characters, spentMs] = [0, 0, 0];
  const timed = async (work: () => Promise<unknown>): Promise<void> => {
    const startMs = performance.now();
    await work();
    spentMs += performance.now() - startMs;
  };
  const flush = async (): Promise<void> => {
    for (const [table, pieces] of texts) {
      if (pieces.length === 0) continue;
      const { columns }: ProjectedTable = PROJECTED_TABLES[table];
      const text = pieces.splice(0).join("");
      await timed(() => session.copy(`raw_${table}`, columns, text));
    }
    characters = 0;
  };
  await timed(() => session.query("BEGIN"));
  const source = openSource(0);
  try {
    for (;;) {
      const batch = source.next(BATCH_COMMANDS_MAX, upToSeq);
      if (batch === undefined) break;
      for (const table of TABLE_NAMES) {
        const text = batch.tables[table];
        if (text === undefined) continue;
        texts.get(table)?.push(text);
        characters += text.length;
      }
      rows += batch.rowCount;
      onSeq(batch.toSeq);
      if (characters > PIECE_CHARACTERS) await flush();
    }
  } finally {
    source.close();
  }
  await flush();
  await timed(() => session.query("COMMIT"));
  return { rows, seconds: spentMs / 1000 };
}
