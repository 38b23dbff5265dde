/** What a bench found: figures with their goals, and checks that decide whether the figures count. */

export type Unit = "ns" | "ns, two places" | "us" | "ms" | "ratio" | "per second" | "count";

export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  /** The median of the rounds. */
  readonly value: number;
  /** Smallest and largest of the rounds. */
  readonly range?: readonly [number, number];
  /** What we want it to be at most. Reported, never enforced: machines differ. */
  readonly goalAtMost?: number;
  /** The same for figures that are the better the larger they are. */
  readonly goalAtLeast?: number;
}

/** Something that must be so; a bench with a failed check ends with exit code 1. */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string;
}

export interface SuiteResult {
  readonly figures: readonly Figure[];
  readonly checks: readonly Check[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new RangeError("there is no median of nothing");
  return middle;
}

/** A goal: a number is the most that it may be. */
export type Goal = number | { readonly atLeast: number };

/** A figure over rounds. */
export function figureOf(name: string, unit: Unit, rounds: readonly number[], goal?: Goal): Figure {
  const range = [Math.min(...rounds), Math.max(...rounds)] as const;
  const figure: Figure = rounds.length > 1 ? { name, unit, value: median(rounds), range } : { name, unit, value: median(rounds) };
  if (goal === undefined) return figure;
  return typeof goal === "number" ? { ...figure, goalAtMost: goal } : { ...figure, goalAtLeast: goal.atLeast };
}

/** Ratios round by round, so that a busy moment weighs on both sides. */
export function ratiosOf(numerators: readonly number[], denominators: readonly number[]): readonly number[] {
  return numerators.map((numerator, round) => numerator / (denominators[round] ?? Number.NaN));
}

/** The mean of ratios: twice as good and half as good are even. */
export function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}
