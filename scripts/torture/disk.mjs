// The journal on a simulated disk that forgets, tears and fails; half of the seeds with each kind of acknowledgement.
import { bound, journalProof } from "./proof.mjs";

export const options = { seeds: 2_000, seed: 1, ack: "" };

export async function run({ seeds, seed, ack }) {
  const args = ["--seeds", seeds, "--seed", seed, ...(ack === "" ? [] : ["--ack", ack])];
  const { counts, failures } = await journalProof("disk", args);
  const told = `${counts.seeds ?? 0} seeds of ${counts.records ?? 0} records, ${counts.crashes ?? 0} crashes, ${counts.errors ?? 0} errors`;
  return { seed, counts, failures, told, bound: bound(counts.seeds ?? 0) };
}
