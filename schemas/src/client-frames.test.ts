import { ByteBuffer } from "flatbuffers";
import { describe, expect, it } from "vitest";
import {
  BatchBody,
  ClientBody,
  ClientFrame,
  Contingency,
  Logon,
  NewOrderList,
  NewOrderSingle,
  OrderBatch,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrdType,
  PostOnly,
  SelfTradePrevention,
  Side,
  TimeInForce,
  TriggerSource,
} from "../gen/ts/jware/wire.js";
import {
  batchFrame,
  cancelFrame,
  logonFrame,
  massCancelFrame,
  newOrderFrame,
  newOrderListFrame,
  traced,
} from "./client-frames.js";

const read = (bytes: Uint8Array) => ClientFrame.getRootAsClientFrame(new ByteBuffer(bytes));
const PLAIN = { clOrdId: "o-1", side: Side.Buy, ordType: OrdType.Limit, timeInForce: TimeInForce.Gtc, orderQtyLots: 5 };

describe("frames of a client", () => {
  it("carry every term in its own field", () => {
    const frame = read(
      newOrderFrame({
        ...{ ...PLAIN, account: 1, instrument: 2, priceTicks: 3n, triggerPriceTicks: 4, triggerSource: TriggerSource.Mid },
        ...{ trailTicks: 5, trailBps: 6, displayQtyLots: 7, cashQtyMinor: 8n, expireTsNs: 9n, postOnly: PostOnly.Reprice },
        ...{ reduceOnly: true, selfTradePrevention: SelfTradePrevention.Allow, strategy: 10, deadlineTsNs: 2n ** 63n },
      }),
    );
    const order: NewOrderSingle = frame.body(new NewOrderSingle());
    expect([order.account(), order.instrument(), order.clOrdId(), order.orderQtyLots()]).toEqual([1, 2, "o-1", 5n]);
    expect([order.priceTicks(), order.triggerPriceTicks(), order.triggerSource()]).toEqual([3n, 4n, TriggerSource.Mid]);
    expect([order.trailTicks(), order.trailBps(), order.displayQtyLots(), order.cashQtyMinor()]).toEqual([5n, 6, 7n, 8n]);
    expect([order.expireTsNs(), order.deadlineTsNs(), order.strategy()]).toEqual([9n, 2n ** 63n, 10]);
    expect([order.postOnly(), order.reduceOnly(), order.selfTradePrevention()]).toEqual([
      PostOnly.Reprice,
      true,
      SelfTradePrevention.Allow,
    ]);
  });

  it("ask for a trace where they are told to, one frame at a time", () => {
    const order = { ...PLAIN, account: 1, instrument: 2 };
    const plain = newOrderFrame(order);
    expect(read(traced(2n ** 63n, () => newOrderFrame(order))).traceSentNs()).toBe(2n ** 63n);
    expect(newOrderFrame(order)).toEqual(plain);
    const fails = (): never => {
      throw new Error("not a frame");
    };
    expect(() => traced(1n, fails)).toThrow("not a frame");
    expect(read(newOrderFrame(order)).traceSentNs()).toBe(0n);
  });

  it("leave out what is not given, so that it means what it always did", () => {
    const full = newOrderFrame({ ...PLAIN, account: 1, instrument: 2, triggerPriceTicks: 4 });
    const plain = newOrderFrame({ ...PLAIN, account: 1, instrument: 2, triggerPriceTicks: undefined, strategy: 0 });
    expect(plain.length).toBeLessThan(full.length);
    const cancel: OrderCancelRequest = read(cancelFrame({ account: 1, clOrdId: "", orderId: 7 })).body(new OrderCancelRequest());
    expect([cancel.clOrdId(), cancel.origClOrdId(), cancel.orderId()]).toEqual([null, null, 7n]);
    const all: OrderMassCancelRequest = read(massCancelFrame({ account: 1 })).body(new OrderMassCancelRequest());
    expect([all.instrument(), all.side(), all.strategy()]).toEqual([0, Side.None, 0]);
    const logon: Logon = read(logonFrame({ apiKey: "k" })).body(new Logon());
    expect([logon.ticket(), logon.apiKey(), logon.clientName(), logon.cancelOnDisconnect()]).toEqual([null, "k", null, false]);
  });

  it("hold lists and batches, whose requests leave account and instrument to them", () => {
    const orders = [PLAIN, { ...PLAIN, clOrdId: "o-2" }];
    const list: NewOrderList = read(newOrderListFrame({ account: 1, instrument: 2, contingency: Contingency.Oco, orders })).body(
      new NewOrderList(),
    );
    expect([list.account(), list.instrument(), list.ordersLength()]).toEqual([1, 2, 2]);
    expect([list.orders(1)?.clOrdId(), list.orders(1)?.account(), list.orders(1)?.instrument()]).toEqual(["o-2", 0, 0]);
    const frame = read(
      batchFrame({
        account: 1,
        atomic: true,
        requests: [
          { kind: "new", instrument: 2, ...PLAIN },
          { kind: "cancel", origClOrdId: "o-1" },
          { kind: "replace", clOrdId: "r", orderId: 3, orderQtyLots: 4, triggerPriceTicks: 5 },
        ],
      }),
    );
    expect(frame.bodyType()).toBe(ClientBody.OrderBatch);
    const batch: OrderBatch = frame.body(new OrderBatch());
    expect([0, 1, 2].map((index) => batch.requests(index)?.bodyType())).toEqual([
      BatchBody.NewOrderSingle,
      BatchBody.OrderCancelRequest,
      BatchBody.OrderCancelReplaceRequest,
    ]);
    const replace: OrderCancelReplaceRequest = batch.requests(2)?.body(new OrderCancelReplaceRequest());
    expect([replace.account(), replace.orderId(), replace.orderQtyLots(), replace.triggerPriceTicks()]).toEqual([0, 3n, 4n, 5n]);
  });

  it("are the caller's own bytes", () => {
    const first = newOrderFrame({ ...PLAIN, account: 1, instrument: 2 });
    const copy = first.slice();
    newOrderFrame({ ...PLAIN, account: 9, instrument: 9, clOrdId: "another" });
    expect(first).toEqual(copy);
  });
});
