import { expect, it } from "vitest";
import { benchRun } from "../bench-run.js";
import { figureOf } from "../figure.js";
import { readmeTable, withTable } from "./readme-table.js";

const RUN = benchRun({
  machine: {
    ...{ cpu: "a processor", cpuCount: 2, memoryGiB: 8, system: "linux 6", node: "v22", rustc: "1.95", commit: "abc" },
    ...{ isDirty: false, governor: "not told", loadAtStart: 0, startedAt: "2026-01-02T00:00:00Z" },
  },
  noise: { before: 0, after: 0, isNoisy: false },
  rounds: 3,
  isQuick: false,
  tookS: 60,
  suites: [
    {
      name: "rest",
      tookS: 2,
      figures: [figureOf("gateway, POST /orders / bare Fastify", "ratio", [0.9, 0.8, 0.95], { atLeast: 0.85 })],
      checks: [],
      charts: [],
    },
  ],
});

it("has a row for each figure that the run has", () => {
  expect(readmeTable(RUN).split("\n")).toEqual([
    "| | median | range | goal | |",
    "| --- | --- | --- | --- | --- |",
    "| An order by REST, against a bare Fastify route | 0.90x | 0.80x to 0.95x | >= 0.85x | met |",
    "",
    "Medians of 3 rounds on a processor x 2, Node v22, commit abc, 2026-01-02.",
  ]);
});

it("is written between its marks, and nowhere else", () => {
  const readme = "before\n<!-- bench:begin, written by npm run bench -- --write-readme -->\nold\n<!-- bench:end -->\nafter\n";
  const written = withTable(readme, "new");
  expect(written).toBe(readme.replace("old", "new"));
  expect(withTable(written, "new")).toBe(written);
  expect(() => withTable("no marks", "new")).toThrow("The README has no line");
});
