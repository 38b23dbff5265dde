import { formatDecimal } from "@jware/schemas";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divided, fixed, grouped, MINUS, rescaled } from "./fixed.js";

describe("decimal text of integers", () => {
  it("agrees with the exact printer for every integer and scale", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 12 }), (mantissa, decimals) => {
        expect(fixed(mantissa, decimals).replace(MINUS, "-")).toBe(formatDecimal(mantissa, decimals));
        expect(grouped(BigInt(mantissa), decimals).replace(MINUS, "-").replaceAll(",", "")).toBe(
          formatDecimal(mantissa, decimals),
        );
      }),
    );
  });

  it("keeps zeros, has a true minus, sets thousands apart", () => {
    expect(fixed(6_418_250, 2)).toBe("64182.50");
    expect(fixed(-5, 2)).toBe(`${MINUS}0.05`);
    expect(grouped(1_234_567_890n, 2)).toBe("12,345,678.90");
    expect(grouped(-999n, 0)).toBe(`${MINUS}999`);
  });

  it("rounds for display half away from zero", () => {
    expect(rescaled(12_345n, 4, 2)).toBe(123n);
    expect(rescaled(12_350n, 4, 2)).toBe(124n);
    expect(rescaled(-12_350n, 4, 2)).toBe(-124n);
    expect(rescaled(5n, 0, 2)).toBe(500n);
    expect(divided(7n, 2n)).toBe(4n);
    expect(divided(-7n, 2n)).toBe(-4n);
    expect(divided(-7n, -2n)).toBe(4n);
  });
});
