/** All that a run found, as `--json` keeps it: the form that `compare`, the report and the README are made from. */
import { accessSync, constants, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
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
  /** Whether `--part` named the parts that were run. */
  readonly hasNamedParts?: true;
  /** Whether the profiler sampled its servers, and so is in its figures. */
  readonly isProfiled?: true;
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

/** Throws an OptionError where a file cannot be written: told before anything is measured, and not ten minutes later. */
export function checkWritable(file: string): void {
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) throw new OptionError(`${file} cannot be written: its folder is not there.`);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new OptionError(`${file} cannot be written: it is a folder.`);
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new OptionError(`${file} cannot be written: nothing may be written in its folder.`);
  }
}

/** Writes a file whole or not at all. Throws an OptionError with a sentence, and leaves nothing beside it. */
export function writeWhole(file: string, text: string): void {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new OptionError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

export const runText = (run: BenchRun): string => `${JSON.stringify(run, null, 1)}\n`;
