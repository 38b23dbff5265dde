import { ExecReason, ExecType, OrdStatus, ScopeKind, TradingState } from "@jware/schemas/wire";
import { describe, expect, it } from "vitest";
import { BTC } from "../../test/venue/instruments.js";
import { EXEC } from "../../test/venue/sample-events.js";
import { InstrumentFormat } from "../format/instrument-format.js";
import type { OwnEvent } from "../stream/own-event.js";
import { RiskNotes } from "./risk-notes.js";

const format = new InstrumentFormat(BTC);
const notes = () =>
  new RiskNotes({
    accountName: (account) => `PAPER-${account - 1000}`,
    format: (instrument) => (instrument === BTC.id ? format : undefined),
    currencyDecimals: (code) => (code === BTC.quoteCurrency ? BTC.currencyDecimals : undefined),
  });
const halted = (clOrdId: string, account = 1001): OwnEvent => ({
  ...EXEC,
  ...{ account, clOrdId, execType: ExecType.Canceled, ordStatus: OrdStatus.Canceled, reason: ExecReason.Halted },
  ...{ instrument: BTC.id, orderLots: 5000, cumLots: 1000, priceTicks: 6_000_000 },
});
const status = (state: TradingState): OwnEvent => ({
  ...{ kind: "status", account: 1001, accountSeq: 9, state, reason: "kill switch", tsMs: 1000 },
});

describe("risk notes", () => {
  it("list each order that a halt canceled, once", () => {
    const risk = notes();
    for (const event of [halted("a"), halted("b"), halted("other", 1002)]) expect(risk.take(event)).toBeUndefined();
    expect(risk.take(status(TradingState.Halted))).toMatchObject({
      ...{ about: "PAPER-1", tone: "bad", text: "Halted, 2 orders canceled", reason: "kill switch" },
      orders: [expect.stringMatching(new RegExp(`0\\.4.* ${BTC.symbol} at 60000\\.00 \\(a\\)`)), expect.stringMatching(/\(b\)$/)],
    });
    expect(risk.take(status(TradingState.Active))).toMatchObject({ text: "Released", orders: [], tone: "info" });
  });

  it("say whose limit was set, and what was passed", () => {
    const risk = notes();
    const limit: OwnEvent = {
      ...{ kind: "limit", scope: { of: "key", key: 8 }, limit: "messageRate", instrument: 0, currency: "" },
      ...{ max: 50n, windowMs: 1000, reason: "review", tsMs: 1 },
    };
    expect(risk.take(limit)).toMatchObject({ about: "API key 8", text: "Limit message rate: 50 in 1 s", reason: "review" });
    expect(risk.take({ ...limit, max: undefined, windowMs: 0 })).toMatchObject({ text: "Limit message rate: taken away" });
    const money = 10n ** BigInt(BTC.currencyDecimals);
    const loss: OwnEvent = {
      ...{ kind: "loss-limit", account: 1001, limit: "lossHalt", currency: BTC.quoteCurrency },
      ...{ maxMinor: 100n * money, lossMinor: 2500n * money, tsMs: 2 },
    };
    expect(risk.take(loss)).toMatchObject({
      ...{ about: "PAPER-1", tone: "bad" },
      text: `Limit loss, halt passed: lost 2,500.00 ${BTC.quoteCurrency} of 100.00 ${BTC.quoteCurrency}`,
    });
    expect(risk.list().map(({ id }) => id)).toEqual([3, 2, 1]);
  });

  it("say whose fee schedule was set", () => {
    const risk = notes();
    const fees: OwnEvent = {
      ...{ kind: "fee-schedule", account: 0, currency: "USD", tierCount: 3, reason: "review", tsMs: 1 },
    };
    expect(risk.take(fees)).toMatchObject({ about: "All trading", text: "Fee schedule in USD: 3 tiers", reason: "review" });
    expect(risk.take({ ...fees, account: 1001, tierCount: 0 })).toMatchObject({
      ...{ about: "PAPER-1", text: "Fee schedule in USD: taken away" },
    });
  });

  it("are silent where a logon tells a state again", () => {
    const scope: OwnEvent = {
      ...{ kind: "scope", scope: ScopeKind.Firm, account: 0, instrument: 0, strategy: 0 },
      ...{ state: TradingState.Halted, canceledCount: 0, reason: "", tsMs: 1 },
    };
    expect(notes().take(scope)).toBeUndefined();
    expect(notes().take({ ...scope, reason: "news" })).toMatchObject({ about: "All trading", text: "Halted" });
  });
});
