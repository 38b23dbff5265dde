/** A comparison as a person reads it. */
import type { BenchRun } from "./bench-run.js";
import type { Compared, Comparison } from "./compare.js";
import { valueText } from "./print.js";

export function printComparison(before: BenchRun, after: BenchRun, comparison: Comparison): void {
  process.stdout.write(`${comparisonLines(before, after, comparison).join("\n")}\n`);
}

export function comparisonLines(before: BenchRun, after: BenchRun, comparison: Comparison): readonly string[] {
  const { compared, missing, notRun, leftOut, worse, isSameMachine } = comparison;
  const changed = compared.filter(({ verdict }) => verdict === "worse" || verdict === "better");
  const told = compared.filter(({ verdict }) => verdict === "told");
  const counts = (verdict: Compared["verdict"]) => compared.filter((each) => each.verdict === verdict).length;
  return [
    `before: commit ${commitText(before)}, after: commit ${commitText(after)}`,
    ...(isSameMachine ? [] : ["The machines differ: only ratios are compared."]),
    ...[before, after].filter(({ noise }) => noise.isNoisy).map(({ machine }) => `The run of ${machine.startedAt} was noisy.`),
    ...changed.map(comparedLine),
    ...missing.map((name) => `  gone     ${name}`),
    ...told.map(comparedLine),
    ...leftOut.map((what) => `  not here ${what}`),
    ...(notRun.length === 0 ? [] : [`The second run did not run ${notRun.join(", ")}: nothing is said of them.`]),
    `${compared.length - told.length} figures: ${counts("worse")} worse, ${counts("better")} better, ${counts("same")} within noise, ` +
      `${counts("too few rounds")} with too few rounds to tell`,
    ...(told.length === 0 ? [] : [`${told.length} more are told and not judged`]),
    ...(worse.length === 0 ? [] : [`WORSE: ${worse.length}`]),
    ...(missing.length === 0 ? [] : [`GONE: ${missing.length}`]),
  ];
}

const commitText = ({ machine }: BenchRun): string => `${machine.commit}${machine.isDirty ? " with changes" : ""}`;

/** One figure before and after. */
export function comparedLine({ suite, name, unit, before, after, interval, verdict }: Compared): string {
  return `  ${verdict.padEnd(7)}  ${suite}: ${name}: ${valueText(before, unit)} -> ${valueText(after, unit)}${changeText(interval, unit)}`;
}

function changeText(interval: Compared["interval"], unit: Compared["unit"]): string {
  if (interval === undefined) return "";
  const { kind, change, low, high } = interval;
  if (kind === "ratio") return `, x ${change.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  const [by, from, to] = [change, low, high].map((each) => valueText(each, unit));
  return `, by ${by} (${from} to ${to}): of values that are not above zero there is no ratio`;
}
