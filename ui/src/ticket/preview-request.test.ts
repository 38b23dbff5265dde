import { OrdType, PostOnly, SelfTradePrevention, Side, TimeInForce, TriggerSource } from "@jware/schemas/wire";
import { describe, expect, it } from "vitest";
import { BTC } from "../../test/venue/instruments.js";
import { InstrumentFormat } from "../format/instrument-format.js";
import { previewOf, previewRequest } from "./preview-request.js";

const format = new InstrumentFormat(BTC);

describe("what the ticket asks the engine", () => {
  it("has every term that the order would be sent with, in words and decimals", () => {
    const terms = {
      ...{ side: Side.Sell, ordType: OrdType.StopLimit, timeInForce: TimeInForce.Gtd, lots: 5000, ticks: 6_000_000 },
      ...{ triggerTicks: 6_000_100, triggerSource: TriggerSource.Mark, displayLots: 500, expireMs: 1_800_000_000_000 },
      ...{ postOnly: PostOnly.Reprice, reduceOnly: true, selfTradePrevention: SelfTradePrevention.Decrement },
    };
    expect(previewRequest("PAPER-1", format, terms)).toEqual({
      ...{ account: "PAPER-1", clOrdId: "ticket", symbol: BTC.symbol, side: "sell", ordType: "stopLimit", timeInForce: "gtd" },
      ...{ orderQty: "0.5000", price: "60000.00", triggerPrice: "60001.00", triggerSource: "mark", displayQty: "0.0500" },
      ...{ expireTsMs: 1_800_000_000_000, postOnly: "reprice", reduceOnly: true, selfTradePrevention: "decrement" },
    });
  });

  it("leaves out what the order does not say", () => {
    const terms = { side: Side.Buy, ordType: OrdType.Market, timeInForce: TimeInForce.Ioc, lots: 1, ticks: 0 };
    expect(Object.keys(previewRequest("PAPER-1", format, terms))).toEqual([
      ...["account", "clOrdId", "symbol", "side", "ordType", "timeInForce", "orderQty"],
    ]);
  });
});

describe("what the engine answers", () => {
  it("is every refusal with its figures, and the first levels of the fills", () => {
    const figures = { unit: "money", currency: "USD", limit: "10.00", value: "12.00", headroom: "8.00" };
    const none = { unit: "none", currency: null, limit: null, value: null, headroom: null };
    const fills = ["1", "2", "3", "4", "5"].map((price) => ({ price, qty: "0.1" }));
    const refusals = [
      { rule: "ORDER_NOTIONAL_LIMIT", text: "Too much.", ...figures },
      { rule: "FIRM_HALTED", text: "Halted.", ...none },
    ];
    expect(previewOf({ accepted: false, refusals, passed: [], fills })).toEqual({
      ...{ accepted: false, closest: "", passed: "" },
      refusals: [
        { rule: "ORDER_NOTIONAL_LIMIT", text: "Too much.", figures: "limit 10.00 USD, would be 12.00, headroom 8.00" },
        { rule: "FIRM_HALTED", text: "Halted.", figures: "" },
      ],
      fills: "0.1 at 1, 0.1 at 2, 0.1 at 3, 2 more levels",
    });
    const nothing = { accepted: true, refusals: [], closest: "", passed: "", fills: "" };
    expect(previewOf({ accepted: true, refusals: [], passed: [], fills: [] })).toEqual(nothing);
  });

  it("is the limit that the order uses most of, and all others", () => {
    const rule = (name: string, value: string, limit: string, currency: string | null = null) => {
      return { rule: name, unit: "count", currency, limit, value, headroom: "0" };
    };
    const passed = [
      rule("QTY_BELOW_MIN", "5", "1"),
      rule("QTY_ABOVE_MAX", "5", "100"),
      rule("INSUFFICIENT_FUNDS", "3000.005000", "10000.000000", "USD"),
      rule("GROSS_NOTIONAL_LIMIT", "9.00", "100.00", "USD"),
    ];
    expect(previewOf({ accepted: true, refusals: [], passed, fills: [] })).toMatchObject({
      closest: "funds: 3,000.01 of 10,000.00 USD",
      passed:
        "least quantity: 5 against 1\nquantity: 5 of 100\nfunds: 3,000.01 of 10,000.00 USD\ngross notional: 9.00 of 100.00 USD",
    });
  });
});
