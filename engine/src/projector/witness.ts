/** What the database has seen of the journal: a journal that ends before that has lost something. */
import { Session } from "../postgres/session.js";
import { peekWatermark } from "./batch-writer.js";

const CONNECT_S_MAX = 5;

/** The last command whose rows the database holds; 0 in an empty one. Rejects with the driver's error. */
export async function readWitness(databaseUrl: string): Promise<number> {
  const session = await Session.open(databaseUrl, { connect_timeout: CONNECT_S_MAX });
  try {
    return (await peekWatermark(session)).seq;
  } finally {
    await session.close();
  }
}
