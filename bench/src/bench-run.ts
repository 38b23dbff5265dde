/** All that a run found, as `--json` keeps it: the form that `compare`, the report and the README are made from. */
import { renameSync, writeFileSync } from "node:fs";
import type { Machine } from "./machine.js";
import type { Noise } from "./noise.js";
import type { SuiteRun } from "./suite.js";

const FORMAT = "jware-bench-1";

export interface BenchRun {
  readonly format: typeof FORMAT;
  readonly machine: Machine;
  readonly noise: Noise;
  /** Interleaved rounds of each part; some take fewer, their figures tell. */
  readonly rounds: number;
  readonly isQuick: boolean;
  readonly tookS: number;
  readonly suites: readonly SuiteRun[];
}

export const benchRun = (facts: Omit<BenchRun, "format">): BenchRun => ({ format: FORMAT, ...facts });

/** Writes a file whole or not at all. */
export function writeWhole(file: string, text: string): void {
  const beside = `${file}.${process.pid}.tmp`;
  writeFileSync(beside, text);
  renameSync(beside, file);
}

export const runText = (run: BenchRun): string => `${JSON.stringify(run, null, 1)}\n`;
