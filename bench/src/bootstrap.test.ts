import { describe, expect, it } from "vitest";
import { ratioInterval } from "./bootstrap.js";

describe("the interval of a ratio", () => {
  it("holds 1 where both sides are of one kind, and does not where one is slower than all of the other", () => {
    const same = ratioInterval([10, 11, 9, 10.5, 9.5], [10.2, 9.4, 10.8, 9.9, 10.1]);
    expect(same?.low).toBeLessThan(1);
    expect(same?.high).toBeGreaterThan(1);
    const slower = ratioInterval([10, 11, 9, 10.5, 9.5], [15, 14, 16, 15.5, 14.5]);
    expect(slower?.ratio).toBe(1.5);
    expect(slower?.low).toBeGreaterThan(1.2);
  });

  it("is as wide as the rounds are", () => {
    const width = (rounds: readonly number[]) => {
      const interval = ratioInterval([10, 10, 10, 10, 10], rounds);
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
    expect(ratioInterval(before, after)).toEqual(ratioInterval(before, after));
  });

  it("takes nothing and nothing for the same, and something where nothing was for a change", () => {
    expect(ratioInterval([0, 0, 0], [0, 0, 0])).toEqual({ ratio: 1, low: 1, high: 1 });
    expect(ratioInterval([0, 0, 0], [2, 3, 2])?.low).toBe(Number.POSITIVE_INFINITY);
  });

  it("is not told of two rounds", () => {
    expect(ratioInterval([1, 2], [1, 2, 3])).toBeUndefined();
  });
});
