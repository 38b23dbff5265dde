/**
 * A process that projects the journal of another into a database, until it is killed or its standard input ends. Arguments: the journal's
 * folder, the database, the writer (`sound`, or the name of a planted fault). Prints its health as JSON, a line each.
 */
import { ProjectionReader } from "@jware/core-native";
import { silentLog } from "../../observability/logger.js";
import { type BatchWriter, moveWatermark, writeBatch, writeTables } from "../batch-writer.js";
import { Projector } from "../projector.js";

const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** Ways to write that must be found out. */
const WRITERS: Readonly<Record<string, BatchWriter>> = {
  sound: writeBatch,
  /** The watermark moves in a transaction before that of the rows: a crash in between loses them. */
  "watermark-first": async (session, batch, { engineId }) => {
    await session.transaction(() => moveWatermark(session, batch, engineId));
    await session.transaction(() => writeTables(session, batch));
  },
};

const [journalDir = "", databaseUrl = "", writer = "sound"] = process.argv.slice(2);
const projector = new Projector({
  databaseUrl,
  openSource: (fromSeq) => new ProjectionReader(fromSeq, journalDir),
  // How far the other process is, only the files say: as far as was read.
  headSeq: () => 0,
  onHealth: ({ state, detail }) => tell({ state, detail }),
  onFlushed: (seq) => tell({ flushedSeq: seq }),
  write: WRITERS[writer] ?? writeBatch,
  log: { ...silentLog, error: (news: unknown, text?: string) => tell({ error: text ?? String(news) }) },
});
projector.start();
await projector.ended;
tell({ ended: true });
