/** Small pieces of work in turn, by tinybench: what one of each takes. */
import { Bench } from "tinybench";
import type { RunOptions } from "../suite.js";

const MEASURE_MS = 200;
const MEASURE_QUICK_MS = 50;
const WARM_UP_MS = 50;

export interface Task {
  readonly name: string;
  readonly run: () => void;
  /** How much of what is counted one call of `run` does: a clock read costs as much as a native call. */
  readonly per: number;
}

export interface Timed {
  readonly name: string;
  /** Nanoseconds of one, by round: the median of its samples. */
  readonly ns: number[];
  /** Samples of the last round. */
  n: number;
}

export async function timeInTurn(tasks: readonly Task[], rounds: number, { isQuick }: RunOptions): Promise<readonly Timed[]> {
  const timed = tasks.map(({ name }): Timed => ({ name, ns: [], n: 0 }));
  for (let round = 0; round < rounds; round++) {
    const bench = new Bench({ time: isQuick ? MEASURE_QUICK_MS : MEASURE_MS, warmupTime: WARM_UP_MS });
    for (const { name, run } of tasks) bench.add(name, run);
    await bench.run();
    for (const [index, { name, per }] of tasks.entries()) {
      const result = bench.getTask(name)?.result;
      const into = timed[index];
      if (into === undefined || result === undefined || !("latency" in result)) throw new Error(`${name} was not measured`);
      into.ns.push((result.latency.p50 * 1e6) / per);
      into.n = result.latency.samplesCount;
    }
  }
  return timed;
}
