import { OrdType, Permission, Side, TimeInForce, TradingState } from "@jware/schemas/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { BTC } from "../../test/venue/instruments.js";
import { EXEC } from "../../test/venue/sample-events.js";
import { InstrumentFormat } from "../format/instrument-format.js";
import type { OrderRequest } from "../stream/worker-message.js";
import { OrderDesk, tabPrefix, type DeskView, type Draft } from "./order-desk.js";
import { OwnOrders } from "./own-orders.js";

const READY: DeskView = {
  account: { id: 1001, name: "PAPER-1", permissions: Permission.Read | Permission.Trade | Permission.Cancel },
  format: new InstrumentFormat(BTC),
  armed: true,
  freshness: { state: "fresh", why: "" },
  tradingState: TradingState.Active,
  linesLive: true,
};
const DRAFT: Draft = {
  origin: "ladder",
  side: Side.Buy,
  ordType: OrdType.Limit,
  timeInForce: TimeInForce.Gtc,
  lots: 5,
  ticks: 100,
};

describe("the order desk", () => {
  let view: DeskView;
  let nowMs: number;
  let sent: OrderRequest[];
  let orders: OwnOrders;
  let desk: OrderDesk;

  beforeEach(() => {
    view = READY;
    nowMs = 1_000_000;
    sent = [];
    orders = new OwnOrders();
    desk = new OrderDesk(
      orders,
      {
        view: () => view,
        send: (request) => sent.push(request),
        sent: () => undefined,
        changed: () => undefined,
        nowMs: () => nowMs,
      },
      "uiTEST",
    );
    orders.report(EXEC);
  });

  const working = () => {
    const row = orders.get("ui-1");
    if (row === undefined) throw new Error("the order is missing");
    return row;
  };

  it("sends when everything allows it, and shows the order as sending", () => {
    const answer = desk.submit(DRAFT);
    expect(answer).toMatchObject({ ok: true });
    expect(sent[0]).toMatchObject({ kind: "new-order", instrument: 1, account: 1001, lots: 5, ticks: 100 });
    expect(orders.list()[0]).toMatchObject({ state: "sending" });
  });

  it.each([
    ["disarmed", { armed: false }, /Disarmed/],
    ["stale", { freshness: { state: "stale", why: "no market data" } as const }, /no market data/],
    ["halted", { tradingState: TradingState.Halted }, /halted/],
    ["not permitted", { account: { id: 1001, name: "PAPER-1", permissions: Permission.Read } }, /not trade/],
  ])("refuses new risk when %s, yet cancels, flattens and kills", (_, change, problem) => {
    view = { ...READY, ...change };
    const answer = desk.submit(DRAFT);
    expect(answer.ok ? "" : answer.problem).toMatch(problem);
    expect(sent).toEqual([]);
    expect(desk.cancel(working(), "blotter").ok).toBe(true);
    expect(desk.cancelAll(1).ok).toBe(true);
    expect(desk.flatten(1, 7).ok).toBe(true);
    expect(desk.kill().ok).toBe(true);
    expect(sent.map(({ kind }) => kind)).toEqual(["cancel", "mass-cancel", "new-order", "halt"]);
    expect(sent[2]).toMatchObject({ side: Side.Sell, lots: 7, ordType: OrdType.Market, timeInForce: TimeInForce.Ioc });
  });

  it("sends nothing without a line", () => {
    view = { ...READY, linesLive: false };
    for (const answer of [
      desk.submit(DRAFT),
      desk.cancel(working(), "blotter"),
      desk.cancelAll(),
      desk.flatten(1, 1),
      desk.kill(),
    ]) {
      expect(answer).toEqual({ ok: false, problem: "Not connected" });
    }
    expect(sent).toEqual([]);
    expect(working().pending).toBeUndefined();
  });

  it("takes the same order within 100 ms for a bouncing key", () => {
    expect(desk.submit(DRAFT).ok).toBe(true);
    nowMs += 99;
    expect(desk.submit(DRAFT).ok).toBe(false);
    expect(desk.submit({ ...DRAFT, ticks: 101 }).ok).toBe(true);
    nowMs += 200;
    expect(desk.submit({ ...DRAFT, ticks: 101 }).ok).toBe(true);
    expect(sent).toHaveLength(3);
  });

  it("asks once for a cancel, and not for an amendment meanwhile", () => {
    expect(desk.cancel(working(), "blotter").ok).toBe(true);
    expect(desk.cancel(working(), "blotter").ok).toBe(false);
    expect(desk.replace(working(), 20, 200, "blotter").ok).toBe(false);
    expect(sent).toHaveLength(1);
  });

  it("lets an order shrink while disarmed, not grow or move", () => {
    view = { ...READY, armed: false };
    expect(desk.replace(working(), 20, EXEC.priceTicks, "blotter").ok).toBe(false);
    expect(desk.replace(working(), 10, EXEC.priceTicks + 1, "blotter").ok).toBe(false);
    expect(desk.replace(working(), 10, EXEC.priceTicks, "blotter").ok).toBe(false);
    expect(desk.replace(working(), 5, EXEC.priceTicks, "blotter").ok).toBe(true);
    expect(sent[0]).toMatchObject({ kind: "replace", lots: 5, orderId: "77" });
  });

  it("refuses a quantity of nothing", () => {
    expect(desk.submit({ ...DRAFT, lots: 0 }).ok).toBe(false);
    expect(desk.submit({ ...DRAFT, lots: 1.5 }).ok).toBe(false);
    expect(desk.flatten(1, 0).ok).toBe(false);
  });

  it("gives every request an id of its own, within 36 characters", () => {
    desk.submit(DRAFT);
    desk.cancelAll();
    const ids = sent.map(({ clOrdId }) => clOrdId);
    expect(new Set(ids).size).toBe(ids.length);
    const prefix = tabPrefix((bytes) => bytes.fill(255));
    expect(prefix).toMatch(/^ui[0-9a-z]{8}$/);
  });
});
