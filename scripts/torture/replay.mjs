// Replay equality: random histories in a real journal, with snapshots at random places and one of the core that ran. A start from
// the newest snapshot and the records after it must come to the state that all records come to, and a debug build to the same
// states as a release build.
import { run as runProcess } from "../run.mjs";
import { bound, judged, lastJson, runExample } from "./proof.mjs";

/** A debug build is some thirty times slower, and differs in kind, not by chance. */
const DEBUG_RUNS_MAX = 100;

export const options = { runs: 100, seed: 1 };

export async function run({ runs, seed }) {
  const both = Math.min(runs, DEBUG_RUNS_MAX);
  const args = (count) => ["--runs", count, "--seed", seed];
  const all = await runExample("jware-replica", "replay", args(runs));
  const release = await runExample("jware-replica", "replay", args(both));
  const debugArgs = ["run", "-q", "-p", "jware-replica", "--example", "replay", "--", ...args(both).map(String)];
  process.stdout.write(`cargo ${debugArgs.join(" ")}\n`);
  const debug = await runProcess("cargo", debugArgs);
  let failures = 0;
  for (const { code, output } of [all, release, debug]) failures += judged(code, output, "").failures;
  const [digest, debugDigest] = [release, debug].map(({ output }) => lastJson(output)?.digest);
  const isEqual = digest !== undefined && digest === debugDigest;
  if (!isEqual) failures += 1;
  return {
    seed,
    runs,
    debug_runs: both,
    digest,
    failures,
    told: `${runs} histories, ${both} of them also in a debug build${isEqual ? " with the same states" : `, whose states differ: ${digest}, ${debugDigest}`}`,
    bound: { runs: bound(runs) },
  };
}
