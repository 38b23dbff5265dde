import { describe, expect, it } from "vitest";
import { FeedError } from "./feed-error.js";
import { BUILT_IN_SPOT_RULES, SIMULATED_INSTRUMENTS, spotInstrument, tickLotMinor, venueInstrumentId } from "./instruments.js";

describe("definitions", () => {
  it("values one tick on one lot exactly", () => {
    expect(SIMULATED_INSTRUMENTS.map(({ symbol, tickLotMinor: minor }) => [symbol, minor])).toEqual([
      // USD has 6 decimals: 0.01 x 0.0001; 0.01 x 1; 0.00001 x 1,000; 0.25 x 50.
      ["BTC-USD", 1],
      ["ACME", 10_000],
      ["EUR-USD", 10_000],
      ["IX500-F", 12_500_000],
    ]);
    expect(BUILT_IN_SPOT_RULES.map((rules) => spotInstrument(rules, 101).tickLotMinor)).toEqual([10, 100]);
  });

  it("has no value where it is a fraction of a minor unit", () => {
    expect(tickLotMinor({ priceDecimals: 2, tickMantissa: 1, qtyDecimals: 5, lotMantissa: 1 }, 6)).toBeUndefined();
    expect(tickLotMinor({ priceDecimals: 0, tickMantissa: 2 ** 40, qtyDecimals: 0, lotMantissa: 2 ** 40 }, 6)).toBeUndefined();
  });

  it("refuses a quote currency that no account holds", () => {
    const [rules] = BUILT_IN_SPOT_RULES;
    if (rules === undefined) throw new Error("there are built-in rules");
    expect(() => spotInstrument({ ...rules, symbol: "ETHBTC", quoteAsset: "BTC" }, 110)).toThrow(FeedError);
  });
});

describe("ids", () => {
  it("are fixed for the two built-in symbols, remembered, and else the next from 110", () => {
    const taken = [...SIMULATED_INSTRUMENTS, { instrument: 101, symbol: "BTCUSDT" }, { instrument: 110, symbol: "SOLUSDT" }];
    const ids = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT"].map((symbol) => venueInstrumentId(symbol, taken));
    expect(ids).toEqual([101, 102, 110, 111]);
    expect(venueInstrumentId("SOLUSDT", [])).toBe(110);
  });
});
