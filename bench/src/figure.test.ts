import { describe, expect, it } from "vitest";
import { figureOf, geometricMean, isGoalMet, median, ratiosOf } from "./figure.js";

describe("figures", () => {
  it("take the middle of the rounds, the mean of the middle two where there is none", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 30, 2])).toBe(3);
    expect(() => median([])).toThrow(RangeError);
  });

  it("tell their rounds, range, direction and goal where they have one", () => {
    expect(figureOf("echo", "us", [3, 1, 2], 5, { n: 10, warmUp: 2 })).toEqual({
      ...{ name: "echo", unit: "us", value: 2, rounds: [3, 1, 2], range: [1, 3] },
      ...{ better: "lower", goalAtMost: 5, n: 10, warmUp: 2 },
    });
    expect(figureOf("start", "ms", [7])).toEqual({ name: "start", unit: "ms", value: 7, rounds: [7], better: "lower" });
    expect(figureOf("frames", "count", [7])).not.toHaveProperty("better");
    expect(figureOf("at a rate of its own", "ms", [7], "told")).not.toHaveProperty("better");
  });

  it("may have a goal to reach, and not one to stay under", () => {
    const speed = figureOf("speed", "ratio", [2], { atLeast: 1.5 });
    expect(speed).toEqual({ name: "speed", unit: "ratio", value: 2, rounds: [2], better: "higher", goalAtLeast: 1.5 });
    expect(isGoalMet(speed)).toBe(true);
    expect(isGoalMet(figureOf("cost", "ratio", [2], 1.5))).toBe(false);
    expect(isGoalMet(figureOf("cost", "ratio", [2], { better: "lower" }))).toBeUndefined();
  });

  it("are averaged so that twice as good and half as good are even", () => {
    expect(geometricMean([2, 0.5, 1])).toBeCloseTo(1);
    expect(() => geometricMean([2, 0])).toThrow("there is no geometric mean of 2, 0");
    expect(() => geometricMean([2, Number.NaN])).toThrow(RangeError);
  });

  it("divide round by round", () => {
    expect(ratiosOf([2, 9], [1, 3])).toEqual([2, 3]);
  });
});
