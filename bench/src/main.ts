/** `npm run bench`: measures, compares, reports. Exit code 1 where a check failed or a comparison found a regression, never for a slow figure. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BASELINE_FILE, baselineOf, compareWithBaseline } from "./baseline.js";
import { type BenchRun, benchRun, checkWritable, readRun, runText, writeWhole } from "./bench-run.js";
import { compare, isComparisonGood } from "./compare.js";
import { endOnSignals } from "./ending.js";
import { fingerprint, loadNow } from "./machine.js";
import { buildNativePrograms } from "./native-programs.js";
import { noiseNow, noiseOf, noiseSentence } from "./noise.js";
import { OptionError } from "./option-error.js";
import { HELP, readOptions, type RunCommand } from "./options.js";
import { machineLines, printSuite } from "./print.js";
import { printComparison } from "./print-comparison.js";
import { startProfiling } from "./profile/profiler.js";
import { reportHtml } from "./report/html.js";
import { readmeTable, withTable } from "./report/readme-table.js";
import { ROOT } from "./root.js";
import { runSuite, type SuiteRun } from "./suite.js";
import { LEFT_OUT_OF_QUICK, SUITES } from "./suites.js";

const PARTS = Object.fromEntries(Object.entries(SUITES).map(([name, parts]) => [name, Object.keys(parts)]));

const README_FILE = join(ROOT, "README.md");
/** Colours and type of the terminal, which the report has, too. */
const TOKENS_FILE = join(ROOT, "ui/src/styles/tokens.css");

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
    case "compare":
      return compared(readRun(command.before), readRun(command.after));
    case "baseline":
      writeWhole(BASELINE_FILE, runText(baselineOf(readRun(command.from), PARTS)));
      process.stdout.write(`The ratios are in ${BASELINE_FILE}.\n`);
      return 0;
    case "report":
      keep(readRun(command.from), { ...command, json: undefined });
      return 0;
    case "run":
      return runAll(command);
  }
}

function compared(before: BenchRun, after: BenchRun): number {
  const comparison = compare(before, after);
  printComparison(before, after, comparison);
  return isComparisonGood(comparison) ? 0 : 1;
}

async function runAll(command: RunCommand): Promise<number> {
  const loadAtStart = Number(process.env.JWARE_LOAD_AT_START ?? loadNow());
  endOnSignals();
  for (const file of [command.json, command.html]) if (file !== undefined) checkWritable(file);
  if (command.isProfiled) startProfiling();
  const baseline = command.isAgainstBaseline ? readRun(BASELINE_FILE) : undefined;
  await buildNativePrograms(command.suites);
  const run = await measure(command, loadAtStart);
  keep(run, command);
  const isRight = run.suites.every(({ checks }) => checks.every(({ passed }) => passed));
  if (baseline === undefined) return isRight ? 0 : 1;
  const comparison = compareWithBaseline(baseline, run);
  printComparison(baseline, run, comparison);
  return isRight && isComparisonGood(comparison) ? 0 : 1;
}

async function measure({ suites, parts, rounds, isQuick, isProfiled, ops }: RunCommand, loadAtStart: number): Promise<BenchRun> {
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  const startedMs = performance.now();
  const machine = fingerprint(loadAtStart);
  process.stdout.write(`${machineLines(machine).join("\n")}\n`);
  process.stdout.write(
    `Medians of ${rounds} rounds${isQuick ? " (a quick look)" : ""}${isProfiled ? ", profiled" : ""}, with the smallest and largest; ratios are taken within each round.\n`,
  );
  const before = await noiseNow();
  const runs: SuiteRun[] = [];
  for (const name of suites) {
    const names = parts ?? partsOf(name, isQuick);
    const run = await runSuite(name, SUITES[name] ?? {}, names, rounds, { ops, isQuick });
    printSuite(run);
    runs.push(run);
  }
  const noise = noiseOf(before, await noiseNow(), machine.loadAtStart);
  const tookS = (performance.now() - startedMs) / 1e3;
  process.stdout.write(`\n${noiseSentence(noise)}\nThe run took ${Math.round(tookS)} s.\n`);
  const marks = { ...(parts === undefined ? {} : { hasNamedParts: true as const }), ...(isProfiled ? { isProfiled } : {}) };
  return benchRun({ machine, noise, rounds, isQuick, ...marks, tookS, suites: runs });
}

function partsOf(suite: string, isQuick: boolean): readonly string[] {
  const all = PARTS[suite] ?? [];
  const left = all.filter((part) => isQuick && LEFT_OUT_OF_QUICK.has(`${suite}/${part}`));
  if (left.length > 0) process.stderr.write(`${suite}: a quick look leaves out ${left.join(", ")}\n`);
  return all.filter((part) => !left.includes(part));
}

/** Written at the end, each whole: an interrupted run leaves none. */
function keep(run: BenchRun, { json, html, writesReadme }: Pick<RunCommand, "json" | "html" | "writesReadme">): void {
  if (json !== undefined) writeWhole(json, runText(run));
  if (html !== undefined) writeReport(run, html);
  if (writesReadme) writeWhole(README_FILE, withTable(readFileSync(README_FILE, "utf8"), readmeTable(run, PARTS)));
}

function writeReport(run: BenchRun, file: string): void {
  checkWritable(file);
  writeWhole(file, reportHtml(run, readFileSync(TOKENS_FILE, "utf8")));
}
