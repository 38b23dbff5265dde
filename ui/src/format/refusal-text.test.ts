import { LimitUnit, OrdType } from "@jware/schemas/wire";
import { describe, expect, it } from "vitest";
import { BTC } from "../../test/venue/instruments.js";
import { REFUSAL } from "../../test/venue/sample-events.js";
import { InstrumentFormat } from "./instrument-format.js";
import { localRefusal, refusalView } from "./refusal-text.js";

const format = new InstrumentFormat(BTC);
const asked = { lots: 10_000, ticks: 6_000_000, ordType: OrdType.Limit };

describe("a refusal in words", () => {
  it("shows code, limit, value and headroom in money, and the quantity that would pass", () => {
    expect(refusalView(REFUSAL, format, asked)).toMatchObject({
      by: "engine",
      code: "506 INSUFFICIENT_FUNDS",
      figures: { limit: "1,000,000.00 USD", value: "5,000,000.00 USD", headroom: "1,000,000.00 USD" },
      fix: { kind: "qty", lots: 2000, label: "Set qty 0.2000" },
    });
  });

  it("offers the limit of a quantity, in either direction", () => {
    const refusal = { ...REFUSAL, unit: LimitUnit.Lots, limit: 500n, value: 10_000n, headroom: 500n, currency: "" };
    expect(refusalView(refusal, format, asked)).toMatchObject({
      figures: { limit: "0.0500", value: "1.0000" },
      fix: { kind: "qty", lots: 500 },
    });
  });

  it("offers the collar's price", () => {
    const refusal = { ...REFUSAL, unit: LimitUnit.Ticks, limit: 6_600_000n, value: 7_000_000n, headroom: 0n, currency: "" };
    expect(refusalView(refusal, format, asked).fix).toEqual({ kind: "price", ticks: 6_600_000, label: "Set price 66000.00" });
    expect(refusalView(refusal, format, { ...asked, ordType: OrdType.Market }).fix).toBeUndefined();
  });

  it("offers nothing where nothing would pass", () => {
    expect(refusalView({ ...REFUSAL, headroom: 0n }, format, asked).fix).toBeUndefined();
    expect(refusalView({ ...REFUSAL, headroom: -5n }, format, asked).fix).toBeUndefined();
    expect(refusalView({ ...REFUSAL, headroom: 1n }, format, asked).fix).toBeUndefined();
    expect(refusalView(REFUSAL, format, undefined).fix).toBeUndefined();
  });

  it("has no figures where the rule has none, and tells who refused", () => {
    expect(refusalView({ ...REFUSAL, unit: LimitUnit.None }, format, asked).figures).toBeUndefined();
    expect(localRefusal("Disarmed")).toMatchObject({ by: "page", code: "", text: "Disarmed" });
  });
});
