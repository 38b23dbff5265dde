/** What becomes of an accepted order: fills, replaces, cancels. */
import {
  ClientBody,
  ExecReason,
  ExecType,
  OrdStatus,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  RequestKind,
} from "@jware/schemas/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OrderScene } from "./test/order-scene.js";

let scene: OrderScene;
beforeEach(async () => {
  scene = await OrderScene.start();
});
afterEach(() => scene.end());

test("fills, position and balance arrive in order, and the completion after all of them", async () => {
  const { server, client } = scene;
  const seen: string[] = [];
  client.on("execution", ({ execType, lastQty, lastPx, lastFee, order }) =>
    seen.push([execType, lastQty, lastPx, lastFee, order.cumQty].join(" ")),
  );
  client.on("position", ({ qty, avgPx, realised, fees }) => seen.push(`position ${qty} ${avgPx} ${realised} ${fees}`));
  const order = await scene.accepted();
  let isCompleted = false;
  const completed = client.completion(order).finally(() => {
    isCompleted = true;
  });
  const fill = { orderId: 900n, clOrdId: order.clOrdId, execType: ExecType.Trade };
  server.account.execution({
    ...fill,
    ordStatus: OrdStatus.PartiallyFilled,
    cum: 400n,
    cumLotTicks: 400n * 6_183_700n,
    last: [400n, 6_183_700n],
  });
  server.account.execution({
    ...fill,
    ordStatus: OrdStatus.Filled,
    cum: 1000n,
    cumLotTicks: 400n * 6_183_700n + 600n * 6_183_763n,
    last: [600n, 6_183_763n],
  });
  const early = client.completion(order);
  const shown = new Promise((resolve) => client.on("position", resolve));
  server.account.position(-1000n, -1000n * 6_183_738n * 10n);
  await shown;
  // Balances come last: then all of the command was told.
  expect(isCompleted).toBe(false);
  await scene.settled();
  const done = await completed;
  expect(client.positions).toMatchObject([{ qty: "-0.01000" }]);
  expect(await early).toEqual(done);
  expect(done).toMatchObject({ ordStatus: "filled", isDone: true, leavesQty: "0.00000", avgPx: "61837.378000" });
  await scene.settled();
  expect(seen).toEqual([
    "new    0.00000",
    "trade 0.00400 61837.00 0.00001200 0.00400",
    "trade 0.00600 61837.63 0.00001800 0.01000",
    "position -0.01000 61837.380000 -2.50000000 0.05000000",
  ]);
  expect(client.orders).toEqual([]);
  expect(await client.completion(order)).toEqual(done);
});

test("a cancel is answered by the order's end, whichever name the report carries", async () => {
  const { server, client } = scene;
  const order = await scene.accepted();
  const canceled = client.cancel(order);
  const request: OrderCancelRequest = (await server.next(ClientBody.OrderCancelRequest)).frame.body(new OrderCancelRequest());
  expect([request.orderId(), request.origClOrdId()]).toEqual([900n, order.clOrdId]);
  server.account.execution({
    orderId: 900n,
    clOrdId: order.clOrdId,
    execType: ExecType.Canceled,
    ordStatus: OrdStatus.Canceled,
    reason: ExecReason.Requested,
  });
  expect(await canceled).toMatchObject({ ordStatus: "canceled", isDone: true });
  expect(client.orders).toEqual([]);
});

test("a cancel that came too late is refused", async () => {
  const { server, client } = scene;
  const order = await scene.accepted();
  const canceled = client.cancel(order);
  const request: OrderCancelRequest = (await server.next(ClientBody.OrderCancelRequest)).frame.body(new OrderCancelRequest());
  server.refuse("orders", RequestKind.Cancel, {
    code: 602,
    rule: "ORDER_CLOSED",
    text: "No longer working.",
    clOrdId: request.clOrdId() ?? "",
  });
  await expect(canceled).rejects.toMatchObject({ rule: "ORDER_CLOSED", code: 602 });
});

test("a cancel that ends the order leaves the replace before it to its own answer", async () => {
  const { server, client } = scene;
  const order = await scene.accepted();
  const replaced = client.replace(order, { price: "61837.00" });
  const canceled = client.cancel(order);
  const request: OrderCancelReplaceRequest = (await server.next(ClientBody.OrderCancelReplaceRequest)).frame.body(
    new OrderCancelReplaceRequest(),
  );
  const end = { execType: ExecType.Canceled, ordStatus: OrdStatus.Canceled, reason: ExecReason.Requested };
  server.account.execution({ orderId: 900n, clOrdId: order.clOrdId, ...end });
  expect(await canceled).toMatchObject({ ordStatus: "canceled" });
  server.refuse("orders", RequestKind.Replace, {
    code: 602,
    rule: "ORDER_CLOSED",
    text: "No longer.",
    clOrdId: request.clOrdId() ?? "",
  });
  await expect(replaced).rejects.toMatchObject({ rule: "ORDER_CLOSED" });
});

test("an order keeps its name while a cancel of it is on its way, and the cancel is answered when it has arrived", async () => {
  const { server, client } = scene;
  const order = await scene.accepted();
  const canceled = client.cancel(order);
  await server.next(ClientBody.OrderCancelRequest);
  const pending = { orderId: BigInt(order.orderId), clOrdId: "c-1", origClOrdId: order.clOrdId };
  server.account.execution({ ...pending, execType: ExecType.PendingCancel, ordStatus: OrdStatus.PendingCancel });
  await scene.settled();
  expect(client.orders.map(({ clOrdId, ordStatus }) => [clOrdId, ordStatus])).toEqual([[order.clOrdId, "pendingCancel"]]);
  server.account.execution({ ...pending, execType: ExecType.Canceled, ordStatus: OrdStatus.Canceled });
  expect(await canceled).toMatchObject({ ordStatus: "canceled" });
});

test("a replace sends the present terms for what it does not change, and the order takes its new name", async () => {
  const { server, client } = scene;
  const order = await scene.accepted();
  const replaced = client.replace(order, { price: "61837.00" });
  const request: OrderCancelReplaceRequest = (await server.next(ClientBody.OrderCancelReplaceRequest)).frame.body(
    new OrderCancelReplaceRequest(),
  );
  expect([request.orderId(), request.orderQtyLots(), request.priceTicks()]).toEqual([900n, 1000n, 6_183_700n]);
  const clOrdId = request.clOrdId() ?? "";
  server.account.execution({
    orderId: 900n,
    clOrdId,
    origClOrdId: order.clOrdId,
    execType: ExecType.Replaced,
    price: 6_183_700n,
  });
  expect(await replaced).toMatchObject({ orderId: 900, clOrdId, price: "61837.00" });
  // The old object still names the order: the client knows its present name.
  client.cancel(order).catch(() => undefined);
  const cancel: OrderCancelRequest = (await server.next(ClientBody.OrderCancelRequest)).frame.body(new OrderCancelRequest());
  expect(cancel.origClOrdId()).toBe(clOrdId);
});
