/** Figures as a person reads them. */
import { type Check, type Figure, isGoalMet, type Unit } from "./figure.js";
import type { Machine } from "./machine.js";
import type { SuiteRun } from "./suite.js";

const DIGITS: Readonly<Record<Unit, number>> = {
  ns: 0,
  "ns, two places": 2,
  us: 1,
  ms: 1,
  s: 1,
  ratio: 2,
  "per second": 0,
  percent: 2,
  bytes: 0,
  KiB: 1,
  MiB: 1,
  count: 0,
};
/** Units that stand at the figure, or go without saying. */
const SUFFIX: Readonly<Partial<Record<Unit, string>>> = { ratio: "x", percent: " %", count: "", "ns, two places": " ns" };

/** A count may be the mean of two. */
const digitsOf = (value: number, unit: Unit): string =>
  value.toLocaleString("en-US", {
    minimumFractionDigits: DIGITS[unit],
    maximumFractionDigits: unit === "count" ? 1 : DIGITS[unit],
  });

/** A figure's value with its unit: `1.23x`, `6.7 us`. */
export const valueText = (value: number, unit: Unit): string => `${digitsOf(value, unit)}${SUFFIX[unit] ?? ` ${unit}`}`;

/** The goal in words: `<= 1.20x`; empty where there is none. */
export function goalText({ unit, goalAtMost, goalAtLeast }: Figure): string {
  if (goalAtMost !== undefined) return `<= ${valueText(goalAtMost, unit)}`;
  return goalAtLeast === undefined ? "" : `>= ${valueText(goalAtLeast, unit)}`;
}

/** One figure: name, median, range, goal. */
export function figureLine(figure: Figure, nameWidth = 0): string {
  const { name, unit, value, range } = figure;
  const rangeText = range === undefined ? "" : `(${digitsOf(range[0], unit)} to ${digitsOf(range[1], unit)})`;
  const isMet = isGoalMet(figure);
  const goal = isMet === undefined ? "" : `goal ${goalText(figure)}: ${isMet ? "met" : "MISSED"}`;
  return `  ${name.padEnd(nameWidth)}${valueText(value, unit).padStart(18)}  ${rangeText.padEnd(24)}${goal}`.trimEnd();
}

/** What is wrong is told with its part, whose figures are not there. */
const checkLine = ({ name, part, passed, detail }: Check): string =>
  passed || part === undefined ? `  ${passed ? "right" : "WRONG"}  ${name}: ${detail}` : `  WRONG  ${part}, ${name}: ${detail}`;

/** Which machine, which code. */
export function machineLines(machine: Machine): readonly string[] {
  const { cpu, cpuCount, memoryGiB, system, governor, node, rustc, commit, isDirty, loadAtStart, startedAt } = machine;
  return [
    `${cpu} x ${cpuCount}, governor ${governor}, ${memoryGiB} GiB, ${system}, node ${node}, ${rustc}`,
    `commit ${commit}${isDirty ? " with changes" : ""}, load at start ${loadAtStart}, ${startedAt}`,
  ];
}

export function printSuite({ name, tookS, figures, checks }: SuiteRun): void {
  const nameWidth = Math.max(0, ...figures.map((figure) => figure.name.length));
  const lines = figures.map((figure) => figureLine(figure, nameWidth));
  process.stdout.write(`${["", `${name}, ${Math.round(tookS)} s`, ...lines, ...checks.map(checkLine)].join("\n")}\n`);
}
