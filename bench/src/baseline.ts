/**
 * The committed baseline: the ratios of a run, which mean something on other machines, with their rounds. `npm run check -- --bench` takes a
 * quick look and compares; what it may differ by is wider than between two full runs.
 */
import { join } from "node:path";
import { benchRun, type BenchRun } from "./bench-run.js";
import { compare, type Comparison } from "./compare.js";
import { ROOT } from "./root.js";
import { type PartNames, refuseUnlessWhole } from "./whole-run.js";

export const BASELINE_FILE = join(ROOT, "bench/baseline.json");
/** A quick look on another machine: a third is a change, less is not. */
const CHANGE_MIN = 0.33;

/**
 * What of a run is kept, given every suite's parts: beside the ratios what was left out, which a later run does not lack then. Throws an
 * OptionError for a run that is not to be compared with.
 */
export function baselineOf(run: BenchRun, parts: PartNames): BenchRun {
  refuseUnlessWhole(run, parts, "The baseline");
  const suites = run.suites
    .map((suite) => ({
      ...suite,
      figures: suite.figures.filter(({ unit }) => unit === "ratio"),
      checks: suite.checks.filter(({ isLeftOut }) => isLeftOut === true),
      charts: [],
    }))
    .filter(({ figures }) => figures.length > 0);
  return benchRun({ ...run, suites });
}

/** A figure that a quick look does not take is not gone. */
export function compareWithBaseline(baseline: BenchRun, run: BenchRun): Comparison {
  const comparison = compare(baseline, run, { changeMin: CHANGE_MIN, isRatiosOnly: true });
  return { ...comparison, missing: run.isQuick ? [] : comparison.missing };
}
