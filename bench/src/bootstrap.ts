/**
 * Whether two sets of rounds differ, by resampling: the interval in which the change of their medians lies. Seeded, so that it says the same
 * again.
 *
 * The change is a ratio where every round is above zero. Where one is not, as growth of memory may be, a ratio says nothing (its sign turns,
 * and of zero there is none): then it is a difference.
 */
import { median } from "./figure.js";

/** With fewer rounds on a side nothing can be told from noise. */
export const ROUNDS_MIN = 3;
const RESAMPLES = 2_000;
const SEED = 0x9e3779b9;
/** Of a hundred intervals, five may miss. */
const TAIL = 0.025;

export interface ChangeInterval {
  /** `after / before`, or `after - before` in the figure's unit. */
  readonly kind: "ratio" | "difference";
  readonly change: number;
  readonly low: number;
  readonly high: number;
}

/** The change from `before` to `after` of the medians, and its 95 % interval. With fewer than `ROUNDS_MIN` rounds on a side there is none. */
export function changeInterval(before: readonly number[], after: readonly number[]): ChangeInterval | undefined {
  if (Math.min(before.length, after.length) < ROUNDS_MIN) return undefined;
  const random = xorshift(SEED);
  const { kind, changeOf } = kindOf(before, after);
  const changes = Array.from({ length: RESAMPLES }, () =>
    changeOf(median(resampled(after, random)), median(resampled(before, random))),
  );
  changes.sort((a, b) => a - b);
  const at = (share: number) => changes[Math.min(RESAMPLES - 1, Math.floor(share * RESAMPLES))] ?? Number.NaN;
  return { kind, change: changeOf(median(after), median(before)), low: at(TAIL), high: at(1 - TAIL) };
}

/** The change of two values that are the same each time that they are taken. */
export function exactChange(before: number, after: number): ChangeInterval {
  const { kind, changeOf } = kindOf([before], [after]);
  const change = changeOf(after, before);
  return { kind, change, low: change, high: change };
}

interface Kind {
  readonly kind: ChangeInterval["kind"];
  readonly changeOf: (after: number, before: number) => number;
}

function kindOf(before: readonly number[], after: readonly number[]): Kind {
  const hasRatio = [...before, ...after].every((value) => value > 0);
  return hasRatio
    ? { kind: "ratio", changeOf: (later, earlier) => later / earlier }
    : { kind: "difference", changeOf: (later, earlier) => later - earlier };
}

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
