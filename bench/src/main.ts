/** `npm run bench`: measures, compares, reports. Exit code 1 where a check failed or a comparison found a regression, never for a slow figure. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type BenchRun, benchRun, runText, writeWhole } from "./bench-run.js";
import { endOnSignals } from "./ending.js";
import { fingerprint } from "./machine.js";
import { noiseNow, noiseOf, noiseSentence } from "./noise.js";
import { OptionError } from "./option-error.js";
import { HELP, readOptions, type RunCommand } from "./options.js";
import { machineLines, printSuite } from "./print.js";
import { ROOT } from "./root.js";
import { runSuite, type SuiteRun } from "./suite.js";
import { LEFT_OUT_OF_QUICK, SUITES } from "./suites.js";

const PARTS = Object.fromEntries(Object.entries(SUITES).map(([name, parts]) => [name, Object.keys(parts)]));

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof OptionError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return 1;
});

async function main(args: readonly string[]): Promise<number> {
  const command = readOptions(args, PARTS);
  switch (command.kind) {
    case "help":
      process.stdout.write(HELP);
      return 0;
    case "list":
      for (const [name, parts] of Object.entries(PARTS)) process.stdout.write(`${name}: ${parts.join(", ")}\n`);
      return 0;
    case "run": {
      endOnSignals();
      const run = await measure(command);
      keep(run, command);
      return run.suites.every(({ checks }) => checks.every(({ passed }) => passed)) ? 0 : 1;
    }
    default:
      throw new OptionError(`${command.kind} is not there yet.`);
  }
}

async function measure({ suites, parts, rounds, isQuick, ops }: RunCommand): Promise<BenchRun> {
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  const startedMs = performance.now();
  const machine = fingerprint();
  process.stdout.write(`${machineLines(machine).join("\n")}\n`);
  process.stdout.write(
    `Medians of ${rounds} rounds${isQuick ? " (a quick look)" : ""}, with the smallest and largest; ratios are taken within each round.\n`,
  );
  const before = await noiseNow();
  const runs: SuiteRun[] = [];
  for (const name of suites) {
    const names = parts ?? partsOf(name, isQuick);
    const run = await runSuite(name, SUITES[name] ?? {}, names, rounds, { ops, isQuick });
    printSuite(run);
    runs.push(run);
  }
  const noise = noiseOf(before, await noiseNow());
  const tookS = (performance.now() - startedMs) / 1e3;
  process.stdout.write(`\n${noiseSentence(noise)}\nThe run took ${Math.round(tookS)} s.\n`);
  return benchRun({ machine, noise, rounds, isQuick, tookS, suites: runs });
}

function partsOf(suite: string, isQuick: boolean): readonly string[] {
  const all = PARTS[suite] ?? [];
  const left = all.filter((part) => isQuick && LEFT_OUT_OF_QUICK.has(`${suite}/${part}`));
  if (left.length > 0) process.stderr.write(`${suite}: a quick look leaves out ${left.join(", ")}\n`);
  return all.filter((part) => !left.includes(part));
}

/** Written at the end, each whole: an interrupted run leaves none. */
function keep(run: BenchRun, { json }: RunCommand): void {
  if (json !== undefined) writeWhole(json, runText(run));
}
