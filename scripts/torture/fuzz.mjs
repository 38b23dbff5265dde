// Hostile command streams into the core, hostile bytes into the decoder; each for half of the time.
import { bound, judged, lastJson, runExample } from "./proof.mjs";

export const options = { seconds: 60, seed: 1 };

export async function run({ seconds: length, seed }) {
  const half = Math.max(1, Math.floor(length / 2));
  const result = { seed, failures: 0, told: "" };
  for (const [name, crate] of [
    ["commands", "jware-core"],
    ["frames", "jware-wire"],
  ]) {
    const { code, output } = await runExample(crate, `fuzz_${name}`, ["--seconds", half, "--seed", seed]);
    result[name] = lastJson(output)?.[name] ?? 0;
    result.failures += judged(code, output, "").failures;
  }
  result.told = `${result.commands} commands, ${result.frames} frames`;
  return { ...result, bound: { commands: bound(result.commands), frames: bound(result.frames) } };
}
