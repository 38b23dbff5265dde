/**
 * The README's table: some figures of a run in plain words, written between two marks. A row of several settings shows the one that is worst
 * for us, and says so: the best one would be an advertisement.
 */
import type { BenchRun } from "../bench-run.js";
import { type Figure, isGoalMet } from "../figure.js";
import { OptionError } from "../option-error.js";
import { goalText, valueText } from "../print.js";
import { type PartNames, refuseUnlessWhole } from "../whole-run.js";

const BEGIN = "<!-- bench:begin, written by npm run bench -- --write-readme -->";
const END = "<!-- bench:end -->";

/** Suite, figures and what a reader calls them, in the order of the table. */
const ROWS: readonly (readonly [suite: string, figures: string | RegExp, words: string])[] = [
  ["book", /^book, .* \/ nodejs-order-book$/, "Matching: the engine's book, against `nodejs-order-book`"],
  [
    "order-path",
    "same core: order, memory / uWebSockets.js echo, p50",
    "Order to acknowledgement, against an echo of the same bytes, p50",
  ],
  ["order-path", "same core: order, memory / uWebSockets.js echo, p99", "The same, p99"],
  ["durability", "durable / (fdatasync + echo), p50", "Durable acknowledgement, against a disk sync and an echo, p50"],
  [
    "order-path",
    "10 x 64 outstanding: order, memory / uWebSockets.js echo",
    "Orders a second, 10 connections x 64, against echo",
  ],
  ["order-path", "10 x 64 outstanding: order, durable / order, memory", "The same, durable against memory"],
  ["durability", "commands replayed", "Commands replayed at a start"],
  ["fan-out", /: engine \/ raw publish, processor time$/, "Processor time of a tick to a subscriber, against raw publish"],
  ["fan-out", /: engine \/ ws$/, "Ticks delivered a second, against `ws`"],
  ["feed", /^Binance .*: adapter \/ JSON\.parse$/, "Binance messages, against `JSON.parse` of them"],
  ["rest", "gateway, POST /orders / bare Fastify", "An order by REST, against a bare Fastify route"],
  ["indicators", /^batch, TA-Lib C .* \/ ours, geometric mean of 6$/, "Indicators over a million bars, TA-Lib C's time / ours"],
  ["ui", "page at 10,000 ticks/s: late frames", "Late frames of the page at 10,000 ticks a second"],
  ["ui", "page at 10,000 ticks/s: windows without a task over 50 ms", "Its windows of 3 s without a task over 50 ms"],
  ["footprint", "an idle socket", "Memory of an idle socket"],
  ["footprint", "npm start on a used folder, to ready", "`npm start` to ready"],
];

/** The table with what it is of, given every suite's parts. Throws an OptionError for a run that is not to be shown. */
export function readmeTable(run: BenchRun, parts: PartNames): string {
  refuseUnlessWhole(run, parts, "The README's table");
  const { suites, machine, noise, rounds } = run;
  const rows = ROWS.map(([suite, wanted, words]) => {
    const figures = suites.find((each) => each.name === suite)?.figures.filter(({ name }) => isNamed(name, wanted)) ?? [];
    return { words, figures };
  });
  const absent = rows.filter(({ figures }) => figures.length === 0).map(({ words }) => words);
  const dirty = machine.isDirty ? " with changes" : "";
  const noisy = noise.isNoisy ? " The machine was not quiet." : "";
  const missing = absent.length === 0 ? "" : ` Not measured there: ${absent.join("; ")}.`;
  return [
    "| | median | range | goal | |",
    "| --- | --- | --- | --- | --- |",
    ...rows.flatMap(({ words, figures }) => rowOf(words, figures)),
    "",
    `Medians of ${rounds} rounds on ${machine.cpu} x ${machine.cpuCount}, Node ${machine.node}, commit ${machine.commit}${dirty}, ${machine.startedAt.slice(0, 10)}.${noisy}${missing}`,
  ].join("\n");
}

function rowOf(words: string, figures: readonly Figure[]): readonly string[] {
  const figure = [...figures].sort((a, b) => worthOf(a) - worthOf(b))[0];
  if (figure === undefined) return [];
  const { name, range, unit, value } = figure;
  const which = figures.length === 1 ? "" : `; worst of ${figures.length}: ${name}`;
  const spread = range === undefined ? "" : `${valueText(range[0], unit)} to ${valueText(range[1], unit)}`;
  const isMet = isGoalMet(figure);
  const verdict = isMet === undefined ? "" : isMet ? "met" : "missed";
  return [`| ${words}${which} | ${valueText(value, unit)} | ${spread} | ${goalText(figure)} | ${verdict} |`];
}

/** The larger the better, against its goal where it has one. */
function worthOf({ value, better, goalAtMost, goalAtLeast }: Figure): number {
  if (goalAtMost !== undefined) return goalAtMost / value;
  if (goalAtLeast !== undefined) return value / goalAtLeast;
  return better === "lower" ? -value : value;
}

const isNamed = (name: string, wanted: string | RegExp): boolean =>
  typeof wanted === "string" ? name === wanted : wanted.test(name);

/** A README with a new table. Throws an OptionError where the marks are not there. */
export function withTable(readme: string, table: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new OptionError(`The README has no line "${BEGIN}" with "${END}" after it.`);
  return `${readme.slice(0, begin + BEGIN.length)}\n${table}\n${readme.slice(end)}`;
}
