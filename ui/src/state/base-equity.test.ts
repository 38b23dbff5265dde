import { describe, expect, it } from "vitest";
import { baseEquityText } from "./base-equity.js";

describe("an account's whole equity", () => {
  const base = { currency: "USD", equity: "1113333.339999", stale: false, unconverted: [] };
  it("is read in thousands, with two decimals that are cut, not rounded up", () => {
    expect(baseEquityText(base)).toBe("Equity 1,113,333.33 USD");
    expect(baseEquityText({ ...base, equity: "-1500" })).toBe("Equity -1,500 USD");
  });
  it("says when it rests on a stale price, and when it is not known", () => {
    expect(baseEquityText({ ...base, stale: true })).toBe("Equity 1,113,333.33 USD (stale)");
    expect(baseEquityText({ ...base, equity: null, unconverted: ["EUR", "JPY"] })).toBe(
      "Equity in USD unknown: no price for EUR, JPY",
    );
  });
});
