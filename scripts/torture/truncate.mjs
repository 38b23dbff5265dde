// A fixed journal cut at every byte of its last two batches.
import { journalProof } from "./proof.mjs";

export const options = {};

export async function run() {
  const { counts, failures } = await journalProof("truncate", []);
  return { counts, failures, told: `${counts.cuts ?? 0} cuts, ${counts.torn ?? 0} of them with a torn end` };
}
