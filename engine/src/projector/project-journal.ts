/**
 * A whole journal into tables, as fast as it goes, in the transactions of the projector: for checks, rebuilding and benches.
 *
 * The session decides where: into the tables of its search path, from their own watermark on.
 */
import type { Session } from "../postgres/session.js";
import { readWatermark, writeBatch } from "./batch-writer.js";
import type { RowSource } from "./row-source.js";

const BATCH_COMMANDS_MAX = 10_000;

export interface ProjectedJournal {
  /** Where the watermark is now. */
  readonly seq: number;
  readonly rows: number;
  readonly batches: number;
  readonly seconds: number;
}

export interface ProjectJournalOptions {
  /** Opens the journal after a command. */
  readonly openSource: (fromSeq: number) => RowSource;
  /** The last command to project; the journal's end where absent. */
  readonly upToSeq?: number;
  readonly onProgress?: (seq: number) => void;
}

/** Projects from the tables' watermark up to a command or the journal's end. Throws what the journal or the server says. */
export async function projectJournal(session: Session, options: ProjectJournalOptions): Promise<ProjectedJournal> {
  const { openSource, upToSeq, onProgress = () => undefined } = options;
  const startMs = performance.now();
  const watermark = await readWatermark(session);
  const source = openSource(watermark.seq);
  let [seq, rows, batches] = [watermark.seq, 0, 0];
  try {
    for (;;) {
      const batch = source.next(BATCH_COMMANDS_MAX, upToSeq);
      if (batch === undefined) break;
      await writeBatch(session, batch, { engineId: source.engineId });
      seq = batch.toSeq;
      rows += batch.rowCount;
      batches++;
      onProgress(seq);
    }
  } finally {
    source.close();
  }
  return { seq, rows, batches, seconds: (performance.now() - startMs) / 1000 };
}
