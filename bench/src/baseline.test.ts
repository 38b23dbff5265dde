import { describe, expect, it } from "vitest";
import { baselineOf, compareWithBaseline } from "./baseline.js";
import { benchRun } from "./bench-run.js";
import { isComparisonGood } from "./compare.js";
import { figureOf, leftOut } from "./figure.js";

const PARTS = { book: ["book"] };
const RUN = benchRun({
  machine: {
    ...{ cpu: "a processor", cpuCount: 2, memoryGiB: 8, system: "linux 6", node: "v22", rustc: "1.95", commit: "abc" },
    ...{ isDirty: false, governor: "not told", loadAtStart: 0, startedAt: "2026-01-02T00:00:00Z" },
  },
  noise: { before: 0, after: 0, isNoisy: false },
  ...{ rounds: 3, isQuick: false, tookS: 60 },
  suites: [
    {
      ...{ name: "book", tookS: 2, parts: ["book"], charts: [] },
      checks: [{ name: "trades", passed: true, detail: "" }, leftOut("instructions", "no valgrind")],
      figures: [figureOf("ours / theirs", "ratio", [2, 2.1, 2.2], { atLeast: 1 }), figureOf("ours", "per second", [5, 6, 7])],
    },
  ],
});

describe("the baseline", () => {
  it("keeps the ratios of a whole run, what it left out, and nothing else", () => {
    const { suites } = baselineOf(RUN, PARTS);
    const names = (each: readonly { readonly name: string }[]) => each.map(({ name }) => name);
    expect(suites.map(({ figures, checks }) => [names(figures), names(checks)])).toEqual([[["ours / theirs"], ["instructions"]]]);
  });

  it("is not made of a quick look, of a run that was profiled or in which something was wrong, or of some suites", () => {
    const refused = (changes: object) => () => baselineOf({ ...RUN, ...changes }, PARTS);
    expect(refused({ isQuick: true })).toThrow("The baseline is not written: the run was a quick look.");
    expect(refused({ isProfiled: true })).toThrow("the run was profiled, and the profiler is in its figures.");
    expect(refused({ rounds: 2 })).toThrow("the run had 2 rounds, and with fewer than 3 nothing can be told.");
    const checks = [{ name: "trades", passed: false, detail: "" }];
    expect(refused({ suites: RUN.suites.map((suite) => ({ ...suite, checks })) })).toThrow("something wrong (book, trades)");
    expect(refused({ suites: [] })).toThrow("the run is without book/book.");
  });

  it("misses a figure that a whole run does not have, and none that a quick look does not", () => {
    const without = { ...RUN, suites: RUN.suites.map((suite) => ({ ...suite, figures: [] })) };
    expect(isComparisonGood(compareWithBaseline(RUN, without))).toBe(false);
    expect(isComparisonGood(compareWithBaseline(RUN, { ...without, isQuick: true }))).toBe(true);
    expect(isComparisonGood(compareWithBaseline(RUN, RUN))).toBe(true);
  });
});
