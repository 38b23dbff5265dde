import {
  Contingency,
  ExecReason,
  ExecType,
  OrdStatus,
  OrdType,
  RequestKind,
  Side,
  TimeInForce,
  TradingState,
} from "@jware/schemas/wire";
import { describe, expect, it } from "vitest";
import { EXEC, REFUSAL } from "../../test/venue/sample-events.js";
import type { NewOrderRequest } from "../stream/worker-message.js";
import { CLOSED_ORDERS_MAX, isInBook, isLive, isOpen, lineTicks, OwnOrders } from "./own-orders.js";

const REQUEST: NewOrderRequest = {
  kind: "new-order",
  account: 1001,
  instrument: 1,
  clOrdId: "ui-1",
  side: Side.Buy,
  ordType: OrdType.Limit,
  timeInForce: TimeInForce.Gtc,
  lots: 10,
  ticks: 6_418_250,
};
const snapshot = (orders: readonly (typeof EXEC)[]) =>
  ({
    kind: "snapshot",
    account: 1001,
    accountSeq: 9,
    state: TradingState.Active,
    positionMode: "netting",
    orders,
    positions: [],
    balances: [],
  }) as const;

describe("own orders", () => {
  it("are sending until a report says more", () => {
    const orders = new OwnOrders();
    orders.sent(REQUEST, 1);
    expect(orders.get("ui-1")?.state).toBe("sending");
    orders.report(EXEC);
    expect(orders.get("ui-1")).toMatchObject({ state: "working", orderId: "77", leavesLots: 10 });
  });

  it("keep one row over a replace, and the request is pending until its own report", () => {
    const orders = new OwnOrders();
    orders.sent(REQUEST, 1);
    orders.report(EXEC);
    orders.asked("ui-1", { kind: "replace", clOrdId: "ui-2", lots: 20, ticks: 6_418_300, triggerTicks: 0 });
    expect(orders.get("ui-1")).toMatchObject({ ticks: 6_418_250, pending: { ticks: 6_418_300 } });
    const fill = {
      ...EXEC,
      accountSeq: 6,
      execId: "901",
      execType: ExecType.Trade,
      ordStatus: OrdStatus.PartiallyFilled,
      cumLots: 1,
      leavesLots: 9,
      lastLots: 1,
      lastTicks: 6_418_250,
    };
    orders.report(fill);
    expect(orders.get("ui-1")?.pending).toBeDefined();
    orders.report({
      ...EXEC,
      clOrdId: "ui-2",
      origClOrdId: "ui-1",
      execType: ExecType.Replaced,
      orderLots: 20,
      leavesLots: 19,
      cumLots: 1,
      priceTicks: 6_418_300,
    });
    expect(orders.list()).toHaveLength(1);
    expect(orders.get("ui-1")).toMatchObject({ clOrdId: "ui-2", ticks: 6_418_300, orderLots: 20, pending: undefined });
  });

  it("are on their way until they have arrived, and so are requests about them", () => {
    const orders = new OwnOrders();
    orders.sent(REQUEST, 1);
    orders.report({ ...EXEC, execType: ExecType.PendingNew, ordStatus: OrdStatus.PendingNew });
    expect(orders.list().map((row) => [row.state, isOpen(row), isLive(row), isInBook(row)])).toEqual([
      ["travelling", true, true, false],
    ]);
    orders.report(EXEC);
    expect(orders.list().map((row) => [row.state, isInBook(row)])).toEqual([["working", true]]);
    orders.asked("ui-1", { kind: "replace", clOrdId: "ui-2", lots: 20, ticks: 6_418_300, triggerTicks: 0 });
    const asked = { clOrdId: "ui-2", origClOrdId: "ui-1" };
    orders.report({ ...EXEC, ...asked, execType: ExecType.PendingReplace, ordStatus: OrdStatus.PendingReplace });
    expect(orders.get("ui-1")).toMatchObject({ state: "working", clOrdId: "ui-1", pending: { clOrdId: "ui-2" } });
    orders.report({ ...EXEC, ...asked, execType: ExecType.Replaced });
    expect(orders.get("ui-1")).toMatchObject({ state: "working", clOrdId: "ui-2", pending: undefined });
  });

  it("stay what they were when a cancel or replace is refused", () => {
    const orders = new OwnOrders();
    orders.sent(REQUEST, 1);
    orders.report(EXEC);
    orders.asked("ui-1", { kind: "cancel", clOrdId: "ui-3", lots: 10, ticks: 1, triggerTicks: 0 });
    const row = orders.refused({ ...REFUSAL, clOrdId: "ui-3" });
    expect(row).toMatchObject({ state: "working", pending: undefined });
    expect(orders.get("ui-1")?.refusal?.code).toBe(506);
    orders.dismiss("ui-1");
    expect(orders.get("ui-1")?.refusal).toBeUndefined();
  });

  it("are done as asked where a cancel came after another's, and not where one came after a fill", () => {
    for (const [ordStatus, isDone] of [
      [OrdStatus.Canceled, true],
      [OrdStatus.Filled, false],
    ] as const) {
      const orders = new OwnOrders();
      orders.sent(REQUEST, 1);
      orders.report(EXEC);
      orders.asked("ui-1", { kind: "cancel", clOrdId: "ui-3", lots: 10, ticks: 1, triggerTicks: 0 });
      const refusal = { ...REFUSAL, clOrdId: "ui-3", responseTo: RequestKind.Cancel };
      expect(orders.isDone(refusal)).toBe(false);
      orders.report({ ...EXEC, ordStatus });
      expect([orders.isDone(refusal), orders.isDone({ ...refusal, responseTo: RequestKind.Replace })]).toEqual([isDone, false]);
    }
  });

  it("that were refused are refused rows until dismissed", () => {
    const orders = new OwnOrders();
    orders.sent(REQUEST, 1);
    orders.refused(REFUSAL);
    expect(orders.get("ui-1")?.state).toBe("refused");
    orders.dismiss("ui-1");
    expect(orders.list()).toEqual([]);
    expect(orders.refused({ ...REFUSAL, clOrdId: "nobody's" })).toBeUndefined();
  });

  it("count a fill once, however often it is reported", () => {
    const orders = new OwnOrders();
    const fill = {
      ...EXEC,
      execId: "901",
      execType: ExecType.Trade,
      ordStatus: OrdStatus.Filled,
      cumLots: 10,
      leavesLots: 0,
      lastLots: 10,
      lastTicks: 5,
    };
    expect(orders.report(fill)).toMatchObject({ lots: 10, ticks: 5 });
    expect(orders.report(fill)).toBeUndefined();
    orders.addHistory([
      {
        key: "901",
        tsMs: 1,
        account: 1001,
        instrument: 1,
        side: Side.Buy,
        lots: 10,
        ticks: 5,
        feeMinor: 0n,
        maker: false,
        clOrdId: "x",
      },
    ]);
    expect(orders.fills()).toHaveLength(1);
  });

  it("wait for their trigger, and say so until it comes or a check refuses them", () => {
    const orders = new OwnOrders();
    const held = { ...EXEC, ordType: OrdType.Stop, priceTicks: 0, triggerTicks: 6_300_000, ordStatus: OrdStatus.Held };
    orders.report(held);
    const row = orders.list()[0];
    expect(row).toMatchObject({ state: "waiting", triggerTicks: 6_300_000 });
    expect(row !== undefined && [isOpen(row), isLive(row), lineTicks(row)]).toEqual([true, true, 6_300_000]);
    orders.report({ ...held, execType: ExecType.Triggered, ordStatus: OrdStatus.New });
    expect(orders.list()[0]?.state).toBe("working");
    orders.report({
      ...{ ...held, execType: ExecType.Rejected, ordStatus: OrdStatus.Rejected, leavesLots: 0 },
      ...{ reason: ExecReason.Refused, refusal: REFUSAL },
    });
    expect(orders.list()[0]).toMatchObject({ state: "rejected", reason: "refused at its trigger", refusal: { code: 506 } });
  });

  it("of a list are refused together, the one at fault with its figures", () => {
    const orders = new OwnOrders();
    const { kind: _, account, instrument, ...first } = REQUEST;
    const list = [first, { ...first, clOrdId: "ui-9" }];
    orders.sent({ kind: "new-list", account, instrument, clOrdId: "ui-1", contingency: Contingency.Oco, orders: list }, 1);
    expect(orders.list().map(({ state }) => state)).toEqual(["sending", "sending"]);
    orders.refused({ ...REFUSAL, clOrdId: "ui-9" });
    expect(orders.get("ui-1")).toMatchObject({ state: "refused", reason: "with its list", refusal: undefined });
    expect(orders.get("ui-9")).toMatchObject({ state: "refused", refusal: { code: 506 } });
  });

  it("show why they ended", () => {
    const orders = new OwnOrders();
    orders.report({
      ...EXEC,
      execType: ExecType.Canceled,
      ordStatus: OrdStatus.Canceled,
      reason: ExecReason.Halted,
      leavesLots: 0,
    });
    expect(orders.list()[0]).toMatchObject({ state: "canceled", reason: "halted" });
  });

  it("without an answer are unknown after a lost line, and reconciled by snapshot and history", () => {
    const orders = new OwnOrders();
    orders.report(EXEC);
    orders.sent({ ...REQUEST, clOrdId: "arrived" }, 1);
    orders.sent({ ...REQUEST, clOrdId: "filled" }, 1);
    orders.sent({ ...REQUEST, clOrdId: "never" }, 1);
    orders.lost(["arrived", "filled", "never"]);
    expect(orders.get("arrived")?.state).toBe("unknown");
    const missing = orders.snapshot(snapshot([{ ...EXEC, orderId: "78", clOrdId: "arrived" }]));
    expect(orders.get("arrived")?.state).toBe("working");
    expect(missing.map(({ key, state }) => [key, state])).toEqual([
      ["ui-1", "gone"],
      ["filled", "unknown"],
      ["never", "unknown"],
    ]);
    orders.resolve("ui-1", { state: "canceled", cumLots: 0 });
    orders.resolve("filled", { state: "filled", cumLots: 10 });
    orders.resolve("never", undefined);
    expect(["ui-1", "filled", "never"].map((key) => orders.get(key)?.state)).toEqual(["canceled", "filled", "refused"]);
    expect(orders.get("never")?.reason).toBe("never reached the server");
  });

  it("are capped, and open ones are never the ones to go", () => {
    const orders = new OwnOrders();
    orders.report(EXEC);
    for (let index = 0; index < CLOSED_ORDERS_MAX + 50; index++) {
      orders.report({ ...EXEC, orderId: `c${index}`, clOrdId: `c${index}`, ordStatus: OrdStatus.Canceled, leavesLots: 0 });
    }
    expect(orders.list().length).toBeLessThanOrEqual(CLOSED_ORDERS_MAX);
    expect(orders.get("ui-1")?.state).toBe("working");
  });

  it("shows a fill that was corrected as it is from now on, and one that was bust as it was, with the reason", () => {
    const orders = new OwnOrders();
    const filled = { ...EXEC, ordStatus: OrdStatus.Filled, cumLots: 10, leavesLots: 0 };
    orders.report({ ...filled, execId: "901", execType: ExecType.Trade, lastLots: 10, lastTicks: 100, lastFeeMinor: 5n });
    const adjusted = { ...filled, execRefId: "901", text: "fat finger" };
    const corrected = { execType: ExecType.TradeCorrect, cumLots: 6, lastLots: 6, lastTicks: 90, lastFeeMinor: 3n };
    orders.report({ ...adjusted, ...corrected, execId: "902", orderLots: 6 });
    const now = { lots: 6, ticks: 90, feeMinor: 3n };
    expect(orders.fills()).toMatchObject([{ key: "901", ...now, adjusted: { how: "corrected", why: "fat finger" } }]);
    const bust = { execType: ExecType.TradeCancel, cumLots: 0, lastLots: 6, lastTicks: 90, lastFeeMinor: 3n };
    orders.report({ ...adjusted, ...bust, execId: "903", orderLots: 0, ordStatus: OrdStatus.Canceled });
    expect(orders.fills()).toMatchObject([{ key: "901", ...now, adjusted: { how: "bust" } }]);
    expect(orders.list()[0]).toMatchObject({ state: "canceled", cumLots: 0 });
  });
});
