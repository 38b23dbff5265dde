import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDecimal, formatUnits, parseDecimal, parseUnits } from "./index.js";

describe("exact decimals", () => {
  it.each([
    ["61837.63", 2, 6183763n],
    ["-0.00001", 5, -1n],
    ["1", 8, 100000000n],
    ["61837.63000000", 2, 6183763n],
  ])("reads %s with %i decimals", (text, decimals, mantissa) => {
    expect(parseDecimal(text, decimals)).toEqual({ ok: true, mantissa });
  });

  it.each(["", " 1", "1e5", "+1", "1.", ".5", "0x10", "1,000", "NaN", "1".repeat(41)])("refuses %j", (text) => {
    expect(parseDecimal(text, 2)).toEqual({ ok: false, reason: "malformed" });
  });

  it("refuses digits beyond the decimals instead of rounding them", () => {
    expect(parseDecimal("1.005", 2)).toEqual({ ok: false, reason: "too-precise" });
  });

  it("prints what it reads, for any integer and scale", () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.integer({ min: 0, max: 12 }), (mantissa, decimals) => {
        expect(parseDecimal(formatDecimal(mantissa, decimals), decimals)).toEqual({ ok: true, mantissa });
      }),
    );
  });
});

describe("ticks and lots", () => {
  const quarter = { decimals: 2, mantissa: 25 };

  it("counts whole steps", () => {
    expect(parseUnits("4500.25", quarter)).toEqual({ ok: true, units: 18001 });
    expect(formatUnits(18001, quarter)).toBe("4500.25");
  });

  it("refuses a value between steps, and one that is too large", () => {
    expect(parseUnits("4500.30", quarter)).toEqual({ ok: false, reason: "off-step" });
    expect(parseUnits("4500.255", quarter)).toEqual({ ok: false, reason: "off-step" });
    expect(parseUnits("99999999999999999999", quarter)).toEqual({ ok: false, reason: "overflow" });
  });
});
