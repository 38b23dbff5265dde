/** Orders over the real wire protocol against a scripted server. */
import {
  AccountControl,
  AccountKind,
  ClientBody,
  Contingency,
  ControlAction,
  ExecReason,
  ExecType,
  LimitKind,
  LimitScope,
  LimitUnit,
  NewOrderList,
  NewOrderSingle,
  OrdStatus,
  OrdType,
  OrderBatch,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrderValidateRequest,
  PositionLeg,
  PositionMode,
  RequestKind,
  SelfTradePrevention,
  Side,
  TimeInForce,
  TradingState,
  TriggerSource,
  type ClientFrame,
} from "@jware/schemas/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Client, connect, InvalidRequest, NotConnected, type Order, OrderRefused, OutcomeUnknown } from "./index.js";
import { ScriptedServer } from "./test/scripted-server.js";

let server: ScriptedServer;
let client: Client;
const LIMIT_BUY = { symbol: "BTCUSDT", side: "buy", ordType: "limit", orderQty: "0.01000", price: "61837.63" } as const;

beforeEach(async () => {
  server = new ScriptedServer();
  await server.start();
  client = await connect({ url: server.url, username: "trader", password: "secret", backoffMsMin: 5, backoffMsMax: 20 });
});
afterEach(() => {
  client.close();
  server.stop();
});

const newOrderOf = (frame: ClientFrame): NewOrderSingle => frame.body(new NewOrderSingle()) as NewOrderSingle;

/** Submits, and lets the server accept it. */
async function accepted(orderId = 900n): Promise<Order> {
  const submitted = client.submit(LIMIT_BUY);
  const { frame } = await server.next(ClientBody.NewOrderSingle);
  server.account.execution({ orderId, clOrdId: newOrderOf(frame).clOrdId() ?? "" });
  return submitted;
}

/** Lets everything that the server sent so far arrive. */
const settled = (): Promise<unknown> => {
  const seen = new Promise((resolve) => {
    const stop = client.on("balance", (balance) => {
      stop();
      resolve(balance);
    });
  });
  server.account.balance();
  return seen;
};

test("a submitted order goes out in ticks and lots, and its first state comes back in decimal text", async () => {
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
  client.submit({ symbol: "BTCUSDT", side: "sell", ordType: "market", orderQty: "0.5" }).catch(() => undefined);
  const order = newOrderOf((await server.next(ClientBody.NewOrderSingle)).frame);
  expect([order.priceTicks(), order.timeInForce(), order.side(), order.orderQtyLots()]).toEqual([
    0n,
    TimeInForce.Ioc,
    Side.Sell,
    50_000n,
  ]);
});

test("a refusal rejects with code, rule and the limit's figures in their own unit", async () => {
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

test.each([
  [{ ...LIMIT_BUY, price: "61837.631" }, /price "61837.631" of BTCUSDT is not a multiple of 0.01/],
  [{ ...LIMIT_BUY, orderQty: "0.000001" }, /orderQty "0.000001" of BTCUSDT is not a multiple of 0.00001/],
  [{ ...LIMIT_BUY, orderQty: "1e3" }, /is not a decimal number/],
  [{ ...LIMIT_BUY, symbol: "DOGE" }, /no instrument "DOGE"; there are BTCUSDT/],
  [{ ...LIMIT_BUY, account: "PAPER-9" }, /no account "PAPER-9": PAPER-1/],
])("what cannot be sent exactly is not sent: %o", async (order, message) => {
  await expect(client.submit(order)).rejects.toThrow(message);
  await expect(client.submit(order)).rejects.toBeInstanceOf(InvalidRequest);
  await accepted();
  expect(server.received.filter(({ kind }) => kind === ClientBody.NewOrderSingle)).toEqual([]);
});

test("fills, position and balance arrive in order, and the completion after all of them", async () => {
  const seen: string[] = [];
  client.on("execution", ({ execType, lastQty, lastPx, lastFee, order }) =>
    seen.push([execType, lastQty, lastPx, lastFee, order.cumQty].join(" ")),
  );
  client.on("position", ({ qty, avgPx, realised, fees }) => seen.push(`position ${qty} ${avgPx} ${realised} ${fees}`));
  const order = await accepted();
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
  await settled();
  const done = await completed;
  expect(client.positions).toMatchObject([{ qty: "-0.01000" }]);
  expect(await early).toEqual(done);
  expect(done).toMatchObject({ ordStatus: "filled", isDone: true, leavesQty: "0.00000", avgPx: "61837.378000" });
  await settled();
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
  const order = await accepted();
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
  const order = await accepted();
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
  const order = await accepted();
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

test("a replace sends the present terms for what it does not change, and the order takes its new name", async () => {
  const order = await accepted();
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

test("cancel all names symbol, side and strategy, and says how many", async () => {
  const canceled = client.cancelAll({ symbol: "BTCUSDT", side: "sell", strategy: 3 });
  const request: OrderMassCancelRequest = (await server.next(ClientBody.OrderMassCancelRequest)).frame.body(
    new OrderMassCancelRequest(),
  );
  expect([request.account(), request.instrument(), request.side(), request.strategy()]).toEqual([1001, 101, Side.Sell, 3]);
  server.account.massCancelReport(request.clOrdId() ?? "", 3);
  expect(await canceled).toEqual({ account: "PAPER-1", canceledCount: 3 });
});

test("halt resolves when the account is halted", async () => {
  const halted = client.halt("runaway");
  const request: AccountControl = (await server.next(ClientBody.AccountControl)).frame.body(new AccountControl());
  expect([request.action(), request.reason()]).toEqual([ControlAction.Halt, "runaway"]);
  server.account.status(TradingState.Halted, "runaway");
  expect(await halted).toMatchObject({ account: "PAPER-1", state: "halted", reason: "runaway" });
  expect(client.accountStates).toMatchObject([{ state: "halted" }]);
});

test("every term goes out in the units of the wire, and comes back in decimal text", async () => {
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

test("an order that is sent again is answered with its state, outside the sequence and once", async () => {
  const seen: string[] = [];
  client.on("execution", ({ execType }) => seen.push(execType));
  const order = await accepted();
  const again = client.submit({ ...LIMIT_BUY, clOrdId: order.clOrdId });
  await server.next(ClientBody.NewOrderSingle);
  server.account.statusAgain({ orderId: 900n, clOrdId: order.clOrdId });
  expect(await again).toEqual(order);
  await settled();
  expect(seen).toEqual(["new"]);
  expect(client.orders).toEqual([order]);
});

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
  const submitted = client.submitList(BRACKET);
  const list: NewOrderList = (await server.next(ClientBody.NewOrderList)).frame.body(new NewOrderList());
  const clOrdId = list.orders(2)?.clOrdId() ?? "";
  server.refuse("orders", RequestKind.NewOrderList, { code: 413, rule: "TRIGGER_INVALID", text: "No trigger.", clOrdId });
  await expect(submitted).rejects.toMatchObject({ rule: "TRIGGER_INVALID", detail: { clOrdId } });
  expect(client.orders).toEqual([]);
});

test("a batch says how each of its requests ended", async () => {
  const order = await accepted();
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

test("a validation tells every refusal and what would fill, and may share its name with an order", async () => {
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

test("a strategy is halted by number, and everyone hears of it", async () => {
  const heard: unknown[] = [];
  client.on("scopeState", (state) => heard.push(state));
  const halted = client.controlStrategy(7, "halted", "enough");
  const request: AccountControl = (await server.next(ClientBody.AccountControl)).frame.body(new AccountControl());
  expect([request.action(), request.strategy(), request.flatten()]).toEqual([ControlAction.Halt, 7, false]);
  server.account.scope(8, TradingState.Halted);
  server.account.scope(7, TradingState.Halted);
  expect(await halted).toMatchObject({ scope: "strategy", account: "PAPER-1", strategy: 7, state: "halted", canceledCount: 2 });
  expect(heard).toMatchObject([{ strategy: 8 }, { strategy: 7 }]);
});

test("a refusal by a limit says whose it is", async () => {
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

test("limits, kinds of accounts and losses are told as they change", async () => {
  const heard: unknown[] = [];
  for (const name of ["limit", "accountConfigured", "feeSchedule", "lossLimitPassed", "liquidation"] as const) {
    client.on(name, (event) => heard.push([name, event]));
  }
  server.account.limit(LimitScope.Key, 0, 8, 500n);
  server.account.limit(LimitScope.Account, 1001, 0, undefined);
  server.account.configured(AccountKind.Margin, PositionMode.Hedging, 4);
  server.account.fees(0, [[0n, 10, 50]]);
  server.account.fees(1001, []);
  server.account.loss(LimitKind.LossHalt, 10n ** 10n, 3n * 10n ** 10n);
  server.account.liquidation(-(10n ** 8n), 5n * 10n ** 8n);
  await expect.poll(() => heard.length).toBe(7);
  expect(heard).toEqual([
    [
      "limit",
      {
        ...{ scope: { of: "key", key: 8 }, limit: "orderQty", symbol: "BTCUSDT", max: "0.00500" },
        ...{ by: { user: 3, key: 8 }, reason: "review", tsMs: 5 },
      },
    ],
    [
      "limit",
      {
        ...{ scope: { of: "account", account: "PAPER-1" }, limit: "orderQty", symbol: "BTCUSDT" },
        ...{ by: { user: 3, key: 8 }, reason: "review", tsMs: 5 },
      },
    ],
    [
      "accountConfigured",
      {
        ...{ account: "PAPER-1", kind: "margin", positionMode: "hedging", selfTradeGroup: 4 },
        ...{ by: { user: 3 }, reason: "one desk", tsMs: 5 },
      },
    ],
    [
      "feeSchedule",
      {
        ...{ currency: "USDT", tiers: [{ notionalMin: "0.00000000", makerFeePpm: 10, takerFeePpm: 50 }] },
        ...{ by: { user: 3 }, reason: "review", tsMs: 5 },
      },
    ],
    ["feeSchedule", { account: "PAPER-1", currency: "USDT", tiers: [], by: { user: 3 }, reason: "review", tsMs: 5 }],
    [
      "lossLimitPassed",
      { account: "PAPER-1", limit: "lossHalt", currency: "USDT", max: "100.00000000", loss: "300.00000000", tsMs: 5 },
    ],
    ["liquidation", { account: "PAPER-1", currency: "USDT", equity: "-1.00000000", maintenance: "5.00000000", tsMs: 5 }],
  ]);
});

test("the legs of a hedging account are positions side by side", async () => {
  server.account.position(500n, 500n * 6_000_000n * 10n, undefined, PositionLeg.Long);
  server.account.position(-100n, -100n * 6_100_000n * 10n, undefined, PositionLeg.Short);
  const held = () => client.positions.filter(({ leg }) => leg !== "net").map(({ leg, qty, avgPx }) => [leg, qty, avgPx]);
  await expect.poll(held).toEqual([
    ["long", "0.00500", "60000.000000"],
    ["short", "-0.00100", "61000.000000"],
  ]);
});

test("reduce with flatten says both", async () => {
  const reduced = client.reduce("enough", { flatten: true });
  const request: AccountControl = (await server.next(ClientBody.AccountControl)).frame.body(new AccountControl());
  expect([request.action(), request.flatten()]).toEqual([ControlAction.Reduce, true]);
  server.account.status(TradingState.Reducing, "enough");
  expect(await reduced).toMatchObject({ state: "reducing" });
});

test("an event that came twice is taken once", async () => {
  const seen: number[] = [];
  client.on("execution", ({ accountSeq }) => seen.push(accountSeq));
  const order = await accepted();
  const fill = { orderId: 900n, clOrdId: order.clOrdId, execType: ExecType.Trade, cum: 1n, last: [1n, 1n] as const };
  server.account.execution(fill);
  server.account.execution(fill, 2n);
  server.account.execution(fill, 1n);
  await settled();
  expect(seen).toEqual([1, 2]);
});

test("after a gap the account is taken anew, and events go on without doubles", async () => {
  const seen: number[] = [];
  client.on("execution", ({ accountSeq }) => seen.push(accountSeq));
  const order = await accepted();
  const resync = new Promise((resolve) => client.on("resync", resolve));
  server.account.working = [{ orderId: 901n, clOrdId: "other" }];
  server.account.seq = 5n;
  server.account.execution({ orderId: 900n, clOrdId: order.clOrdId }, 5n);
  expect(await resync).toEqual({ account: "PAPER-1", accountSeq: 5, missedCount: 4, ended: [order] });
  expect(client.orders.map(({ clOrdId }) => clOrdId)).toEqual(["other"]);
  const told = { symbol: "BTCUSDT", leg: "net", qty: "0.00200", avgPx: "60000.000000", currency: "USDT" };
  expect(client.positions).toMatchObject([told]);
  expect(client.balances).toMatchObject([
    { currency: "USDT", cash: "1000000.00000000", held: "0.50000000", available: "999879.50000000" },
  ]);
  server.account.execution({ orderId: 902n, clOrdId: "next" });
  await settled();
  expect(seen).toEqual([1, 6]);
});

test("a lost connection: what the snapshot shows is answered, the rest is unknown, nothing is sent twice", async () => {
  const [first, second] = [client.submit(LIMIT_BUY), client.submit(LIMIT_BUY)];
  const firstId = newOrderOf((await server.next(ClientBody.NewOrderSingle)).frame).clOrdId() ?? "";
  await server.next(ClientBody.NewOrderSingle);
  server.account.working = [{ orderId: 900n, clOrdId: firstId }];
  server.account.seq = 1n;
  server.cut("orders");
  expect(await first).toMatchObject({ orderId: 900, clOrdId: firstId });
  await expect(second).rejects.toBeInstanceOf(OutcomeUnknown);
  await accepted(903n);
  expect(server.received.filter(({ kind }) => kind === ClientBody.NewOrderSingle)).toEqual([]);
});

test("what ended while away is answered from the history", async () => {
  const completed = client.completion(await accepted());
  const submitted = client.submit(LIMIT_BUY);
  const clOrdId = newOrderOf((await server.next(ClientBody.NewOrderSingle)).frame).clOrdId() ?? "";
  const row = {
    account: "PAPER-1",
    symbol: "BTCUSDT",
    side: "buy",
    ordType: "limit",
    timeInForce: "gtc",
    orderQty: "0.01000",
    createdTsMs: 1,
  };
  const nothing = {
    ...{ triggerPrice: null, triggerSource: null, trailAmount: null, trailBps: null, displayQty: null, cashQty: null },
    ...{ expireTsMs: null, postOnly: null, reduceOnly: false, selfTradePrevention: null, strategy: null, deadlineTsMs: null },
    ...{ working: false, listId: null, contingency: null, queueAheadQty: null, refusal: null },
  };
  server.history = [
    {
      ...row,
      ...nothing,
      orderId: "901",
      clOrdId,
      ordStatus: "filled",
      reason: "none",
      price: "61837.63",
      cumQty: "0.01000",
      leavesQty: "0.00000",
      avgPx: "61837.63",
    },
    {
      ...row,
      ...nothing,
      orderId: "900",
      clOrdId: "first",
      ordStatus: "rejected",
      reason: "refused",
      triggerPrice: "61000.00",
      refusal: {
        ...{ code: 504, rule: "PRICE_COLLAR", text: "Too far.", transient: false, unit: "price", currency: null },
        ...{ limit: "61000.00", value: "62000.00", headroom: "0.00" },
      },
      price: "61837.63",
      cumQty: "0.00000",
      leavesQty: "0.00000",
      avgPx: null,
    },
  ];
  server.account.seq = 4n;
  server.cut("orders");
  expect(await submitted).toEqual({
    ...{
      ...row,
      orderId: 901,
      clOrdId,
      ordStatus: "filled",
      price: "61837.63",
      cumQty: "0.01000",
      leavesQty: "0.00000",
      avgPx: "61837.63",
    },
    isDone: true,
    isWorking: false,
  });
  expect(await completed).toMatchObject({
    ...{ orderId: 900, ordStatus: "rejected", reason: "refused", isDone: true, triggerPrice: "61000.00" },
    refusal: { rule: "PRICE_COLLAR", isTransient: false, unit: "price", limit: "61000.00", symbol: "BTCUSDT" },
  });
});

test("an order keeps its name while a cancel of it is on its way, and the cancel is answered when it has arrived", async () => {
  const order = await accepted();
  const canceled = client.cancel(order);
  await server.next(ClientBody.OrderCancelRequest);
  const pending = { orderId: BigInt(order.orderId), clOrdId: "c-1", origClOrdId: order.clOrdId };
  server.account.execution({ ...pending, execType: ExecType.PendingCancel, ordStatus: OrdStatus.PendingCancel });
  await settled();
  expect(client.orders.map(({ clOrdId, ordStatus }) => [clOrdId, ordStatus])).toEqual([[order.clOrdId, "pendingCancel"]]);
  server.account.execution({ ...pending, execType: ExecType.Canceled, ordStatus: OrdStatus.Canceled });
  expect(await canceled).toMatchObject({ ordStatus: "canceled" });
});

test("open orders are fetched with what is ahead of them", async () => {
  const plain = { account: "PAPER-1", symbol: "BTCUSDT", side: "buy", ordType: "limit", timeInForce: "gtc", reason: "none" };
  const terms = { orderQty: "0.01000", price: "61000.00", cumQty: "0.00000", leavesQty: "0.01000", createdTsMs: 1 };
  const flags = { ordStatus: "new", working: true, reduceOnly: false, listId: null, refusal: null, avgPx: null };
  server.history = [
    { ...plain, ...terms, ...flags, orderId: "12", clOrdId: "b", queueAheadQty: "1.25000" },
    { ...plain, ...terms, ...flags, orderId: "11", clOrdId: "a", queueAheadQty: null },
  ];
  const orders = await client.fetchOpenOrders();
  expect(server.asked.at(-1)).toBe("status=open&limit=1000&account=PAPER-1");
  expect(orders.map((order) => [order.orderId, order.queueAheadQty])).toEqual([
    [12, "1.25000"],
    [11, undefined],
  ]);
});

test("an order whose end was missed rejects its completion as unknown", async () => {
  const completed = client.completion(await accepted());
  server.account.working = [];
  server.account.seq = 3n;
  server.cut("orders");
  await expect(completed).rejects.toBeInstanceOf(OutcomeUnknown);
});

test("while there is no connection nothing is queued", async () => {
  const lost = new Promise((resolve) => client.on("connection", resolve));
  server.cut("orders");
  expect(await lost).toMatchObject({ route: "orders", state: "connecting" });
  await expect(client.submit(LIMIT_BUY)).rejects.toBeInstanceOf(NotConnected);
});

test("closing settles what waits and ends every iteration", async () => {
  const submitted = client.submit(LIMIT_BUY);
  await server.next(ClientBody.NewOrderSingle);
  const executions = client.events("execution");
  const taken: unknown[] = [];
  const finished = (async () => {
    for await (const execution of executions) taken.push(execution);
  })();
  client.close();
  await expect(submitted).rejects.toBeInstanceOf(OutcomeUnknown);
  await finished;
  expect(taken).toEqual([]);
  await server.next(ClientBody.Logout);
});
