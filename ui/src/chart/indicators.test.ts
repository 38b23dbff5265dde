import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BAR } from "../stream/frame-batch.js";
import { BarStore, BARS_MAX } from "./bar-store.js";
import { ema, rsi, sma, type Indicator } from "./indicators.js";

const CLOSES = [
  44.34, 44.09, 44.15, 43.61, 44.33, 44.83, 45.1, 45.42, 45.84, 46.08, 45.89, 46.03, 45.61, 46.28, 46.28, 46.0, 46.03,
];

describe("indicators", () => {
  it("give known values", () => {
    expect(sma(3).all([1, 2, 3, 4])).toEqual([undefined, undefined, 2, 3]);
    expect(ema(3).all([1, 2, 3, 5, 4])).toEqual([undefined, undefined, 2, 3.5, 3.75]);
    const values = rsi(14).all(CLOSES);
    expect(values.slice(0, 14).every((value) => value === undefined)).toBe(true);
    expect(values[14]).toBeCloseTo(70.46, 1);
    expect(values[15]).toBeCloseTo(66.25, 1);
  });

  it.each([
    ["SMA", () => sma(5)],
    ["EMA", () => ema(5)],
    ["RSI", () => rsi(5)],
  ] as const)("%s of the live bar is what it would be in the whole series", (_, make: () => Indicator) => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 1000 }),
        (closes, live) => {
          const kept = make();
          kept.all(closes);
          const found = kept.live(live);
          const expected = make()
            .all([...closes.slice(0, -1), live])
            .at(-1);
          if (expected === undefined) expect(found).toBeUndefined();
          else expect(found).toBeCloseTo(expected, 8);
        },
      ),
    );
  });

  it("RSI of a flat market is in the middle", () => {
    expect(rsi(3).all([5, 5, 5, 5, 5]).at(-1)).toBe(50);
  });
});

describe("the chart's bars", () => {
  const row = (openMs: number, close: number): number[] => [openMs, 1, 9, 1, close, 5, 2, 0];
  const pack = (...rows: number[][]) => new Float64Array(rows.flat());

  it("join history and live bars by open time; the live one is newer", () => {
    const bars = new BarStore();
    expect(bars.live(pack(row(120, 7)), 0)).toBe("appended");
    expect(bars.addHistory(pack(row(60, 3), row(120, 4)))).toBe(1);
    expect(bars.column(BAR.close)).toEqual([3, 7]);
    expect(bars.live(pack(row(120, 8)), 0)).toBe("updated");
    expect(bars.live(pack(row(60, 2)), 0)).toBe("updated");
    expect(bars.live(pack(row(90, 2)), 0)).toBe("ignored");
    expect(bars.live(pack(row(180, 9)), 0)).toBe("appended");
    expect(bars.column(BAR.close)).toEqual([2, 8, 9]);
  });

  it("are capped, the oldest leave", () => {
    const bars = new BarStore();
    bars.addHistory(pack(...Array.from({ length: BARS_MAX + 10 }, (_, index) => row(index, index))));
    expect(bars.count).toBe(BARS_MAX);
    expect(bars.firstMs).toBe(10);
  });
});
