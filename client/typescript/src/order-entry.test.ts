/** An order's way in: what is sent of it, and what comes back first. */
import {
  ClientBody,
  ExecReason,
  ExecType,
  LimitScope,
  LimitUnit,
  NewOrderSingle,
  OrdStatus,
  OrdType,
  OrderValidateRequest,
  RequestKind,
  SelfTradePrevention,
  Side,
  TimeInForce,
  TriggerSource,
} from "@jware/schemas/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { InvalidRequest, OrderRefused } from "./index.js";
import { LIMIT_BUY, newOrderOf, OrderScene } from "./test/order-scene.js";

let scene: OrderScene;
beforeEach(async () => {
  scene = await OrderScene.start();
});
afterEach(() => scene.end());

test("a submitted order goes out in ticks and lots, and its first state comes back in decimal text", async () => {
  const { server, client } = scene;
  const submitted = client.submit(LIMIT_BUY);
  const { frame, route } = await server.next(ClientBody.NewOrderSingle);
  const order = newOrderOf(frame);
  expect(route).toBe("orders");
  expect([order.account(), order.instrument(), order.orderQtyLots(), order.priceTicks()]).toEqual([1001, 101, 1000n, 6_183_763n]);
  expect([order.side(), order.ordType(), order.timeInForce()]).toEqual([Side.Buy, OrdType.Limit, TimeInForce.Gtc]);
  expect(order.clOrdId()).toMatch(/^[\x21-\x7e]{1,36}$/);
  server.account.execution({ orderId: 900n, clOrdId: order.clOrdId() ?? "" });
  expect(await submitted).toEqual({
    orderId: 900,
    clOrdId: order.clOrdId(),
    account: "PAPER-1",
    symbol: "BTCUSDT",
    side: "buy",
    ordType: "limit",
    timeInForce: "gtc",
    ordStatus: "new",
    orderQty: "0.01000",
    price: "61837.63",
    cumQty: "0.00000",
    leavesQty: "0.01000",
    createdTsMs: 1,
    isDone: false,
    isWorking: true,
  });
  expect(client.orders).toHaveLength(1);
});

test("a market order carries no price and is immediate-or-cancel", async () => {
  const { server, client } = scene;
  client.submit({ symbol: "BTCUSDT", side: "sell", ordType: "market", orderQty: "0.5" }).catch(() => undefined);
  const order = newOrderOf((await server.next(ClientBody.NewOrderSingle)).frame);
  expect([order.priceTicks(), order.timeInForce(), order.side(), order.orderQtyLots()]).toEqual([
    0n,
    TimeInForce.Ioc,
    Side.Sell,
    50_000n,
  ]);
});

test("every term goes out in the units of the wire, and comes back in decimal text", async () => {
  const { server, client } = scene;
  const submitted = client.submit({
    ...{ symbol: "BTCUSDT", side: "sell", ordType: "trailingStop", timeInForce: "gtd", orderQty: "0.5" },
    ...{ triggerSource: "mark", trailAmount: "12.5", expireTsMs: 1_800_000_000_000.25, reduceOnly: true },
    ...{ selfTradePrevention: "decrement", strategy: 7, deadlineTsMs: 1_700_000_000_000, displayQty: "0.1" },
  });
  const order = newOrderOf((await server.next(ClientBody.NewOrderSingle)).frame);
  expect([order.ordType(), order.timeInForce(), order.triggerSource()]).toEqual([
    OrdType.TrailingStop,
    TimeInForce.Gtd,
    TriggerSource.Mark,
  ]);
  expect([order.trailTicks(), order.trailBps(), order.displayQtyLots()]).toEqual([1250n, 0, 10_000n]);
  expect([order.expireTsNs(), order.deadlineTsNs()]).toEqual([1_800_000_000_000_250_000n, 1_700_000_000_000_000_000n]);
  expect([order.reduceOnly(), order.selfTradePrevention(), order.strategy()]).toEqual([true, SelfTradePrevention.Decrement, 7]);
  const held = { orderId: 900n, clOrdId: order.clOrdId() ?? "", ordType: OrdType.StopLimit, trigger: 6_200_000n };
  server.account.execution({ ...held, ordStatus: OrdStatus.Held, listId: 900n });
  expect(await submitted).toMatchObject({
    ...{ ordStatus: "held", isWorking: false, isDone: false, triggerPrice: "62000.00", triggerSource: "mark" },
    ...{ listId: 900, contingency: "oco", price: "61837.63" },
  });
  const rejected = client.completion(await submitted);
  server.account.execution({
    ...held,
    ...{ execType: ExecType.Rejected, ordStatus: OrdStatus.Rejected, reason: ExecReason.Refused, refusal: "PRICE_COLLAR" },
  });
  expect(await rejected).toMatchObject({
    ...{ ordStatus: "rejected", isDone: true, reason: "refused" },
    refusal: { rule: "PRICE_COLLAR", unit: "price", limit: "61000.00", value: "62000.00" },
  });
});

test.each([
  [{ ...LIMIT_BUY, price: "61837.631" }, /price "61837.631" of BTCUSDT is not a multiple of 0.01/],
  [{ ...LIMIT_BUY, orderQty: "0.000001" }, /orderQty "0.000001" of BTCUSDT is not a multiple of 0.00001/],
  [{ ...LIMIT_BUY, orderQty: "1e3" }, /is not a decimal number/],
  [{ ...LIMIT_BUY, symbol: "DOGE" }, /no instrument "DOGE"; there are BTCUSDT/],
  [{ ...LIMIT_BUY, account: "PAPER-9" }, /no account "PAPER-9": PAPER-1/],
])("what cannot be sent exactly is not sent: %o", async (order, message) => {
  const { server, client } = scene;
  await expect(client.submit(order)).rejects.toThrow(message);
  await expect(client.submit(order)).rejects.toBeInstanceOf(InvalidRequest);
  await scene.accepted();
  expect(server.received.filter(({ kind }) => kind === ClientBody.NewOrderSingle)).toEqual([]);
});

test("a refusal rejects with code, rule and the limit's figures in their own unit", async () => {
  const { server, client } = scene;
  const refusals: unknown[] = [];
  client.on("refusal", (refusal) => refusals.push(refusal));
  const submitted = client.submit(LIMIT_BUY);
  const clOrdId = newOrderOf((await server.next(ClientBody.NewOrderSingle)).frame).clOrdId() ?? "";
  server.refuse("orders", RequestKind.NewOrder, {
    code: 506,
    rule: "INSUFFICIENT_FUNDS",
    text: "The order needs more than the account has available.",
    clOrdId,
    unit: LimitUnit.Minor,
    currency: "USDT",
    figures: [50_000_000_000n, 61_837_630_000n, 40_000_000_000n],
  });
  const error = await submitted.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(OrderRefused);
  const refused = error as OrderRefused;
  expect([refused.code, refused.rule, refused.limit, refused.value, refused.headroom]).toEqual([
    506,
    "INSUFFICIENT_FUNDS",
    "500.00000000",
    "618.37630000",
    "400.00000000",
  ]);
  expect(refused.detail).toMatchObject({ unit: "money", currency: "USDT", symbol: "BTCUSDT", account: "PAPER-1", clOrdId });
  expect(refusals).toEqual([refused.detail]);
  expect(client.orders).toEqual([]);
});

test("a refusal by a limit says whose it is", async () => {
  const { server, client } = scene;
  const submitted = client.submit(LIMIT_BUY);
  const clOrdId = ((await server.next(ClientBody.NewOrderSingle)).frame.body(new NewOrderSingle()) as NewOrderSingle).clOrdId();
  server.refuse("orders", RequestKind.NewOrder, {
    ...{ code: 513, rule: "ORDER_QTY_LIMIT", text: "Too large.", clOrdId: clOrdId ?? "" },
    ...{ unit: LimitUnit.Lots, figures: [500n, 1000n, 500n] as const, scope: [LimitScope.Strategy, 1001, 7] as const },
  });
  const refused = await submitted.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({
    detail: { scope: { of: "strategy", account: "PAPER-1", strategy: 7 } },
    message: "ORDER_QTY_LIMIT: Too large. (limit 0.00500 of strategy 7 of PAPER-1, value 0.01000, headroom 0.00500)",
  });
});

test("an order that is sent again is answered with its state, outside the sequence and once", async () => {
  const { server, client } = scene;
  const seen: string[] = [];
  client.on("execution", ({ execType }) => seen.push(execType));
  const order = await scene.accepted();
  const again = client.submit({ ...LIMIT_BUY, clOrdId: order.clOrdId });
  await server.next(ClientBody.NewOrderSingle);
  server.account.statusAgain({ orderId: 900n, clOrdId: order.clOrdId });
  expect(await again).toEqual(order);
  await scene.settled();
  expect(seen).toEqual(["new"]);
  expect(client.orders).toEqual([order]);
});

test("a validation tells every refusal and what would fill, and may share its name with an order", async () => {
  const { server, client } = scene;
  const checked = client.validate({ ...LIMIT_BUY, clOrdId: "same" });
  const request: OrderValidateRequest = (await server.next(ClientBody.OrderValidateRequest)).frame.body(
    new OrderValidateRequest(),
  );
  expect(request.order()?.clOrdId()).toBe("same");
  const submitted = client.submit({ ...LIMIT_BUY, clOrdId: "same" });
  server.account.validation("same", ["PRICE_COLLAR", "INSUFFICIENT_FUNDS"], ["ORDER_QTY_LIMIT"]);
  expect(await checked).toMatchObject({
    isAccepted: false,
    refusals: [{ rule: "PRICE_COLLAR", unit: "price" }, { rule: "INSUFFICIENT_FUNDS" }],
    passed: [{ rule: "ORDER_QTY_LIMIT" }],
    fills: [{ price: "61837.63", qty: "0.01000" }],
    price: "61837.63",
  });
  server.account.execution({ orderId: 900n, clOrdId: "same" });
  expect(await submitted).toMatchObject({ clOrdId: "same" });
});
