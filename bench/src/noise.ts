/**
 * How much of the machine others had: a fixed loop on each processor that is measured on, before a run and after it, and how many processes
 * wanted to run before.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { canPin, Child } from "./child.js";
import { ROOT } from "./root.js";

/** Nine of ten rounds of the loop are within this of the fastest on a quiet machine. */
const NOISE_MAX = 0.1;

/** A machine that does nothing else has less. */
const LOAD_MAX = 1;

export interface Noise {
  /** By how much the slowest tenth of the loop's rounds was slower than the fastest, at least; of the worst processor. 0.05 is 5 %. */
  readonly before: number;
  readonly after: number;
  /** Processes that ran or wanted to in the minute before; absent in a run that was kept before it was looked at. */
  readonly loadAtStart?: number;
  readonly isNoisy: boolean;
}

/** Runs the loop on the first two processors, one after the other. */
export async function noiseNow(): Promise<number> {
  const cpus = canPin ? [0, 1].slice(0, availableParallelism()) : [undefined];
  const noises: number[] = [];
  for (const cpu of cpus) {
    const output = await new Child(process.execPath, [join(ROOT, "bench/dist/calibration-loop.js")], { cpu }).output();
    noises.push(spreadOf((JSON.parse(output) as { times: readonly number[] }).times));
  }
  return Math.max(...noises);
}

/** How far the ninth of ten is above the fastest. */
export function spreadOf(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  const [fastest, ninth] = [sorted[0], sorted[Math.floor(sorted.length * 0.9)]];
  if (fastest === undefined || ninth === undefined) throw new RangeError("there is no spread of nothing");
  return ninth / fastest - 1;
}

export const noiseOf = (before: number, after: number, loadAtStart: number): Noise => ({
  before,
  after,
  loadAtStart,
  isNoisy: Math.max(before, after) > NOISE_MAX || loadAtStart > LOAD_MAX,
});

/** A sentence for whoever reads the figures. */
export function noiseSentence({ before, after, loadAtStart = 0, isNoisy }: Noise): string {
  const percent = (noise: number) => `${(noise * 100).toFixed(0)} %`;
  const busy = loadAtStart > LOAD_MAX ? `, and ${loadAtStart} processes wanted to run at its start` : "";
  const measured = `A fixed loop was slowed by ${percent(before)} before the run and ${percent(after)} after it${busy}`;
  return isNoisy ? `NOISY: ${measured}; ratios still mean something, absolute figures and tails do not.` : `${measured}: quiet.`;
}
