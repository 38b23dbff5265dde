/** Doubles, gaps, cuts and the end: nothing is told twice or sent twice, and what is not known is said to be unknown. */
import { ClientBody, ExecType, OrdStatus } from "@jware/schemas/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NotConnected, OutcomeUnknown } from "./index.js";
import { LIMIT_BUY, newOrderOf, OrderScene } from "./test/order-scene.js";

let scene: OrderScene;
beforeEach(async () => {
  scene = await OrderScene.start();
});
afterEach(() => scene.end());

test("an event that came twice is taken once", async () => {
  const { server, client } = scene;
  const seen: number[] = [];
  client.on("execution", ({ accountSeq }) => seen.push(accountSeq));
  const order = await scene.accepted();
  const fill = { orderId: 900n, clOrdId: order.clOrdId, execType: ExecType.Trade, cum: 1n, last: [1n, 1n] as const };
  server.account.execution(fill);
  server.account.execution(fill, 2n);
  server.account.execution(fill, 1n);
  await scene.settled();
  expect(seen).toEqual([1, 2]);
});

test("after a gap the account is taken anew, and events go on without doubles", async () => {
  const { server, client } = scene;
  const seen: number[] = [];
  client.on("execution", ({ accountSeq }) => seen.push(accountSeq));
  const order = await scene.accepted();
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
  await scene.settled();
  expect(seen).toEqual([1, 6]);
});

test("a lost connection: what the snapshot shows is answered, the rest is unknown, nothing is sent twice", async () => {
  const { server, client } = scene;
  const [first, second] = [client.submit(LIMIT_BUY), client.submit(LIMIT_BUY)];
  const firstId = newOrderOf((await server.next(ClientBody.NewOrderSingle)).frame).clOrdId() ?? "";
  await server.next(ClientBody.NewOrderSingle);
  server.account.working = [{ orderId: 900n, clOrdId: firstId }];
  server.account.seq = 1n;
  server.cut("orders");
  expect(await first).toMatchObject({ orderId: 900, clOrdId: firstId });
  await expect(second).rejects.toBeInstanceOf(OutcomeUnknown);
  await scene.accepted(903n);
  expect(server.received.filter(({ kind }) => kind === ClientBody.NewOrderSingle)).toEqual([]);
});

test("what ended while away is answered from the history", async () => {
  const { server, client } = scene;
  const completed = client.completion(await scene.accepted());
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

test("open orders are fetched with what is ahead of them", async () => {
  const { server, client } = scene;
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
  const { server, client } = scene;
  const completed = client.completion(await scene.accepted());
  server.account.working = [];
  server.account.seq = 3n;
  server.cut("orders");
  await expect(completed).rejects.toBeInstanceOf(OutcomeUnknown);
});

test("an order whose end was missed is looked up whenever its completion is asked for", async () => {
  const { server, client } = scene;
  const order = await scene.accepted();
  const resync = new Promise((resolve) => client.on("resync", resolve));
  server.account.working = [];
  server.account.seq = 3n;
  server.cut("orders");
  await resync;
  await expect(client.completion(order)).rejects.toBeInstanceOf(OutcomeUnknown);
  const { orderId, isDone: _, isWorking: __, ...row } = order;
  const ended = { ...row, orderId: String(orderId), ordStatus: "canceled", reason: "none", leavesQty: "0.00000", avgPx: null };
  server.history = [{ ...ended, reduceOnly: false, working: false, listId: null, refusal: null, queueAheadQty: null }];
  expect(await client.completion(order)).toMatchObject({ orderId: 900, ordStatus: "canceled", isDone: true });
});

test("an order that the socket has not told yet is waited for, whether the history shows it at work or not at all", async () => {
  const { server, client } = scene;
  const { isDone, isWorking, ...row } = await scene.accepted();
  const asked = { ...row, orderId: 905, isDone, isWorking };
  server.history = [
    { ...row, orderId: "905", ...{ working: true, reduceOnly: false, listId: null, refusal: null, avgPx: null } },
  ];
  const shown = client.completion(asked);
  // Answered after the question before it.
  await client.fetchOpenOrders();
  server.history = [];
  const unseen = client.completion(asked);
  await client.fetchOpenOrders();
  server.account.execution({ orderId: 905n, clOrdId: row.clOrdId });
  server.account.execution({ orderId: 905n, clOrdId: row.clOrdId, execType: ExecType.Canceled, ordStatus: OrdStatus.Canceled });
  expect(await shown).toMatchObject({ orderId: 905, ordStatus: "canceled", isDone: true });
  expect(await unseen).toMatchObject({ orderId: 905, ordStatus: "canceled", isDone: true });
});

test("an order that is older than what was told and has no end in the history is unknown, at work there or not", async () => {
  const { server, client } = scene;
  const { isDone, isWorking, ...row } = await scene.accepted();
  const asked = { ...row, orderId: 890, isDone, isWorking };
  await expect(client.completion(asked)).rejects.toBeInstanceOf(OutcomeUnknown);
  server.history = [{ ...row, orderId: "890", working: true, reduceOnly: false, listId: null, refusal: null, avgPx: null }];
  await expect(client.completion(asked)).rejects.toBeInstanceOf(OutcomeUnknown);
});

test("where the history cannot be read, one that is not told yet is unknown, too", async () => {
  const { server, client } = scene;
  const asked = { ...(await scene.accepted()), orderId: 905 };
  server.history = undefined;
  await expect(client.completion(asked)).rejects.toMatchObject({ name: "OutcomeUnknown", cause: expect.any(Error) });
});

test("an end that is missed while the history is on its way is looked up again", async () => {
  const { server, client } = scene;
  const { isDone, isWorking, ...row } = await scene.accepted();
  const flags = { reduceOnly: false, listId: null, refusal: null, avgPx: null, queueAheadQty: null };
  let release: () => void = () => undefined;
  server.holdsHistory = new Promise((resolve) => {
    release = resolve;
  });
  server.history = [{ ...row, ...flags, orderId: "905", working: true }];
  const completed = client.completion({ ...row, orderId: 905, isDone, isWorking });
  while (server.asked.length === 0) await scene.settled();
  server.holdsHistory = undefined;
  server.history = [
    { ...row, ...flags, orderId: "905", working: false, ordStatus: "canceled", reason: "none", leavesQty: "0.00000" },
  ];
  server.account.working = [];
  server.account.seq = 9n;
  const resync = new Promise((resolve) => client.on("resync", resolve));
  server.cut("orders");
  await resync;
  release();
  expect(await completed).toMatchObject({ orderId: 905, ordStatus: "canceled", isDone: true });
});

test("after a loss the history is asked once for everything, and a failure of that is told", async () => {
  const { server, client } = scene;
  const completed = client.completion(await scene.accepted());
  const submitted = [client.submit(LIMIT_BUY), client.submit(LIMIT_BUY)];
  for (const _ of submitted) await server.next(ClientBody.NewOrderSingle);
  const askedBefore = server.asked.length;
  server.history = undefined;
  server.account.seq = 4n;
  server.cut("orders");
  for (const each of [completed, ...submitted])
    await expect(each).rejects.toMatchObject({ name: "OutcomeUnknown", cause: expect.any(Error) });
  expect(server.asked.length - askedBefore).toBe(1);
});

test("while there is no connection nothing is queued", async () => {
  const { server, client } = scene;
  const lost = new Promise((resolve) => client.on("connection", resolve));
  server.cut("orders");
  expect(await lost).toMatchObject({ route: "orders", state: "connecting" });
  await expect(client.submit(LIMIT_BUY)).rejects.toBeInstanceOf(NotConnected);
});

test("closing settles what waits and ends every iteration", async () => {
  const { server, client } = scene;
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
