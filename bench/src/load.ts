/** Runs `jware-load` (bench/load): the native client that measures. It exits with a sentence where one answer was wrong. */
import { Child } from "./child.js";
import type { Histogram } from "./histogram.js";
import { nativeProgram } from "./native-program.js";

export interface LoadReport {
  readonly n: number;
  readonly p50_ns: number;
  readonly p90_ns: number;
  readonly p99_ns: number;
  readonly p999_ns: number;
  readonly p9999_ns: number;
  readonly max_ns: number;
  readonly mean_ns: number;
  readonly histogram: Histogram;
  readonly per_second: number;
  /** Of `pipe` and `fan`, where a server was named: its processor time over the measured stretch, all its threads. */
  readonly server_ns?: number;
  /** Of orders: the sizes of the frames. */
  readonly request_bytes?: number;
  readonly answer_bytes?: number;
  readonly cancel_p50_ns?: number;
  /** Of orders with a floor folder: write + fdatasync of a record, sampled between the orders. */
  readonly floor_p50_ns?: number;
  /** Of ticks: the size of one. */
  readonly bytes?: number;
  /** Of an open loop: the latest that a request left after it was due. */
  readonly late_max_ns?: number;
}

export type LoadMode = "echo" | "order" | "pipe" | "open" | "fan" | "idle" | "trace" | "fdatasync";
/** Options are the program's own, in camel case: `{ warmUp: 10 }` is `--warm-up 10`. */
export type LoadOptions = Readonly<Record<string, string | number | undefined>>;

/** Starts one. */
export function startLoad(mode: LoadMode, options: LoadOptions): Child {
  const args = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`, String(value)],
  );
  return new Child(nativeProgram("jware-load"), [mode, ...args]);
}

/** One run, to its end. */
export async function load(mode: LoadMode, options: LoadOptions): Promise<LoadReport> {
  return JSON.parse(await startLoad(mode, options).output()) as LoadReport;
}
