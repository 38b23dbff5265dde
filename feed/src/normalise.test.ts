import { formatUnits, parseUnits, type UnitScale } from "@jware/schemas";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MALFORMED, OFF_STEP, OVERFLOW, readDisplayedLots, readSteps } from "./normalise.js";

const cent: UnitScale = { decimals: 2, mantissa: 1 };
const quarter: UnitScale = { decimals: 2, mantissa: 25 };
const fine: UnitScale = { decimals: 5, mantissa: 1 };
const thousand: UnitScale = { decimals: 0, mantissa: 1000 };

describe("readSteps", () => {
  it.each<[string, UnitScale, number]>([
    ["61837.63000000", cent, 6_183_763],
    ["61837.63", cent, 6_183_763],
    ["61837.6", cent, 6_183_760],
    ["61837", cent, 6_183_700],
    ["0.00000000", cent, 0],
    ["00012.50", cent, 1250],
    ["4500.25", quarter, 18_001],
    ["3.78826000", fine, 378_826],
    ["25000", thousand, 25],
    ["90071992547409.91", cent, Number.MAX_SAFE_INTEGER],
  ])("reads %s", (text, scale, steps) => {
    expect(readSteps(text, scale)).toBe(steps);
  });

  it.each<[string, UnitScale]>([
    ["61837.635", cent],
    ["61837.63000001", cent],
    ["4500.30", quarter],
    ["25500", thousand],
    ["0.000001", fine],
  ])("refuses %s between two steps instead of rounding it", (text, scale) => {
    expect(readSteps(text, scale)).toBe(OFF_STEP);
  });

  it.each(["90071992547409.92", "99999999999999999999", "123456789012345678901234567890"])("refuses %s as too large", (text) => {
    expect(readSteps(text, cent)).toBe(OVERFLOW);
  });

  it.each(["", ".", ".5", "5.", "1..2", "1.2.3", "-1", "+1", " 1", "1 ", "1e5", "0x10", "1,000", "NaN", "٣", "1".repeat(41)])(
    "refuses %j as malformed",
    (text) => {
      expect(readSteps(text, cent)).toBe(MALFORMED);
    },
  );

  it("agrees with the exact reader of the edges on any text of digits and dots", () => {
    const text = fc.stringMatching(/^[0-9]{0,18}\.?[0-9]{0,10}$/);
    const scale = fc.record({ decimals: fc.integer({ min: 0, max: 8 }), mantissa: fc.constantFrom(1, 5, 10, 25, 1000) });
    fc.assert(
      fc.property(text, scale, (value, units) => {
        const exact = parseUnits(value, units);
        const steps = readSteps(value, units);
        // The edges count an overflow after the division, this reader before it.
        if (steps === OVERFLOW) expect(exact.ok && exact.units * units.mantissa <= Number.MAX_SAFE_INTEGER).toBe(false);
        else expect(steps).toBe(exact.ok ? exact.units : exact.reason === "malformed" ? MALFORMED : OFF_STEP);
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads back what the edges print", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.constantFrom(cent, quarter, fine, thousand), (steps, scale) => {
        expect(readSteps(formatUnits(steps, scale), scale)).toBe(steps);
      }),
    );
  });
});

describe("readDisplayedLots", () => {
  it.each<[string, UnitScale, number]>([
    ["25.42618900", fine, 2_542_618],
    ["0.00000900", fine, 0],
    ["1999", thousand, 1],
    ["3.78826000", fine, 378_826],
    ["0.0000x", fine, MALFORMED],
  ])("counts the whole lots of %s", (text, scale, lots) => {
    expect(readDisplayedLots(text, scale)).toBe(lots);
  });
});
