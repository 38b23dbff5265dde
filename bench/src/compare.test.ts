import { describe, expect, it } from "vitest";
import { benchRun, type BenchRun } from "./bench-run.js";
import { compare, isComparisonGood } from "./compare.js";
import { type Check, exactFigureOf, type Figure, figureOf, leftOut } from "./figure.js";
import { comparisonLines } from "./print-comparison.js";

const MACHINE = {
  ...{ cpu: "a processor", cpuCount: 2, memoryGiB: 8, system: "linux 6", node: "v22", rustc: "1.95", commit: "abc" },
  ...{ isDirty: false, governor: "not told", loadAtStart: 0, startedAt: "2026-01-01T00:00:00Z" },
};

function run(figures: readonly Figure[], cpu = MACHINE.cpu): BenchRun {
  const suite = { name: "book", tookS: 1, figures, checks: [], charts: [] };
  const noise = { before: 0, after: 0, isNoisy: false };
  return benchRun({ machine: { ...MACHINE, cpu }, noise, rounds: 5, isQuick: false, tookS: 1, suites: [suite] });
}

const around = (middle: number): readonly number[] => [0.98, 1.01, 1, 0.99, 1.02].map((factor) => factor * middle);
const latency = (middle: number): Figure => figureOf("round trip", "us", around(middle));
const rate = (middle: number): Figure => figureOf("orders", "per second", around(middle));
const ratio = (middle: number): Figure => figureOf("order / echo", "ratio", around(middle), 1.2);
const verdicts = (before: readonly Figure[], after: readonly Figure[]) =>
  compare(run(before), run(after)).compared.map(({ verdict }) => verdict);

describe("comparing runs", () => {
  it("knows which way is worse", () => {
    expect(verdicts([latency(10), rate(100), ratio(1.1)], [latency(13), rate(70), ratio(1.5)])).toEqual([
      "worse",
      "worse",
      "worse",
    ]);
    expect(verdicts([latency(10), rate(100), ratio(1.1)], [latency(8), rate(130), ratio(0.9)])).toEqual([
      "better",
      "better",
      "better",
    ]);
  });

  it("takes small changes and wide spreads for none", () => {
    expect(verdicts([latency(10)], [latency(10.3)])).toEqual(["same"]);
    const spread = figureOf("round trip", "us", [6, 20, 9, 14, 11]);
    expect(verdicts([latency(10)], [spread])).toEqual(["same"]);
  });

  it("says that two rounds are too few, and names figures that are gone", () => {
    const few = figureOf("round trip", "us", [10, 30]);
    expect(verdicts([latency(10)], [few])).toEqual(["too few rounds"]);
    const gone = compare(run([latency(10), rate(1)]), run([latency(10)]));
    expect(gone.missing).toEqual(["book: orders"]);
    expect(isComparisonGood(gone)).toBe(false);
    expect(isComparisonGood(compare(run([latency(10)]), run([latency(10), rate(1)])))).toBe(true);
  });

  it("compares what may be zero or below by its difference", () => {
    const heap = (...rounds: readonly number[]) => figureOf("heap growth in a minute", "MiB", rounds, 2);
    expect(verdicts([heap(-0.4, -0.5, -0.6)], [heap(2.4, 2.5, 2.6)])).toEqual(["worse"]);
    expect(verdicts([heap(2.4, 2.5, 2.6)], [heap(-0.4, -0.5, -0.6)])).toEqual(["better"]);
    expect(verdicts([heap(-0.5, 1.2, 2.6)], [heap(-0.2, 0.9, 3)])).toEqual(["same"]);
    expect(verdicts([heap(0, 0, 0)], [heap(0, 0, 0)])).toEqual(["same"]);
  });

  it("takes one round of what does not vary for enough, and a small change of it for one", () => {
    const instructions = (count: number) => exactFigureOf("new: instructions", "count", count, "lower");
    expect(verdicts([instructions(1_000)], [instructions(1_100)])).toEqual(["worse"]);
    expect(verdicts([instructions(1_000)], [instructions(1_006)])).toEqual(["worse"]);
    expect(verdicts([instructions(1_000)], [instructions(990)])).toEqual(["better"]);
    expect(verdicts([instructions(1_000)], [instructions(1_004)])).toEqual(["same"]);
  });

  it("takes a suite that was not run for no answer, and says so", () => {
    const comparison = compare(run([latency(10)]), { ...run([]), suites: [] });
    expect(comparison).toMatchObject({ notRun: ["book"], missing: [], compared: [] });
  });

  it("judges a figure by its own part: one that did not run is no answer, one that was wrong has lost its figures", () => {
    const of = (part: string, figure: Figure): Figure => ({ ...figure, part });
    const before = run([of("book", latency(10)), of("command", rate(1)), of("kinds", ratio(1.1))]);
    const [suite] = before.suites;
    if (suite === undefined) throw new Error("there is one");
    const checks = ["book", "command"].map((part) => ({ name: "trades", part, passed: part === "book", detail: "" }));
    const after = { ...suite, parts: ["book", "command"], figures: [of("book", latency(10))], checks };
    const comparison = compare(before, { ...before, suites: [after] });
    expect(comparison).toMatchObject({ notRun: ["book/kinds"], missing: ["book: orders (command was wrong)"] });
    expect(comparison.compared.map(({ name, verdict }) => [name, verdict])).toEqual([["round trip", "same"]]);
    // Two parts may call a figure the same.
    const [one, other] = [of("book", latency(10)), of("command", latency(90))];
    expect(compare(run([one, other]), run([other, one])).worse).toEqual([]);
  });

  it("tells what the second run left out for want of what it needs, which is no regression", () => {
    const side = (figures: readonly Figure[], checks: readonly Check[]) => {
      const suite = { name: "indicators", tookS: 1, parts: ["batch", "npm"], charts: [] };
      const ofPart = <Each>(part: string, each: Each): Each => ({ ...each, part });
      return {
        ...run([]),
        suites: [
          {
            ...suite,
            figures: figures.map((figure) => ofPart(figure.name === "orders" ? "npm" : "batch", figure)),
            checks: [ofPart("npm", leftOut("atr", "another average")), ...checks.map((check) => ofPart("batch", check))],
          },
        ],
      };
    };
    const before = side([latency(10), ratio(1.1), rate(1)], []);
    const without = compare(before, side([rate(1)], [leftOut("batch", "no TA-Lib")]));
    expect(without).toMatchObject({ missing: [], leftOut: ["indicators/batch, left out: no TA-Lib (2 figures)"] });
    expect(isComparisonGood(without)).toBe(true);
    expect(comparisonLines(before, before, without)).toContain("  not here indicators/batch, left out: no TA-Lib (2 figures)");
    // Of another part, and of one that was wrong, it excuses nothing; nor does what the first run had left out, too.
    const lost = compare(before, side([], [leftOut("batch", "no TA-Lib"), { name: "values", passed: false, detail: "" }]));
    const missing = ["round trip (batch was wrong)", "order / echo (batch was wrong)", "orders"];
    expect(lost).toMatchObject({ missing: missing.map((name) => `indicators: ${name}`), leftOut: [] });
    // With it again there is more than before, which is nothing to judge.
    expect(isComparisonGood(compare(side([rate(1)], [leftOut("batch", "no TA-Lib")]), before))).toBe(true);
  });

  it("tells a figure that has no direction, and does not judge it", () => {
    const told = (middle: number) => figureOf("at 90 % of its most", "us", around(middle), "told");
    const comparison = compare(run([told(10)]), run([told(90)]));
    expect(comparison.compared).toMatchObject([{ verdict: "told", before: 10, after: 90 }]);
    expect(isComparisonGood(comparison)).toBe(true);
  });

  it("refuses a run that was profiled, on either side", () => {
    const [plain, profiled] = [run([latency(10)]), { ...run([latency(10)]), isProfiled: true as const }];
    const sentence = "the run of 2026-01-01T00:00:00Z was profiled, and the profiler is in its figures.";
    expect(() => compare(profiled, plain)).toThrow(sentence);
    expect(() => compare(plain, profiled)).toThrow(sentence);
  });

  it("compares ratios alone on different machines", () => {
    const comparison = compare(run([latency(10), ratio(1.1)]), run([latency(99), ratio(1.1)], "another"));
    expect(comparison.isSameMachine).toBe(false);
    expect(comparison.compared.map(({ name }) => name)).toEqual(["order / echo"]);
    expect(comparison.worse).toEqual([]);
  });
});
