import { expect, it } from "vitest";
import { benchRun, type BenchRun } from "../bench-run.js";
import { type Figure, figureOf } from "../figure.js";
import { readmeTable, withTable } from "./readme-table.js";

const PARTS = { rest: ["routes"], "fan-out": ["fan-out"] };
const post = figureOf("gateway, POST /orders / bare Fastify", "ratio", [0.9, 0.8, 0.95], { atLeast: 0.85 });
const suite = (name: keyof typeof PARTS, figures: readonly Figure[]) => ({
  ...{ name, tookS: 2, parts: PARTS[name], figures, checks: [], charts: [] },
});

function run(figures: Partial<Record<keyof typeof PARTS, readonly Figure[]>>): BenchRun {
  return benchRun({
    machine: {
      ...{ cpu: "a processor", cpuCount: 2, memoryGiB: 8, system: "linux 6", node: "v22", rustc: "1.95", commit: "abc" },
      ...{ isDirty: false, governor: "not told", loadAtStart: 0, startedAt: "2026-01-02T00:00:00Z" },
    },
    noise: { before: 0, after: 0, isNoisy: false },
    ...{ rounds: 3, isQuick: false, tookS: 60 },
    suites: [suite("rest", figures.rest ?? []), suite("fan-out", figures["fan-out"] ?? [])],
  });
}
const rowsOf = (figures: Parameters<typeof run>[0]) => readmeTable(run(figures), PARTS).split("\n").slice(2, -2);

it("has a row for each figure that the run has, and says what it has not", () => {
  const lines = readmeTable(run({ rest: [post] }), PARTS).split("\n");
  expect(lines.slice(0, -1)).toEqual([
    "| what | setting | median | range | goal |",
    "| --- | --- | --- | --- | --- |",
    "| REST orders a second / bare Fastify |  | 0.90x | 0.80x to 0.95x | >= 0.85x, met |",
    "",
  ]);
  expect(lines.at(-1)).toMatch(
    /^Medians of 3 rounds on a processor x 2, Node v22, commit abc, 2026-01-02\. Not measured there: Matching.*`npm start` to ready\.$/,
  );
});

it("shows the setting that is furthest from its goal, not the best", () => {
  const at = (subscribers: number, value: number) =>
    figureOf(`${subscribers} subscribers, 16 a turn: engine / raw publish, processor time`, "ratio", [value], 1.11);
  expect(rowsOf({ "fan-out": [at(10, 1.0), at(1, 2.5), at(100, 0.8)] })).toEqual([
    "| Processor time of a tick / raw publish | worst of 3: 1 subscribers, 16 a turn | 2.50x |  | <= 1.11x, missed |",
  ]);
  const ws = (subscribers: number, value: number) =>
    figureOf(`${subscribers} subscribers, 1 a turn: engine / ws`, "ratio", [value], { better: "higher" });
  expect(rowsOf({ "fan-out": [ws(100, 9)] })[0]).toContain(" | 100 subscribers, 1 a turn | 9.00x |");
  expect(rowsOf({ "fan-out": [ws(100, 9), ws(10, 3)] })[0]).toMatch(
    / \| worst of 2: 10 subscribers, 1 a turn \| 3\.00x \| {2}\| {2}\|$/,
  );
});

it("does not take what is below zero for the worst of what is to stay small", () => {
  const at = (subscribers: number, value: number) =>
    figureOf(`${subscribers} subscribers, 1 a turn: engine / raw publish, processor time`, "ratio", [value], 1.11);
  expect(rowsOf({ "fan-out": [at(1, -0.2), at(10, 1), at(100, 0)] })[0]).toContain("| worst of 3: 10 subscribers, 1 a turn |");
});

it("is not made of a quick look, of a run that was profiled or in which something was wrong, or of a part of one", () => {
  const whole = run({ rest: [post] });
  expect(() => readmeTable({ ...whole, isQuick: true }, PARTS)).toThrow("not written: the run was a quick look.");
  expect(() => readmeTable({ ...whole, isProfiled: true }, PARTS)).toThrow(
    "The README's table is not written: the run was profiled, and the profiler is in its figures.",
  );
  const [rest, fanOut] = whole.suites;
  if (rest === undefined || fanOut === undefined) throw new Error("there are two");
  const wrong = { ...rest, checks: [{ name: "every request", passed: false, detail: "3 of 9" }] };
  expect(() => readmeTable({ ...whole, suites: [wrong, fanOut] }, PARTS)).toThrow("found something wrong (rest, every request).");
  expect(() => readmeTable({ ...whole, suites: [rest] }, PARTS)).toThrow("the run is without fan-out/fan-out.");
});

it("is written between its marks, and nowhere else", () => {
  const readme = "before\n<!-- bench:begin, written by npm run bench -- --write-readme -->\nold\n<!-- bench:end -->\nafter\n";
  const written = withTable(readme, "new");
  expect(written).toBe(readme.replace("old", "new"));
  expect(withTable(written, "new")).toBe(written);
  expect(() => withTable("no marks", "new")).toThrow("The README has no line");
});
