import { describe, expect, it } from "vitest";
import { accountFeesText } from "./account-fees.js";

describe("what an account pays", () => {
  const base = { currency: "USD", tier: 1, tiers: [{}, {}, {}], makerFeePpm: 100, takerFeePpm: 450 };
  const nextTier = { missing: "1234567.01", makerFeePpm: -25, takerFeePpm: 300 };

  it("is its rates, its tier, and what it has to trade for the next one, never told too low", () => {
    expect(accountFeesText([{ ...base, nextTier }])).toBe(
      "Fees USD 0.01%/0.045%, tier 1 of 3; 1,234,568 more for -0.0025%/0.03%",
    );
    expect(accountFeesText([{ ...base, nextTier: { ...nextTier, missing: "999.00" } }])).toContain("; 999 more for");
  });

  it("has nothing to reach at the top, and no tier where there is one", () => {
    expect(accountFeesText([{ ...base, tier: 3, nextTier: null }])).toBe("Fees USD 0.01%/0.045%, tier 3 of 3");
    expect(accountFeesText([{ ...base, tiers: [{}], nextTier: null }])).toBe("Fees USD 0.01%/0.045%");
  });

  it("is told of every currency, and left to the instruments where there is no schedule", () => {
    const euro = { ...base, currency: "EUR", tiers: [{}], nextTier: null };
    expect(accountFeesText([{ ...base, tier: 3, nextTier: null }, euro])).toBe(
      "Fees USD 0.01%/0.045%, tier 3 of 3; EUR 0.01%/0.045%",
    );
    expect(accountFeesText([])).toBe("Fees by instrument");
  });
});
