// What the proofs of `npm run torture` have in common.
import { run } from "../run.mjs";

const OUTPUT_LINES = 60;

/** With no failure in N, the rate of failures is below 3/N with 95% confidence (the rule of three). */
export function bound(count) {
  return count > 0 ? 3 / count : undefined;
}

/**
 * What a proof of the engine found, printed and for its report. `late` was right and slower than promised, which a busy machine is
 * too: it is told, and fails nothing. `folder` is where a failed run left its logs and data.
 */
export function verdict(broken, late = [], folder = undefined) {
  for (const sentence of broken) process.stdout.write(`  ${sentence}\n`);
  for (const sentence of late) process.stdout.write(`  late: ${sentence}\n`);
  if (folder !== undefined) process.stdout.write(`  logs, journal and database of this run: ${folder}\n`);
  return { failures: broken.length, broken, late, folder };
}

/** Builds and runs an example of a crate; resolves with its exit code and what it printed. */
export async function runExample(crate, name, args) {
  const all = ["run", "--release", "-q", "-p", crate, "--example", name, "--", ...args.map(String)];
  process.stdout.write(`cargo ${all.join(" ")}\n`);
  return await run("cargo", all);
}

/** Shows the end of what was printed; a code other than 0 is one failure. */
export function judged(code, output, told) {
  process.stdout.write(`${output.trimEnd().split("\n").slice(-OUTPUT_LINES).join("\n")}\n`);
  return { failures: code === 0 ? 0 : 1, told };
}

/** The last line that is a JSON object, parsed; undefined where there is none. */
export function lastJson(output) {
  const line = output
    .trimEnd()
    .split("\n")
    .findLast((each) => each.startsWith("{"));
  return line === undefined ? undefined : JSON.parse(line);
}

/** Runs a proof of the journal's own; resolves with its counts and failures. */
export async function journalProof(name, args) {
  const { code, output } = await runExample("jware-journal", "torture", [name, ...args]);
  const { failures } = judged(code, output, "");
  const { failures: _, seed: __, ...counts } = lastJson(output) ?? {};
  return { counts, failures };
}
