import { Contingency, OrdStatus, OrdType, Permission, Side, TimeInForce, TradingState } from "@jware/schemas/wire";
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
  halted: "",
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

  it("sends nothing where all trading or the instrument is halted", () => {
    view = { ...READY, halted: "BTC-USD is halted" };
    expect(desk.submit(DRAFT)).toEqual({ ok: false, problem: "BTC-USD is halted" });
    expect(sent).toEqual([]);
  });

  it("sends linked orders as one list, under names of their own", () => {
    const exit = { side: Side.Sell, ordType: OrdType.Stop, timeInForce: TimeInForce.Gtc, lots: 5, ticks: 0, triggerTicks: 90 };
    const linked = { contingency: Contingency.Bracket, orders: [{ ...exit, ordType: OrdType.Limit, ticks: 110 }, exit] };
    const answer = desk.submit({ ...DRAFT, linked });
    const [list] = sent;
    if (!answer.ok || list?.kind !== "new-list") throw new Error("no list was sent");
    expect(list).toMatchObject({ contingency: Contingency.Bracket, clOrdId: answer.clOrdId });
    expect(list.orders.map(({ ordType, side }) => [ordType, side])).toEqual([
      [OrdType.Limit, Side.Buy],
      [OrdType.Limit, Side.Sell],
      [OrdType.Stop, Side.Sell],
    ]);
    expect(new Set(list.orders.map(({ clOrdId }) => clOrdId)).size).toBe(3);
    expect(orders.list().filter(({ state }) => state === "sending")).toHaveLength(3);
    expect(desk.submit({ ...DRAFT, linked })).toMatchObject({ ok: false });
  });

  it("moves the trigger of a waiting order, and leaves that of a trailing stop to the engine", () => {
    const stop = { ...EXEC, ordType: OrdType.Stop, priceTicks: 0, triggerTicks: 90, ordStatus: OrdStatus.Held };
    orders.report(stop);
    expect(desk.replace(working(), 10, 0, "blotter")).toMatchObject({ ok: false, problem: "Nothing was changed" });
    expect(desk.replace(working(), 10, 0, "blotter", 95).ok).toBe(true);
    expect(sent.at(-1)).toMatchObject({ kind: "replace", lots: 10, ticks: 0, triggerTicks: 95 });
    orders.report({ ...stop, ordType: OrdType.TrailingStop, clOrdId: "ui-1" });
    const row = { ...working(), pending: undefined };
    expect(desk.replace(row, 8, 0, "blotter", 95).ok).toBe(true);
    expect(sent.at(-1)).toMatchObject({ lots: 8, triggerTicks: 0 });
  });

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
    expect(desk.flatten({ instrument: 1, leg: "net", lots: 7 }).ok).toBe(true);
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
      desk.flatten({ instrument: 1, leg: "net", lots: 1 }),
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
    expect(desk.flatten({ instrument: 1, leg: "net", lots: 0 }).ok).toBe(false);
  });

  it("closes a leg by what only reduces, one on its wrong side by what opens it, and a net position as ever", () => {
    for (const [leg, lots] of [
      ["long", 7],
      ["short", -4],
      ["net", 3],
      // After a fill was bust.
      ["long", -2],
      ["short", 5],
    ] as const)
      desk.flatten({ instrument: 1, leg, lots });
    expect(sent.map((request) => request.kind === "new-order" && [request.side, request.lots, request.reduceOnly])).toEqual([
      [Side.Sell, 7, true],
      [Side.Buy, 4, true],
      [Side.Sell, 3, undefined],
      [Side.Buy, 2, undefined],
      [Side.Sell, 5, undefined],
    ]);
  });

  it("cancels what is about one leg, and leaves the other's and what is canceled already", () => {
    const report = (nth: number, side: Side, reduceOnly: boolean, instrument = 1) =>
      orders.report({ ...EXEC, orderId: String(nth), clOrdId: `o-${nth}`, side, reduceOnly, instrument });
    orders.report({ ...EXEC, ordStatus: OrdStatus.Canceled });
    report(101, Side.Buy, false);
    report(102, Side.Sell, true);
    report(103, Side.Sell, false);
    report(104, Side.Buy, true);
    report(105, Side.Buy, true, 2);
    const canceled = () => sent.splice(0).map((request) => request.kind === "cancel" && request.orderId);
    expect(desk.cancelLeg(1, "short").every(({ ok }) => ok)).toBe(true);
    expect(canceled().sort()).toEqual(["103", "104"]);
    expect(desk.cancelLeg(1, "short")).toEqual([]);
    desk.cancelLeg(1, "long");
    expect(canceled().sort()).toEqual(["101", "102"]);
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
