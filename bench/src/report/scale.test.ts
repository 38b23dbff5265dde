import { describe, expect, it } from "vitest";
import { mappingOf, shortNumber } from "./scale.js";

const texts = (mapping: ReturnType<typeof mappingOf>) => mapping.ticks.map(({ text }) => text);

describe("scales", () => {
  it("begin at zero where they are linear, and end at a round number", () => {
    const mapping = mappingOf("linear", [3, 47]);
    expect(texts(mapping)).toEqual(["0", "10", "20", "30", "40", "50"]);
    expect(mapping.at(25)).toBe(0.5);
  });

  it("name decades, and steps between them where there are few", () => {
    expect(texts(mappingOf("log", [3, 47_000]))).toEqual(["1", "10", "100", "1,000", "10k", "100k"]);
    const mapping = mappingOf("log", [30, 150]);
    expect(texts(mapping)).toEqual(["20", "50", "100", "200"]);
    expect([mapping.at(20), mapping.at(200)]).toEqual([0, 1]);
  });

  it("give each nine the same room", () => {
    const mapping = mappingOf("percentile", [0.1, 0.9991]);
    expect(texts(mapping)).toEqual(["0 %", "50 %", "90 %", "99 %", "99.9 %", "99.99 %"]);
    expect(mapping.at(0.9)).toBeCloseTo(0.25);
    expect(mapping.at(0.99)).toBeCloseTo(0.5);
  });

  it.each(["linear", "log", "percentile"] as const)("find a place for one value, and for none (%s)", (scale) => {
    for (const values of [[0.5], []]) {
      const mapping = mappingOf(scale, values);
      expect(mapping.ticks.length).toBeGreaterThan(0);
      expect(Number.isFinite(mapping.at(0.5))).toBe(true);
    }
  });

  it("write large numbers short", () => {
    expect([0.25, 1_234, 12_345, 1_200_000, 3e9].map(shortNumber)).toEqual(["0.25", "1,230", "12.3k", "1.2M", "3G"]);
  });
});
