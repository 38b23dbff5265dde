import { OrdType, Side } from "@jware/schemas/wire";
import { describe, expect, it } from "vitest";
import { BTC } from "../../test/venue/instruments.js";
import { InstrumentFormat } from "../format/instrument-format.js";
import { checkTicket } from "./ticket-check.js";

const format = new InstrumentFormat(BTC);
const TOUCH = { bidTicks: 6_000_000, askTicks: 6_000_100 };
const FIELDS = { side: Side.Buy, ordType: OrdType.Limit, qtyText: "0.5", priceText: "60000.00" };

describe("the ticket's own check", () => {
  it("counts worth and the maker's fee of an order that rests", () => {
    expect(checkTicket(FIELDS, format, TOUCH)).toMatchObject({
      lots: 5000,
      ticks: 6_000_000,
      qtyProblem: "",
      priceProblem: "",
      crosses: false,
      worthMinor: 30_000_000_000n,
      feeMinor: 12_000_000n,
    });
  });

  it("counts the taker's fee where it crosses, and the far touch for a market order", () => {
    expect(checkTicket({ ...FIELDS, priceText: "60001.00" }, format, TOUCH)).toMatchObject({
      crosses: true,
      feeMinor: 30_000_500n,
    });
    expect(checkTicket({ ...FIELDS, side: Side.Sell }, format, TOUCH).crosses).toBe(true);
    expect(checkTicket({ ...FIELDS, ordType: OrdType.Market, priceText: "" }, format, TOUCH)).toMatchObject({
      ticks: 0,
      priceProblem: "",
      worthMinor: 30_000_500_000n,
      crosses: true,
    });
  });

  it("counts what waits at its trigger, with the taker's fee where it goes to market", () => {
    const stop = { ...FIELDS, ordType: OrdType.Stop, priceText: "", triggerTicks: 6_100_000 };
    expect(checkTicket(stop, format, TOUCH)).toMatchObject({
      ...{ ticks: 0, priceProblem: "", crosses: false, worthMinor: 30_500_000_000n, feeMinor: 30_500_000n },
    });
    expect(checkTicket({ ...stop, ordType: OrdType.StopLimit, priceText: "" }, format, TOUCH).priceProblem).toMatch(/missing/);
  });

  it.each([
    [{ qtyText: "0.00005" }, "qtyProblem", /multiple of 0.0001/],
    [{ qtyText: "0" }, "qtyProblem", /below 0.0001/],
    [{ qtyText: "200" }, "qtyProblem", /above 100/],
    [{ priceText: "60000.001" }, "priceProblem", /multiple of 0.01/],
    [{ priceText: "0" }, "priceProblem", /above 0/],
    [{ priceText: "" }, "priceProblem", /missing/],
  ] as const)("tells %o", (change, field, problem) => {
    expect(checkTicket({ ...FIELDS, ...change }, format, TOUCH)[field]).toMatch(problem);
  });
});
