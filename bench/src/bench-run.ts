/** All that a run found, as `--json` keeps it: the form that `compare`, the report and the README are made from. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Machine } from "./machine.js";
import type { Noise } from "./noise.js";
import { OptionError } from "./option-error.js";
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

/** Reads what `--json` wrote. Throws an OptionError with a sentence. */
export function readRun(file: string): BenchRun {
  let run: BenchRun;
  try {
    run = JSON.parse(readFileSync(file, "utf8")) as BenchRun;
  } catch (error) {
    throw new OptionError(
      `${file} cannot be read as a bench's figures: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  if (run.format !== FORMAT) throw new OptionError(`${file} is not what --json writes (format ${FORMAT}).`);
  return run;
}

/** Writes a file whole or not at all. */
export function writeWhole(file: string, text: string): void {
  const beside = `${file}.${process.pid}.tmp`;
  writeFileSync(beside, text);
  renameSync(beside, file);
}

export const runText = (run: BenchRun): string => `${JSON.stringify(run, null, 1)}\n`;
