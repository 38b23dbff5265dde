import { describe, expect, it } from "vitest";
import { merged, percentileCurve, percentileNs } from "./histogram.js";

describe("histograms", () => {
  it("of several rounds add up by bucket", () => {
    expect(
      merged([
        [
          [10, 1],
          [30, 2],
        ],
        [
          [20, 5],
          [30, 1],
        ],
      ]),
    ).toEqual([
      [10, 1],
      [20, 5],
      [30, 3],
    ]);
  });

  it("give the nearest rank", () => {
    const histogram = [
      [10, 98],
      [30, 1],
      [500, 1],
    ] as const;
    expect([0, 0.5, 0.98, 0.99, 1].map((share) => percentileNs(histogram, share))).toEqual([10, 10, 10, 30, 500]);
    expect(() => percentileNs([], 0.5)).toThrow(RangeError);
  });

  it("give a curve that ends where too few samples are left to tell", () => {
    const curve = percentileCurve([
      [1_000, 90],
      [2_000, 4],
      [50_000, 5],
      [90_000, 1],
    ]);
    expect(curve).toEqual([
      [0.9, 1],
      [0.94, 2],
    ]);
    expect(percentileCurve([])).toEqual([]);
  });
});
