/** What a bench found: figures with their goals, charts of them, and checks that decide whether the figures count. */

export type Unit =
  | "ns"
  | "ns, two places"
  | "us"
  | "ms"
  | "s"
  | "ratio"
  | "per second"
  | "percent"
  | "bytes"
  | "KiB"
  | "MiB"
  | "count";

/** Which way a figure gets better; absent where it is only told. */
export type Better = "lower" | "higher";

export interface Figure {
  readonly name: string;
  /** The part of its suite that measured it, told by the suite; absent in a run that was kept before it was. */
  readonly part?: string;
  readonly unit: Unit;
  /** The median of the rounds. */
  readonly value: number;
  /** What each round gave. */
  readonly rounds: readonly number[];
  /** Smallest and largest of the rounds. */
  readonly range?: readonly [number, number];
  readonly better?: Better;
  /** Whether it is the same each time that it is taken, so that one round is enough to compare. */
  readonly isExact?: true;
  /** What we want it to be at most. Reported, never enforced: machines differ. */
  readonly goalAtMost?: number;
  /** The same for figures that are the better the larger they are. */
  readonly goalAtLeast?: number;
  /** Samples of one round, and those before them that were thrown away. */
  readonly n?: number;
  readonly warmUp?: number;
}

/** Something that must be so; a bench with a failed check ends with exit code 1. */
export interface Check {
  readonly name: string;
  /** The part whose figures it decides about, told by the suite; absent in a run that was kept before it was. */
  readonly part?: string;
  readonly passed: boolean;
  readonly detail: string;
  /** Whether nothing was looked at, because something that it needs is not here: then the detail says what. */
  readonly isLeftOut?: true;
}

/** What cannot be measured here is right, and says why it was not. */
export const leftOut = (name: string, reason: string): Check => ({
  name,
  passed: true,
  detail: `left out: ${reason}`,
  isLeftOut: true,
});

export type Scale = "linear" | "log" | "percentile";

export interface Axis {
  readonly label: string;
  readonly scale: Scale;
}

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A picture for the report: lines over an axis, or a bar for each series. */
export type Chart =
  | { readonly kind: "lines"; readonly title: string; readonly x: Axis; readonly y: Axis; readonly series: readonly Series[] }
  | {
      readonly kind: "bars";
      readonly title: string;
      readonly unit: string;
      readonly bars: readonly { readonly name: string; readonly value: number; readonly range?: readonly [number, number] }[];
    };

export interface SuiteResult {
  readonly figures: readonly Figure[];
  readonly checks: readonly Check[];
  readonly charts?: readonly Chart[];
}

/** The middle of them; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [lower, upper] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (lower === undefined || upper === undefined) throw new RangeError("there is no median of nothing");
  return (lower + upper) / 2;
}

/**
 * A goal: a number is the most that it may be. `better` alone says the direction of a figure without one; "told" that it has none, though
 * its unit would.
 */
export type Goal = number | "told" | { readonly atLeast: number } | { readonly better: Better };

/** How many samples a round took, and how many before them. */
export interface Samples {
  readonly n: number;
  readonly warmUp?: number;
}

/** Units whose figures have a direction of their own. */
const BETTER: Readonly<Partial<Record<Unit, Better>>> = {
  ns: "lower",
  "ns, two places": "lower",
  us: "lower",
  ms: "lower",
  s: "lower",
  "per second": "higher",
};

/** A figure over rounds. */
export function figureOf(name: string, unit: Unit, rounds: readonly number[], goal?: Goal, samples?: Samples): Figure {
  const better = betterOf(unit, goal);
  return {
    name,
    unit,
    value: median(rounds),
    rounds,
    ...(rounds.length > 1 ? { range: [Math.min(...rounds), Math.max(...rounds)] as const } : {}),
    ...(better === undefined ? {} : { better }),
    ...(typeof goal === "number" ? { goalAtMost: goal } : {}),
    ...(typeof goal === "object" && "atLeast" in goal ? { goalAtLeast: goal.atLeast } : {}),
    ...samples,
  };
}

/** Two takes of a figure that does not vary differ by less than this share: by what surrounds the process, as its environment. */
export const EXACT_SHARE = 0.005;

/** A figure that does not vary, taken once. */
export const exactFigureOf = (name: string, unit: Unit, value: number, better: Better, samples?: Samples): Figure => ({
  ...figureOf(name, unit, [value], { better }, samples),
  isExact: true,
});

function betterOf(unit: Unit, goal: Goal | undefined): Better | undefined {
  if (goal === undefined) return BETTER[unit];
  if (goal === "told") return undefined;
  if (typeof goal === "number") return "lower";
  return "better" in goal ? goal.better : "higher";
}

/** Whether the goal is met; undefined where there is none. */
export function isGoalMet({ value, goalAtMost, goalAtLeast }: Figure): boolean | undefined {
  if (goalAtMost !== undefined) return value <= goalAtMost;
  return goalAtLeast === undefined ? undefined : value >= goalAtLeast;
}

/** Figures with their samples told, where they were not. */
export const withSamples = (figures: readonly Figure[], samples: Samples): readonly Figure[] =>
  figures.map((figure) => (figure.n === undefined ? { ...figure, ...samples } : figure));

/** A bar for each of several things that were measured over rounds. */
export const barsOf = (
  title: string,
  unit: string,
  measured: readonly (readonly [name: string, rounds: readonly number[]])[],
): Chart => ({
  kind: "bars",
  title,
  unit,
  bars: measured.map(([name, rounds]) => ({
    name,
    value: median(rounds),
    range: [Math.min(...rounds), Math.max(...rounds)] as const,
  })),
});

/** Ratios round by round, so that a busy moment weighs on both sides. */
export function ratiosOf(numerators: readonly number[], denominators: readonly number[]): readonly number[] {
  return numerators.map((numerator, round) => numerator / (denominators[round] ?? Number.NaN));
}

/** The mean of ratios: twice as good and half as good are even. Throws a RangeError where one is not above zero: it has no logarithm. */
export function geometricMean(ratios: readonly number[]): number {
  if (!ratios.every((ratio) => ratio > 0)) throw new RangeError(`there is no geometric mean of ${ratios.join(", ")}`);
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}
