import { OrdType, Side, TimeInForce } from "@jware/schemas/wire";
import { describe, expect, it } from "vitest";
import type { OrderRow } from "../state/own-orders.js";
import { isDraggable, LineDrag } from "./line-drag.js";

const limit = (change: Partial<OrderRow> = {}): OrderRow => ({
  ...{ key: "a", orderId: "7", clOrdId: "a", account: 1, instrument: 1, side: Side.Buy, ordType: OrdType.Limit },
  ...{ timeInForce: TimeInForce.Gtc, state: "working", orderLots: 10, ticks: 500, cumLots: 0, leavesLots: 10 },
  ...{ cumLotTicks: 0n, reason: "", triggerTicks: 0, trailTicks: 0, trailBps: 0, displayLots: 0, expireMs: 0, postOnly: 0 },
  ...{ reduceOnly: false, listId: "0", contingency: 0, createdMs: 0, updatedMs: 0, pending: undefined, refusal: undefined },
  ...change,
});

const dragged = (row: OrderRow, toTicks: number, ...now: [OrderRow | undefined] | []) => {
  const drag = new LineDrag();
  drag.take(row, 100);
  drag.move(140, toTicks);
  return drag.drop(now.length === 0 ? row : now[0]);
};

describe("a dragged line", () => {
  it("is a replace of its price", () => {
    expect(dragged(limit(), 510)).toMatchObject({ kind: "move", ticks: 510, triggerTicks: undefined });
  });

  it("is a click where the pointer hardly moved", () => {
    const drag = new LineDrag();
    drag.take(limit(), 100);
    drag.move(103, 501);
    expect(drag.ghost).toBeUndefined();
    expect(drag.drop(limit())).toEqual({ kind: "click", key: "a" });
  });

  it("shows where it would go, also back at its start, and is nothing when dropped there", () => {
    const drag = new LineDrag();
    drag.take(limit(), 100);
    drag.move(140, 490);
    drag.move(101, 500);
    expect(drag.ghost).toEqual({ key: "a", fromTicks: 500, toTicks: 500 });
    expect(drag.drop(limit())).toBeUndefined();
  });

  it("is void once the order was filled or has ended", () => {
    expect(dragged(limit(), 510, limit({ cumLots: 1 }))).toMatchObject({
      kind: "void",
      problem: expect.stringContaining("filled"),
    });
    expect(dragged(limit(), 510, limit({ state: "canceled" }))).toMatchObject({ kind: "void" });
    expect(dragged(limit(), 510, undefined)).toMatchObject({ kind: "void", problem: expect.stringContaining("ended") });
  });

  it("is void once the order was changed elsewhere: it would land where no ghost stood", () => {
    const changed = { kind: "void", problem: expect.stringContaining("changed") };
    expect(dragged(limit(), 510, limit({ ticks: 505 }))).toMatchObject(changed);
    expect(dragged(limit(), 510, limit({ orderLots: 20, leavesLots: 20 }))).toMatchObject(changed);
    const pending = { kind: "cancel", clOrdId: "b", lots: 10, ticks: 500, triggerTicks: 0 } as const;
    expect(dragged(limit(), 510, limit({ pending }))).toMatchObject(changed);
  });

  it("moves a trigger, and the limit behind it by as much", () => {
    const stop = limit({ state: "waiting", ordType: OrdType.Stop, ticks: 0, triggerTicks: 600 });
    expect(dragged(stop, 620)).toMatchObject({ kind: "move", ticks: 0, triggerTicks: 620 });
    const stopLimit = limit({ state: "waiting", ordType: OrdType.StopLimit, ticks: 605, triggerTicks: 600 });
    expect(dragged(stopLimit, 590)).toMatchObject({ kind: "move", ticks: 595, triggerTicks: 590 });
    expect(dragged({ ...stopLimit, ticks: 5 }, 590)).toMatchObject({ kind: "void" });
  });

  it("never goes below the smallest price", () => {
    const drag = new LineDrag();
    drag.take(limit(), 100);
    drag.move(300, 0);
    drag.move(300, undefined);
    expect(drag.ghost).toBeUndefined();
  });

  it("is not taken of a trailing stop, or while a request is on its way", () => {
    expect(isDraggable(limit())).toBe(true);
    expect(isDraggable(limit({ ordType: OrdType.TrailingStop, triggerTicks: 400, ticks: 0 }))).toBe(false);
    const pending = { kind: "replace", clOrdId: "b", lots: 10, ticks: 501, triggerTicks: 0 } as const;
    expect(isDraggable(limit({ pending }))).toBe(false);
    expect(isDraggable(limit({ state: "filled" }))).toBe(false);
  });

  it("is forgotten when it is aborted", () => {
    const drag = new LineDrag();
    drag.take(limit(), 100);
    drag.move(140, 510);
    drag.abort();
    expect(drag.ghost).toBeUndefined();
    expect(drag.drop(limit())).toBeUndefined();
  });
});
