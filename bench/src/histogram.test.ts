import { describe, expect, it } from "vitest";
import { merged, percentileCurve } from "./histogram.js";

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
