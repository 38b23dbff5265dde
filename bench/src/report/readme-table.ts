/**
 * The README's table: some figures of a run in plain words, written between two marks. A row is of one setting that was chosen here, which its
 * goal is of, or of every setting that was measured: then it shows the one that is worst for us, and of how many. The best one would be an
 * advertisement.
 */
import type { BenchRun } from "../bench-run.js";
import { type Figure, isGoalMet } from "../figure.js";
import { OptionError } from "../option-error.js";
import { goalText, valueText } from "../print.js";
import { type PartNames, refuseUnlessWhole } from "../whole-run.js";

const BEGIN = "<!-- bench:begin, written by npm run bench -- --write-readme -->";
const END = "<!-- bench:end -->";

interface Row {
  readonly suite: string;
  /** The figure's name; or what the names of several settings are like, each setting in brackets. */
  readonly figures: string | RegExp;
  /** What a reader calls it, short. */
  readonly what: string;
  /** The one setting that the row is of, where the name does not hold it. */
  readonly setting?: string;
}

/** In the order of the table. A stroke is "against". */
const ROWS: readonly Row[] = [
  { suite: "book", figures: /^book, (.*) \/ nodejs-order-book$/, what: "Matching / `nodejs-order-book`" },
  {
    suite: "order-path",
    figures: "same core: order, memory / uWebSockets.js echo, p50",
    what: "Order to acknowledgement / echo, p50",
    setting: "memory, one core",
  },
  {
    suite: "order-path",
    figures: "same core: order, memory / uWebSockets.js echo, p99",
    what: "Order to acknowledgement / echo, p99",
    setting: "memory, one core",
  },
  {
    suite: "durability",
    figures: "durable / (fdatasync + echo), p50",
    what: "Order to acknowledgement / disk sync and echo, p50",
    setting: "durable, one core",
  },
  {
    suite: "order-path",
    figures: "10 x 64 outstanding: order, memory / uWebSockets.js echo",
    what: "Orders a second / echo",
    setting: "memory, 10 x 64 outstanding",
  },
  {
    suite: "order-path",
    figures: "10 x 64 outstanding: order, durable / order, memory",
    what: "Durable orders a second / in memory",
    setting: "10 x 64 outstanding",
  },
  { suite: "durability", figures: "commands replayed", what: "Commands replayed", setting: "a million" },
  {
    suite: "fan-out",
    figures: /^(.*): engine \/ raw publish, processor time$/,
    what: "Processor time of a tick / raw publish",
  },
  { suite: "fan-out", figures: /^(.*): engine \/ ws$/, what: "Ticks a second / `ws`" },
  { suite: "feed", figures: /^Binance (.*): adapter \/ JSON\.parse$/, what: "Binance messages a second / `JSON.parse`" },
  { suite: "rest", figures: "gateway, POST /orders / bare Fastify", what: "REST orders a second / bare Fastify" },
  {
    suite: "indicators",
    figures: /^batch, (TA-Lib C .*) \/ ours, geometric mean of 6$/,
    what: "TA-Lib's time / ours",
  },
  { suite: "ui", figures: "page at 10,000 ticks/s: late frames", what: "Late frames", setting: "10,000 ticks a second" },
  {
    suite: "ui",
    figures: "page at 10,000 ticks/s: tasks over 50 ms",
    what: "Tasks over 50 ms in 3 s",
    setting: "10,000 ticks a second",
  },
  { suite: "footprint", figures: "an idle socket", what: "Memory of an idle socket" },
  { suite: "footprint", figures: "npm start on a used folder, to ready", what: "`npm start` to ready", setting: "used folder" },
];

/** The table with what it is of, given every suite's parts. Throws an OptionError for a run that is not to be shown. */
export function readmeTable(run: BenchRun, parts: PartNames): string {
  refuseUnlessWhole(run, parts, "The README's table");
  const { suites, machine, noise, rounds } = run;
  const rows = ROWS.map((row) => {
    const figures = suites.find(({ name }) => name === row.suite)?.figures.filter(({ name }) => isNamed(name, row.figures)) ?? [];
    return { row, figures };
  });
  const absent = rows.filter(({ figures }) => figures.length === 0).map(({ row }) => row.what);
  const dirty = machine.isDirty ? " with changes" : "";
  const noisy = noise.isNoisy ? " The machine was not quiet." : "";
  const missing = absent.length === 0 ? "" : ` Not measured there: ${absent.join("; ")}.`;
  return [
    "| what | setting | median | range | goal |",
    "| --- | --- | --- | --- | --- |",
    ...rows.flatMap(({ row, figures }) => lineOf(row, figures)),
    "",
    `Medians of ${rounds} rounds on ${machine.cpu} x ${machine.cpuCount}, Node ${machine.node}, commit ${machine.commit}${dirty}, ${machine.startedAt.slice(0, 10)}.${noisy}${missing}`,
  ].join("\n");
}

function lineOf({ what, figures: wanted, setting }: Row, figures: readonly Figure[]): readonly string[] {
  const figure = [...figures].sort((a, b) => worthOf(a) - worthOf(b))[0];
  if (figure === undefined) return [];
  const { name, range, unit, value } = figure;
  const named = setting ?? (typeof wanted === "string" ? undefined : wanted.exec(name)?.[1]) ?? "";
  const which = figures.length === 1 ? named : `worst of ${figures.length}: ${named}`;
  const spread = range === undefined ? "" : `${valueText(range[0], unit)} to ${valueText(range[1], unit)}`;
  const isMet = isGoalMet(figure);
  const goal = isMet === undefined ? "" : `${goalText(figure)}, ${isMet ? "met" : "missed"}`;
  return [`| ${what} | ${which} | ${valueText(value, unit)} | ${spread} | ${goal} |`];
}

/** The larger the better, against its goal where it has one. What is to stay small and is not above zero could not be better. */
function worthOf({ value, better, goalAtMost, goalAtLeast }: Figure): number {
  if (goalAtMost !== undefined) return value > 0 ? goalAtMost / value : Number.MAX_VALUE;
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
