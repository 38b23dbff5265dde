/** Which runs may be published: as the committed baseline, or as the README's table. */
import type { BenchRun } from "./bench-run.js";
import { ROUNDS_MIN } from "./bootstrap.js";
import { OptionError } from "./option-error.js";

/** Every suite's parts, by its name. */
export type PartNames = Readonly<Record<string, readonly string[]>>;

/** What is to be said of a run that was profiled. */
export const WHAT_PROFILED_SAYS = "and the profiler is in its figures";

/** Throws an OptionError with one sentence where a run is a quick look, was profiled, has too few rounds, found something wrong, or lacks a part of a suite. */
export function refuseUnlessWhole(run: BenchRun, parts: PartNames, what: string): void {
  const reason = reasonAgainst(run, parts);
  if (reason !== undefined) throw new OptionError(`${what} is not written: ${reason}.`);
}

function reasonAgainst({ isQuick, isProfiled, rounds, suites }: BenchRun, parts: PartNames): string | undefined {
  if (isQuick) return "the run was a quick look";
  if (isProfiled === true) return `the run was profiled, ${WHAT_PROFILED_SAYS}`;
  if (rounds < ROUNDS_MIN) return `the run had ${rounds} rounds, and with fewer than ${ROUNDS_MIN} nothing can be told`;
  const wrong = suites.flatMap(({ name, checks }) =>
    checks.filter(({ passed }) => !passed).map((check) => `${name}, ${check.name}`),
  );
  if (wrong.length > 0) return `the run found something wrong (${wrong.join("; ")})`;
  const ran = new Set(suites.flatMap((suite) => (suite.parts ?? []).map((part) => `${suite.name}/${part}`)));
  const missing = Object.entries(parts).flatMap(([suite, names]) =>
    names.map((part) => `${suite}/${part}`).filter((part) => !ran.has(part)),
  );
  return missing.length > 0 ? `the run is without ${missing.join(", ")}` : undefined;
}
