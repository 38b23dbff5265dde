/** Figures as a person reads them. */
import type { Check, Figure, SuiteResult, Unit } from "./figure.js";
import type { Machine } from "./machine.js";

const DIGITS: Readonly<Record<Unit, number>> = { ns: 0, us: 1, ms: 1, ratio: 2, "per second": 0, count: 0 };

const numberText = (value: number, unit: Unit): string =>
  `${value.toLocaleString("en-US", { minimumFractionDigits: DIGITS[unit], maximumFractionDigits: DIGITS[unit] })}${unit === "ratio" ? "x" : ""}`;

/** One figure: name, median, range, goal. */
export function figureLine({ name, unit, value, range, goalAtMost }: Figure): string {
  const unitText = unit === "ratio" || unit === "count" ? "" : ` ${unit}`;
  const rangeText = range === undefined ? "" : `(${numberText(range[0], unit)} to ${numberText(range[1], unit)})`;
  const goalText =
    goalAtMost === undefined ? "" : `goal <= ${numberText(goalAtMost, unit)}: ${value <= goalAtMost ? "met" : "MISSED"}`;
  return `  ${name.padEnd(46)}${(numberText(value, unit) + unitText).padStart(16)}  ${rangeText.padEnd(24)}${goalText}`.trimEnd();
}

const checkLine = ({ name, passed, detail }: Check): string => `  ${passed ? "right" : "WRONG"}  ${name}: ${detail}`;

export function printResult(suite: string, machine: Machine, { figures, checks }: SuiteResult): void {
  const lines = [
    "",
    `${suite}: ${machine.cpu} x ${machine.cpuCount}, ${machine.memoryGiB} GiB, ${machine.system}, node ${machine.node}`,
    `${machine.rustc}, commit ${machine.commit}, load at start ${machine.loadAtStart}, ${machine.startedAt}`,
    "Medians of the rounds, with the smallest and largest. Ratios are taken within each round.",
    "",
    ...figures.map(figureLine),
    "",
    ...checks.map(checkLine),
    "",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
