/** Whole series: ours against TA-Lib C, a million bars into columns that are there already, round by round. */
import { type Check, type Figure, figureOf, geometricMean, leftOut, ratiosOf, type SuiteResult } from "../figure.js";
import { askInTurn, ours, TALIB_ABSENT, talib } from "./contestants.js";
import { MAIN, OTHERS, type TalibFunction } from "./functions.js";
import { writeBars } from "./series.js";

const BAR_COUNT = 1_000_000;
const REPEATS = 3;

/** TA-Lib's running sums have lost digits after a million bars; ours have not. */
const RELATIVE_MAX = 1e-6;

/** G8: no less than this on the geometric mean of the main ones. */
const GOAL = 1.5;

/** Fewer rounds for the many without a goal. */
const ROUNDS_OTHERS = 3;

export async function batch(rounds: number): Promise<SuiteResult> {
  const path = writeBars(BAR_COUNT);
  const theirs = await talib(path);
  if (theirs === undefined) {
    process.stderr.write(`${TALIB_ABSENT}\n`);
    return { figures: [], checks: [leftOut("batch", TALIB_ABSENT)] };
  }
  const mine = await ours(path);
  const figures: Figure[] = [];
  const checks: Check[] = [];
  const mainRatios: (readonly number[])[] = [];
  const allRatios: (readonly number[])[] = [];
  try {
    for (const each of [...MAIN, ...OTHERS]) {
      const isMain = MAIN.includes(each);
      const { times, worst } = await askInTurn(
        [mine, theirs.contestant],
        { mode: "batch", ...each, repeats: REPEATS },
        isMain ? rounds : Math.min(rounds, ROUNDS_OTHERS),
        (one, other) => difference(one as number[], other as number[]),
      );
      const ratios = ratiosOf(times[1], times[0]);
      if (isMain) mainRatios.push(ratios);
      allRatios.push(ratios);
      figures.push(...figuresOf(each, times, ratios, isMain));
      const detail = `last values differ by ${worst.toExponential(1)}`;
      checks.push({ name: `batch ${label(each)}`, passed: worst <= RELATIVE_MAX, detail });
    }
  } finally {
    await mine.stop();
    await theirs.contestant.stop();
  }
  const means = (rows: readonly (readonly number[])[], count: number) =>
    Array.from({ length: count }, (_, round) => geometricMean(rows.map((ratios) => ratios[round] ?? Number.NaN)));
  const name = (count: number) => `batch, TA-Lib C ${theirs.version.split(" ")[0]} / ours, geometric mean of ${count}`;
  return {
    figures: [
      figureOf(name(MAIN.length), "ratio", means(mainRatios, rounds), { atLeast: GOAL }),
      // The goal is for the main ones; without this figure the others would have to be added up by who doubts it.
      figureOf(name(allRatios.length), "ratio", means(allRatios, Math.min(rounds, ROUNDS_OTHERS))),
      ...figures,
    ],
    checks,
  };
}

const label = ({ name, parameters }: TalibFunction): string => [name, ...parameters].join(" ");

function figuresOf(
  each: TalibFunction,
  times: readonly [number[], number[]],
  ratios: readonly number[],
  isMain: boolean,
): Figure[] {
  const ratio = figureOf(`batch ${label(each)}: TA-Lib C / ours`, "ratio", ratios, { better: "higher" });
  if (!isMain) return [ratio];
  return [
    ratio,
    figureOf(`batch ${label(each)}: ours, per bar`, "ns, two places", times[0]),
    figureOf(`batch ${label(each)}: TA-Lib C, per bar`, "ns, two places", times[1]),
  ];
}

/** The largest relative difference of two rows. */
export function difference(one: readonly number[], other: readonly number[]): number {
  if (one.length !== other.length) return Number.POSITIVE_INFINITY;
  const off = one.map((value, place) => Math.abs(value - (other[place] ?? Number.NaN)) / Math.max(1, Math.abs(value)));
  return off.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(0, ...off);
}
