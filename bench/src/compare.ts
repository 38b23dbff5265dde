/**
 * Two runs side by side. A figure got worse where all of the interval of its change is on the worse side, by more than a few percent: less is
 * within what two runs of the same code differ. Of one that does not vary, half a percent is enough. On different machines only ratios are compared, which is what they are for. A figure that
 * gets neither better nor worse is told beside, and judged by nobody. One that the older run has and the newer has not is a fault, unless
 * the newer did not run the part that it is of, or left something of that part out for want of what it needs.
 */
import type { BenchRun } from "./bench-run.js";
import { type ChangeInterval, changeInterval, exactChange } from "./bootstrap.js";
import { EXACT_SHARE, type Figure } from "./figure.js";
import type { Machine } from "./machine.js";
import { OptionError } from "./option-error.js";
import type { SuiteRun } from "./suite.js";
import { WHAT_PROFILED_SAYS } from "./whole-run.js";

/** Two runs of the same code on a quiet machine differ by less. */
const CHANGE_MIN = 0.05;

export interface CompareOptions {
  /** Changes within this share are none. */
  readonly changeMin?: number;
  readonly isRatiosOnly?: boolean;
}

export type Verdict = "worse" | "better" | "same" | "too few rounds" | "told";

export interface Compared {
  readonly suite: string;
  readonly name: string;
  readonly unit: Figure["unit"];
  readonly before: number;
  readonly after: number;
  readonly interval?: ChangeInterval;
  readonly verdict: Verdict;
}

export interface Comparison {
  readonly isSameMachine: boolean;
  readonly compared: readonly Compared[];
  /** Figures of the first run that the second does not have, though it ran their part. */
  readonly missing: readonly string[];
  /** Suites of the first run that the second did not run, and parts (`suite/part`) of those that it did. */
  readonly notRun: readonly string[];
  /** Parts, with how many figures of the first run the second could not take, and what it lacked for them. */
  readonly leftOut: readonly string[];
  readonly worse: readonly Compared[];
}

/** Throws an OptionError with one sentence where a run was profiled. */
export function compare(before: BenchRun, after: BenchRun, options: CompareOptions = {}): Comparison {
  const profiled = [before, after].find(({ isProfiled }) => isProfiled === true);
  if (profiled !== undefined)
    throw new OptionError(`Nothing is compared: the run of ${profiled.machine.startedAt} was profiled, ${WHAT_PROFILED_SAYS}.`);
  const isSameMachine = machineKey(before.machine) === machineKey(after.machine);
  const isRatiosOnly = options.isRatiosOnly ?? !isSameMachine;
  const compared: Compared[] = [];
  const missing: string[] = [];
  const notRun = new Set<string>();
  const leftOut = new Map<string, number>();
  for (const suite of before.suites) {
    const other = after.suites.find(({ name }) => name === suite.name);
    // What was not run is no answer; what was, and lacks a figure, is.
    if (other === undefined) {
      notRun.add(suite.name);
      continue;
    }
    for (const figure of suite.figures) {
      if (isRatiosOnly && figure.unit !== "ratio") continue;
      const same = other.figures.find((each) => isSameFigure(each, figure));
      const place = `${suite.name}/${figure.part}`;
      if (same !== undefined) compared.push(comparedFigure(suite.name, figure, same, options.changeMin ?? CHANGE_MIN));
      else if (hasNotRun(other, figure.part)) notRun.add(place);
      else {
        const lacked = lackedSince(suite, other, figure.part);
        if (lacked === "") missing.push(`${suite.name}: ${figure.name}${wrongText(other, figure.part)}`);
        else leftOut.set(`${place}, ${lacked}`, (leftOut.get(`${place}, ${lacked}`) ?? 0) + 1);
      }
    }
  }
  return {
    ...{ isSameMachine, compared, missing, notRun: [...notRun] },
    leftOut: [...leftOut].map(([what, figures]) => `${what} (${figures === 1 ? "1 figure" : `${figures} figures`})`),
    worse: compared.filter(({ verdict }) => verdict === "worse"),
  };
}

/** Of one part, where both tell it: two parts may give a figure one name. */
const isSameFigure = (one: Figure, other: Figure): boolean =>
  one.name === other.name && (one.part === undefined || other.part === undefined || one.part === other.part);

const hasNotRun = ({ parts }: SuiteRun, part: string | undefined): boolean =>
  part !== undefined && parts !== undefined && !parts.includes(part);

const isWrong = ({ checks }: SuiteRun, part: string | undefined): boolean =>
  part !== undefined && checks.some((check) => check.part === part && !check.passed);

/** Why a figure is gone, where its own part was wrong. */
const wrongText = (suite: SuiteRun, part: string | undefined): string => (isWrong(suite, part) ? ` (${part} was wrong)` : "");

/** What the newer run left out of a part that was right, and the older had not: what always is takes no figure away. Empty where nothing. */
function lackedSince(before: SuiteRun, after: SuiteRun, part: string | undefined): string {
  if (part === undefined || isWrong(after, part)) return "";
  const leftOut = ({ checks }: SuiteRun) => checks.filter((check) => check.isLeftOut === true && check.part === part);
  const already = new Set(leftOut(before).map(({ name }) => name));
  const lacked = leftOut(after).filter(({ name }) => !already.has(name));
  return lacked.map(({ detail }) => detail).join("; ");
}

/** Whether nothing got worse, and nothing is gone. */
export const isComparisonGood = ({ worse, missing }: Comparison): boolean => worse.length === 0 && missing.length === 0;

const machineKey = ({ cpu, cpuCount, system }: Machine): string => `${cpu} x ${cpuCount}, ${system}`;

function comparedFigure(suite: string, before: Figure, after: Figure, changeMin: number): Compared {
  const facts = { suite, name: before.name, unit: before.unit, before: before.value, after: after.value };
  if (before.better === undefined) return { ...facts, verdict: "told" };
  const isExact = before.isExact === true && after.isExact === true;
  const interval = isExact ? exactChange(before.value, after.value) : changeInterval(before.rounds, after.rounds);
  if (interval === undefined) return { ...facts, verdict: "too few rounds" };
  return { ...facts, interval, verdict: verdictOf(interval, before, isExact ? EXACT_SHARE : changeMin) };
}

function verdictOf({ kind, low, high }: ChangeInterval, { value, better }: Figure, changeMin: number): Verdict {
  // A difference is as large as its share of what was there before; where nothing was, any is.
  const [up, down] =
    kind === "ratio" ? [1 + changeMin, 1 / (1 + changeMin)] : [Math.abs(value) * changeMin, -Math.abs(value) * changeMin];
  const [isUp, isDown] = [low > up, high < down];
  if (!isUp && !isDown) return "same";
  return isUp === (better === "lower") ? "worse" : "better";
}
