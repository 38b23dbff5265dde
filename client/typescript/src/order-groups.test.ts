/** Several orders at once: lists, batches, mass cancels. */
import {
  ClientBody,
  Contingency,
  ExecReason,
  ExecType,
  NewOrderList,
  NewOrderSingle,
  OrdStatus,
  OrderBatch,
  OrderCancelReplaceRequest,
  OrderMassCancelRequest,
  RequestKind,
  Side,
} from "@jware/schemas/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LIMIT_BUY, OrderScene } from "./test/order-scene.js";

let scene: OrderScene;
beforeEach(async () => {
  scene = await OrderScene.start();
});
afterEach(() => scene.end());

const BRACKET = {
  symbol: "BTCUSDT",
  contingency: "bracket",
  orders: [
    { side: "buy", ordType: "limit", orderQty: "0.01", price: "61000" },
    { side: "sell", ordType: "limit", orderQty: "0.01", price: "63000" },
    { side: "sell", ordType: "stop", orderQty: "0.01", triggerPrice: "60000" },
  ],
} as const;

test("a list goes out as one frame and resolves when each of its orders is told", async () => {
  const { server, client } = scene;
  const submitted = client.submitList(BRACKET);
  const list: NewOrderList = (await server.next(ClientBody.NewOrderList)).frame.body(new NewOrderList());
  expect([list.account(), list.instrument(), list.contingency(), list.ordersLength()]).toEqual([
    1001,
    101,
    Contingency.Bracket,
    3,
  ]);
  const names = [0, 1, 2].map((index) => list.orders(index)?.clOrdId() ?? "");
  expect(list.orders(2)?.triggerPriceTicks()).toBe(6_000_000n);
  names.forEach((clOrdId, index) => {
    const ordStatus = index === 0 ? OrdStatus.New : OrdStatus.Held;
    server.account.execution({ orderId: 900n + BigInt(index), clOrdId, ordStatus, listId: 900n });
  });
  expect(await submitted).toMatchObject(names.map((clOrdId) => ({ clOrdId, listId: 900 })));
  expect(client.orders.map(({ ordStatus }) => ordStatus)).toEqual(["new", "held", "held"]);
});

test("a list is refused as a whole, under the name of the order at fault", async () => {
  const { server, client } = scene;
  const submitted = client.submitList(BRACKET);
  const list: NewOrderList = (await server.next(ClientBody.NewOrderList)).frame.body(new NewOrderList());
  const clOrdId = list.orders(2)?.clOrdId() ?? "";
  server.refuse("orders", RequestKind.NewOrderList, { code: 413, rule: "TRIGGER_INVALID", text: "No trigger.", clOrdId });
  await expect(submitted).rejects.toMatchObject({ rule: "TRIGGER_INVALID", detail: { clOrdId } });
  expect(client.orders).toEqual([]);
});

test("a batch says how each of its requests ended", async () => {
  const { server, client } = scene;
  const order = await scene.accepted();
  const ended = client.batch({
    requests: [
      { kind: "new", ...LIMIT_BUY },
      { kind: "replace", order, change: { price: "61000" } },
      { kind: "cancel", order },
    ],
  });
  const batch: OrderBatch = (await server.next(ClientBody.OrderBatch)).frame.body(new OrderBatch());
  expect([batch.account(), batch.atomic(), batch.requestsLength()]).toEqual([1001, false, 3]);
  const replace: OrderCancelReplaceRequest = batch.requests(1)?.body(new OrderCancelReplaceRequest());
  const created: NewOrderSingle = batch.requests(0)?.body(new NewOrderSingle());
  server.account.execution({ orderId: 901n, clOrdId: created.clOrdId() ?? "" });
  server.refuse("orders", RequestKind.Replace, {
    ...{ code: 504, rule: "PRICE_COLLAR", text: "Too far.", clOrdId: replace.clOrdId() ?? "" },
  });
  server.account.execution({
    ...{ orderId: 900n, clOrdId: order.clOrdId, execType: ExecType.Canceled, ordStatus: OrdStatus.Canceled },
    reason: ExecReason.Requested,
  });
  expect(await ended).toMatchObject([
    { ok: true, order: { orderId: 901, ordStatus: "new" } },
    { ok: false, refusal: { rule: "PRICE_COLLAR" } },
    { ok: true, order: { orderId: 900, ordStatus: "canceled" } },
  ]);
});

test("an atomic batch rejects with the refusal that it is for, not with what that did to the others", async () => {
  const { server, client } = scene;
  const ended = client.batch({ atomic: true, requests: [1, 2].map(() => ({ kind: "new" as const, ...LIMIT_BUY })) });
  const batch: OrderBatch = (await server.next(ClientBody.OrderBatch)).frame.body(new OrderBatch());
  const [first, second] = [0, 1].map((index) => {
    const order: NewOrderSingle = batch.requests(index)?.body(new NewOrderSingle());
    return order.clOrdId() ?? "";
  });
  const refuse = (code: number, rule: string, clOrdId = "") =>
    server.refuse("orders", RequestKind.NewOrder, { code, rule, text: rule, clOrdId });
  refuse(506, "INSUFFICIENT_FUNDS", second);
  refuse(605, "BATCH_REFUSED", first);
  await expect(ended).rejects.toMatchObject({ rule: "INSUFFICIENT_FUNDS" });
  const whole = client.batch({ requests: [{ kind: "new", ...LIMIT_BUY }] });
  await server.next(ClientBody.OrderBatch);
  server.refuse("orders", RequestKind.Batch, { code: 420, rule: "BATCH_INVALID", text: "No." });
  expect(await whole).toMatchObject([{ ok: false, refusal: { rule: "BATCH_INVALID" } }]);
});

test("cancel all names symbol, side and strategy, and says how many", async () => {
  const { server, client } = scene;
  const canceled = client.cancelAll({ symbol: "BTCUSDT", side: "sell", strategy: 3 });
  const request: OrderMassCancelRequest = (await server.next(ClientBody.OrderMassCancelRequest)).frame.body(
    new OrderMassCancelRequest(),
  );
  expect([request.account(), request.instrument(), request.side(), request.strategy()]).toEqual([1001, 101, Side.Sell, 3]);
  server.account.massCancelReport(request.clOrdId() ?? "", 3);
  expect(await canceled).toEqual({ account: "PAPER-1", canceledCount: 3 });
});
