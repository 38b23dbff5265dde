import { describe, expect, it } from "vitest";
import { computeIndicator, indicatorCatalogue } from "./index.js";

describe("indicators", () => {
  const close = Float64Array.from([1, 2, 3, 4, 5]);

  it("are computed natively, NaN before the first value", () => {
    expect(computeIndicator("sma", [3], { close })).toEqual([Float64Array.from([Number.NaN, Number.NaN, 2, 3, 4])]);
    expect(computeIndicator("obv", [], { close, volume: close })).toEqual([Float64Array.from([1, 3, 6, 10, 15])]);
  });

  it("refuse in words", () => {
    expect(() => computeIndicator("sma", [0], { close })).toThrow("period is a whole number from 1 to 10000, not 0");
    expect(() => computeIndicator("obv", [], { close })).toThrow("volume has 0 values where there are 5 bars");
  });

  it("are all in the catalogue, and all of it can be computed with the usual parameters", () => {
    const catalogue = indicatorCatalogue();
    expect(catalogue.length).toBeGreaterThanOrEqual(60);
    const bars = {
      openTsMs: close,
      open: close,
      high: close,
      low: close,
      close,
      volume: close,
      buyVolume: close,
      benchmark: close,
    };
    for (const { name, parameters, outputs } of catalogue) {
      const columns = computeIndicator(
        name,
        parameters.map((parameter) => parameter.default),
        bars,
      );
      expect(
        columns.map((column) => column.length),
        name,
      ).toEqual(outputs.map(() => 5));
    }
  });
});
