/** What the database has seen of the journal: a journal that ends before that has lost something. */
import { Session } from "./session.js";

const CONNECT_S_MAX = 5;

/** The last command whose rows the database holds; 0 in an empty one. Rejects with the driver's error. */
export async function readWitness(databaseUrl: string): Promise<number> {
  const session = await Session.open(databaseUrl, { connect_timeout: CONNECT_S_MAX });
  try {
    const [row] = await session.query<{ last_seq: bigint }>("SELECT last_seq FROM projection_watermark WHERE stream = 'core'");
    return Number(row?.last_seq ?? 0n);
  } finally {
    await session.close();
  }
}
