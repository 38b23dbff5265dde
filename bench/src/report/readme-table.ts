/** The README's table: some figures of a run in plain words, written between two marks. */
import type { BenchRun } from "../bench-run.js";
import { isGoalMet } from "../figure.js";
import { OptionError } from "../option-error.js";
import { goalText, valueText } from "../print.js";

const BEGIN = "<!-- bench:begin, written by npm run bench -- --write-readme -->";
const END = "<!-- bench:end -->";

/** Suite, figure and what a reader calls it, in the order of the table. A run without one of them has a row less. */
const ROWS: readonly (readonly [suite: string, figure: string | RegExp, words: string])[] = [
  ["book", /^book, native.* \/ nodejs-order-book$/, "Matching: the engine's book, against `nodejs-order-book`"],
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
  ["durability", "10 x 64 outstanding: durable / memory", "The same, durable against memory"],
  ["durability", "commands replayed", "Commands replayed at a start"],
  ["fan-out", "100 subscribers, 16 a turn: engine / raw publish", "Ticks to 100 subscribers, against raw publish"],
  ["fan-out", "100 subscribers, 16 a turn: engine / ws", "The same, against `ws`"],
  ["feed", "Binance btcusdt: adapter / JSON.parse", "Binance messages, against `JSON.parse` of them"],
  ["rest", "gateway, POST /orders / bare Fastify", "An order by REST, against a bare Fastify route"],
  ["indicators", /^batch, TA-Lib C .* \/ ours, geometric mean of 6$/, "Indicators over a million bars, TA-Lib C's time / ours"],
  ["ui", "page at 10,000 ticks/s: late frames", "Late frames of the page at 10,000 ticks a second"],
  ["ui", "page at 10,000 ticks/s: longest task", "Its longest task"],
  ["footprint", "an idle socket, of 10000", "Memory of an idle socket"],
  ["footprint", "npm start on a used folder, to ready", "`npm start` to ready"],
];

/** The table with what it is of. */
export function readmeTable({ suites, machine, noise, rounds }: BenchRun): string {
  const rows = ROWS.flatMap(([suite, name, words]) => {
    const figure = suites.find((each) => each.name === suite)?.figures.find((each) => isNamed(each.name, name));
    if (figure === undefined) return [];
    const { range, unit } = figure;
    const spread = range === undefined ? "" : `${valueText(range[0], unit)} to ${valueText(range[1], unit)}`;
    const isMet = isGoalMet(figure);
    return [
      `| ${words} | ${valueText(figure.value, unit)} | ${spread} | ${goalText(figure)} | ${isMet === undefined ? "" : isMet ? "met" : "missed"} |`,
    ];
  });
  const dirty = machine.isDirty ? " with changes" : "";
  const noisy = noise.isNoisy ? " The machine was not quiet." : "";
  return [
    "| | median | range | goal | |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
    `Medians of ${rounds} rounds on ${machine.cpu} x ${machine.cpuCount}, Node ${machine.node}, commit ${machine.commit}${dirty}, ${machine.startedAt.slice(0, 10)}.${noisy}`,
  ].join("\n");
}

const isNamed = (name: string, wanted: string | RegExp): boolean =>
  typeof wanted === "string" ? name === wanted : wanted.test(name);

/** A README with a new table. Throws an OptionError where the marks are not there. */
export function withTable(readme: string, table: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new OptionError(`The README has no line "${BEGIN}" with "${END}" after it.`);
  return `${readme.slice(0, begin + BEGIN.length)}\n${table}\n${readme.slice(end)}`;
}
