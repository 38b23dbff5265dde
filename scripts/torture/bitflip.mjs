// Bits flipped, sectors zeroed, garbled, doubled and swapped, segments missing, swapped and doubled, older than the last batch.
import { bound, journalProof } from "./proof.mjs";

export const options = { flips: 10_000, seed: 1 };

export async function run({ flips, seed }) {
  const { counts, failures } = await journalProof("bitflip", ["--flips", flips, "--seed", seed]);
  const damaged = (counts.flips ?? 0) - (counts.changed_nothing ?? 0);
  return { seed, counts, failures, told: `${damaged} damages, each told with its place`, bound: bound(damaged) };
}
