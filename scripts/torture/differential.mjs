// The fast core against the naive model, on random commands.
import { bound, judged, runExample } from "./proof.mjs";

export const options = { commands: 1_000_000, seed: 1 };

export async function run({ commands, seed }) {
  const { code, output } = await runExample("jware-core", "differential", ["--commands", commands, "--seed", seed]);
  const done = Number(/^(\d+) commands, /m.exec(output)?.[1] ?? 0);
  return { seed, commands: done, ...judged(code, output, `${done} commands against the naive model`), bound: bound(done) };
}
