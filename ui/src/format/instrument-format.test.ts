import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACME, BTC, ES, EUR } from "../../test/venue/instruments.js";
import { MINUS } from "./fixed.js";
import { formatsOf, InstrumentFormat, shortNumber } from "./instrument-format.js";

const ALL = [BTC, ACME, EUR, ES].map((info) => new InstrumentFormat(info));

describe("an instrument's formatter", () => {
  it("reads back every price and quantity that it prints", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL), fc.integer({ min: 0, max: 1_000_000_000 }), (format, units) => {
        expect(format.parsePrice(format.price(units))).toEqual({ ok: true, units });
        expect(format.parseQty(format.qty(units))).toEqual({ ok: true, units });
      }),
    );
  });

  it("never shows a size that is there as nothing", () => {
    const spot = new InstrumentFormat({ ...BTC, qtyDecimals: 5, lotMantissa: 1 });
    expect(spot.shortQty(2)).toBe("0.00002");
    expect(spot.shortQty(30)).toBe("0.0003");
    expect(spot.shortQty(0)).toBe("0.0000");
    fc.assert(
      fc.property(fc.constantFrom(spot, ...ALL), fc.integer({ min: 1, max: 1_000_000_000 }), (format, lots) => {
        expect(Number.parseFloat(format.shortQty(lots))).toBeGreaterThan(0);
      }),
    );
  });

  it("is the one before where its instrument is told again as it was", () => {
    const before = formatsOf([BTC, ES], []);
    expect(formatsOf([{ ...BTC }, { ...ES }], before)).toBe(before);
    const changed = formatsOf([BTC, { ...ES, collarBps: 1 }], before);
    expect(changed[0]).toBe(before[0]);
    expect(changed[1]?.info.collarBps).toBe(1);
    expect(formatsOf([BTC], before)).toEqual([before[0]]);
    expect(formatsOf([ES, BTC], before)).toEqual([before[1], before[0]]);
  });

  it("prints quarters of an index point and thousands of a currency", () => {
    expect(new InstrumentFormat(ES).price(21_431)).toBe("5357.75");
    expect(new InstrumentFormat(EUR).qty(25)).toBe("25000");
    expect(new InstrumentFormat(EUR).price(108_405)).toBe("1.08405");
  });

  it("names the step instead of rounding", () => {
    const es = new InstrumentFormat(ES);
    expect(es.parsePrice("5357.80")).toEqual({ ok: false, problem: "Price is not a multiple of 0.25" });
    expect(new InstrumentFormat(EUR).parseQty("1500")).toEqual({ ok: false, problem: "Qty is not a multiple of 1000" });
    expect(es.parseQty("")).toEqual({ ok: false, problem: "Qty is missing" });
    expect(es.parseQty("1e3")).toEqual({ ok: false, problem: "Qty is not a number" });
    expect(es.parsePrice("99999999999999999999")).toEqual({ ok: false, problem: "Price is too large" });
  });

  it("computes worth and averages exactly where they are exact", () => {
    const btc = new InstrumentFormat(BTC);
    expect(btc.money(btc.notional(6_418_250, 500))).toBe("3,209.13");
    expect(btc.exactMoney(btc.notional(6_418_250, 500))).toBe("3,209.125000");
    expect(btc.averagePrice(btc.notional(6_418_250, 500), 500)).toBe("64182.50");
    expect(btc.averagePrice(-btc.notional(6_418_250, 500), -500)).toBe("64182.50");
    expect(btc.signedQty(-500)).toBe(`${MINUS}0.0500`);
    expect(btc.signedMoney(12_340_000n)).toBe("+12.34");
  });

  it.each([
    [0.0512, 4, "0.0512"],
    [1.2, 4, "1.200"],
    [123.4, 2, "123"],
    [9999, 0, "9999"],
    [12_500, 0, "12.5K"],
    [999_600, 0, "1.0M"],
    [250_000_000, 0, "250M"],
    [7_250_000_000, 0, "7.25B"],
  ])("shortens %d", (value, decimals, text) => {
    expect(shortNumber(value, decimals)).toBe(text);
  });

  it("leaves the zeros off a chip, and only them", () => {
    const btc = new InstrumentFormat(BTC);
    expect(btc.chipQty(500)).toBe("0.05");
    expect(btc.chipQty(10_000)).toBe("1");
    expect(new InstrumentFormat(ACME).chipQty(100)).toBe("100");
    expect(new InstrumentFormat(ACME).chipQty(20_000)).toBe("20K");
  });
});
