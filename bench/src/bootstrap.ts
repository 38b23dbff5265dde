/** Whether two sets of rounds differ, by resampling: the interval in which the ratio of their medians lies. Seeded, so that it says the same again. */
import { median } from "./figure.js";

const RESAMPLES = 2_000;
const SEED = 0x9e3779b9;
/** Of a hundred intervals, five may miss. */
const TAIL = 0.025;

export interface RatioInterval {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** The ratio `after / before` of the medians, and its 95 % interval. With fewer than three rounds on a side there is none. */
export function ratioInterval(before: readonly number[], after: readonly number[]): RatioInterval | undefined {
  if (before.length < 3 || after.length < 3) return undefined;
  const random = xorshift(SEED);
  const ratios = Array.from({ length: RESAMPLES }, () =>
    ratioOf(median(resampled(after, random)), median(resampled(before, random))),
  );
  ratios.sort((a, b) => a - b);
  const at = (share: number) => ratios[Math.min(RESAMPLES - 1, Math.floor(share * RESAMPLES))] ?? Number.NaN;
  return { ratio: ratioOf(median(after), median(before)), low: at(TAIL), high: at(1 - TAIL) };
}

/** Nothing before and nothing after are the same. */
const ratioOf = (after: number, before: number): number => (after === before ? 1 : after / before);

const resampled = (values: readonly number[], random: () => number): readonly number[] =>
  values.map(() => values[Math.floor(random() * values.length)] ?? Number.NaN);

/** Numbers from 0 to 1. */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
