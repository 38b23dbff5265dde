/** Lengths of bars that the core builds, seconds. */
export const BAR_INTERVALS_S = [1, 60, 300, 900, 3600, 86_400] as const;
export type BarIntervalS = (typeof BAR_INTERVALS_S)[number];

/** Whether a number is the length of a bar that the core builds. */
export const isBarInterval = (seconds: number): seconds is BarIntervalS =>
  (BAR_INTERVALS_S as readonly number[]).includes(seconds);
