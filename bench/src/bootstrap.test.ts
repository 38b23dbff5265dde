import { describe, expect, it } from "vitest";
import { changeInterval, exactChange } from "./bootstrap.js";

describe("the interval of a change", () => {
  it("holds 1 where both sides are of one kind, and does not where one is slower than all of the other", () => {
    const same = changeInterval([10, 11, 9, 10.5, 9.5], [10.2, 9.4, 10.8, 9.9, 10.1]);
    expect(same?.low).toBeLessThan(1);
    expect(same?.high).toBeGreaterThan(1);
    const slower = changeInterval([10, 11, 9, 10.5, 9.5], [15, 14, 16, 15.5, 14.5]);
    expect(slower?.change).toBe(1.5);
    expect(slower?.low).toBeGreaterThan(1.2);
  });

  it("is as wide as the rounds are", () => {
    const width = (rounds: readonly number[]) => {
      const interval = changeInterval([10, 10, 10, 10, 10], rounds);
      return (interval?.high ?? 0) - (interval?.low ?? 0);
    };
    expect(width([10, 10.1, 9.9, 10, 10])).toBeLessThan(width([5, 15, 8, 12, 10]));
    expect(width([10, 10, 10, 10, 10])).toBe(0);
  });

  it("is the same again", () => {
    const [before, after] = [
      [1, 2, 3, 4, 5],
      [2, 3, 4, 5, 6],
    ];
    expect(changeInterval(before, after)).toEqual(changeInterval(before, after));
  });

  it("is a difference where a value is not above zero", () => {
    expect(changeInterval([0, 0, 0], [0, 0, 0])).toEqual({ kind: "difference", change: 0, low: 0, high: 0 });
    expect(changeInterval([0, 0, 0], [2, 3, 2])).toMatchObject({ kind: "difference", change: 2, low: 2 });
    // Growth of memory: by a ratio it would have become minus five times as large, which is less than once.
    const grown = changeInterval([-0.4, -0.5, -0.6], [2.4, 2.5, 2.6]);
    expect(grown).toMatchObject({ kind: "difference", change: 3 });
    expect(grown?.low).toBeGreaterThan(2.7);
    expect(changeInterval([1, 1, 1], [2, 2, 2])).toEqual({ kind: "ratio", change: 2, low: 2, high: 2 });
  });

  it("has no width where a value does not vary", () => {
    expect(exactChange(10, 12)).toEqual({ kind: "ratio", change: 1.2, low: 1.2, high: 1.2 });
    expect(exactChange(0, 3)).toEqual({ kind: "difference", change: 3, low: 3, high: 3 });
  });

  it("is not told of two rounds", () => {
    expect(changeInterval([1, 2], [1, 2, 3])).toBeUndefined();
  });
});
