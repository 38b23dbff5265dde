import { Contingency, OrdType, PostOnly, SelfTradePrevention, Side, TimeInForce, TriggerSource } from "@jware/schemas/wire";
import { describe, expect, it } from "vitest";
import { BTC } from "../../test/venue/instruments.js";
import { InstrumentFormat } from "../format/instrument-format.js";
import { LIMIT_KIND, OCO_KIND, readTicketTerms, type TermTexts, TICKET_KINDS, timesInForceOf } from "./ticket-terms.js";

const format = new InstrumentFormat(BTC);
const TEXTS: TermTexts = {
  ...{ trigger: "", triggerSource: TriggerSource.Last, trail: "", isTrailPercent: false, display: "", expire: "" },
  ...{ postOnly: PostOnly.None, reduceOnly: false, selfTradePrevention: SelfTradePrevention.CancelNewest },
  ...{ profit: "", stop: "" },
};
const ORDER = { side: Side.Buy, timeInForce: TimeInForce.Gtc, lots: 10, entryTicks: 6_000_000 };
const kindOf = (name: string) => TICKET_KINDS.find((each) => each.name === name) ?? LIMIT_KIND;
const read = (name: string, texts: Partial<TermTexts>, order: Partial<typeof ORDER> = {}) =>
  readTicketTerms(kindOf(name), { ...TEXTS, ...texts }, { ...ORDER, ...order }, format);

describe("the ticket's terms", () => {
  it("of a plain limit order are nothing but how it meets its owner's orders", () => {
    expect(read("limit", {})).toEqual({
      more: { selfTradePrevention: SelfTradePrevention.CancelNewest },
      linked: undefined,
      problem: "",
      triggerTicks: 0,
    });
  });

  it("are read as the type needs them", () => {
    expect(read("stop", { trigger: "61000.00", triggerSource: TriggerSource.Mark }).more).toMatchObject({
      triggerTicks: 6_100_000,
      triggerSource: TriggerSource.Mark,
    });
    expect(read("trailing", { trail: "12.5" }).more).toMatchObject({ trailTicks: 1250 });
    expect(read("trailing", { trail: "0.25", isTrailPercent: true }).more).toMatchObject({ trailBps: 25 });
    expect(read("limit", { display: "0.0005", postOnly: PostOnly.Reprice, reduceOnly: true }).more).toMatchObject({
      ...{ displayLots: 5, postOnly: PostOnly.Reprice, reduceOnly: true },
    });
    // A market order has no price to show a part at.
    expect(read("market", { display: "0.0005", postOnly: PostOnly.Reject }).more).not.toHaveProperty("displayLots");
    expect(read("limit", { expire: "2030-01-02T03:04" }, { timeInForce: TimeInForce.Gtd }).more.expireMs).toBe(
      Date.UTC(2030, 0, 2, 3, 4),
    );
  });

  it.each([
    ["stop", { trigger: "" }, /Trigger is missing/],
    ["stop", { trigger: "61000.001" }, /Trigger is not a multiple of 0.01/],
    ["stop", { trigger: "0" }, /Trigger must be above 0/],
    ["trailing", { trail: "" }, /Trail is missing/],
    ["trailing", { trail: "100", isTrailPercent: true }, /Trail is 0.01 to 99.99 %/],
    ["trailing", { trail: "x", isTrailPercent: true }, /Trail is 0.01 to 99.99 %/],
    ["limit", { display: "0.00001" }, /Display is not a multiple/],
    ["limit", { profit: "70000", stop: "60000.00" }, /Stop-loss is beyond 0/],
  ] as const)("of a %s with %o name their problem", (name, texts, problem) => {
    expect(read(name, texts).problem).toMatch(problem);
  });

  it("need a time where the order is to end at one", () => {
    expect(read("limit", {}, { timeInForce: TimeInForce.Gtd }).problem).toMatch(/GTD needs a time/);
  });

  it("make a bracket of two distances, on the other side of the entry's own", () => {
    expect(read("limit", { profit: "500", stop: "250.5" }).linked).toEqual({
      contingency: Contingency.Bracket,
      orders: [
        { side: Side.Sell, timeInForce: TimeInForce.Gtc, lots: 10, ordType: OrdType.Limit, ticks: 6_050_000 },
        {
          ...{ side: Side.Sell, timeInForce: TimeInForce.Gtc, lots: 10, ordType: OrdType.Stop, ticks: 0 },
          ...{ triggerTicks: 5_974_950, triggerSource: TriggerSource.Last },
        },
      ],
    });
    const sold = read("limit", { profit: "500", stop: "250" }, { side: Side.Sell }).linked?.orders;
    expect(sold?.map(({ side, ticks, triggerTicks }) => [side, ticks, triggerTicks])).toEqual([
      [Side.Buy, 5_950_000, undefined],
      [Side.Buy, 0, 6_025_000],
    ]);
  });

  it("make a child of one distance, which only reduces", () => {
    expect(read("market", { stop: "100" }).linked).toMatchObject({
      contingency: Contingency.Oto,
      orders: [{ ordType: OrdType.Stop, triggerTicks: 5_990_000, reduceOnly: true }],
    });
    expect(read("market", { stop: "100" }, { entryTicks: 0 }).problem).toMatch(/no price/);
  });

  it("make an OCO of a limit and a stop on the same side", () => {
    const terms = read("oco", { trigger: "61000", reduceOnly: true });
    expect(terms.more).not.toHaveProperty("triggerTicks");
    expect(terms.linked).toMatchObject({
      contingency: Contingency.Oco,
      orders: [{ side: Side.Buy, ordType: OrdType.Stop, ticks: 0, lots: 10, triggerTicks: 6_100_000, reduceOnly: true }],
    });
    expect(terms.linked?.orders[0]).not.toHaveProperty("entryTicks");
  });

  it("offer only times in force that the type takes", () => {
    expect(timesInForceOf(LIMIT_KIND)).toHaveLength(5);
    expect(timesInForceOf(OCO_KIND)).toEqual([TimeInForce.Gtc, TimeInForce.Day, TimeInForce.Gtd]);
    expect(timesInForceOf(kindOf("market"))).toEqual([TimeInForce.Ioc, TimeInForce.Fok]);
  });
});
