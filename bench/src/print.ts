/** Figures as a person reads them. */
import type { Check, Figure, SuiteResult, Unit } from "./figure.js";
import type { Machine } from "./machine.js";

const DIGITS: Readonly<Record<Unit, number>> = { ns: 0, "ns, two places": 2, us: 1, ms: 1, ratio: 2, "per second": 0, count: 0 };

const numberText = (value: number, unit: Unit): string =>
  `${value.toLocaleString("en-US", { minimumFractionDigits: DIGITS[unit], maximumFractionDigits: DIGITS[unit] })}${unit === "ratio" ? "x" : ""}`;

/** One figure: name, median, range, goal. */
export function figureLine({ name, unit, value, range, goalAtMost, goalAtLeast }: Figure): string {
  const unitText = unit === "ratio" || unit === "count" ? "" : ` ${unit === "ns, two places" ? "ns" : unit}`;
  const rangeText = range === undefined ? "" : `(${numberText(range[0], unit)} to ${numberText(range[1], unit)})`;
  const said = (isMet: boolean) => (isMet ? "met" : "MISSED");
  const atMost = goalAtMost === undefined ? "" : `goal <= ${numberText(goalAtMost, unit)}: ${said(value <= goalAtMost)}`;
  const atLeast = goalAtLeast === undefined ? "" : `goal >= ${numberText(goalAtLeast, unit)}: ${said(value >= goalAtLeast)}`;
  return `  ${name.padEnd(56)}${(numberText(value, unit) + unitText).padStart(16)}  ${rangeText.padEnd(24)}${atMost}${atLeast}`.trimEnd();
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
