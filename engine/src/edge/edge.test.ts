import net from "node:net";
import { coreStatus, MarketBatch, queryAccount, queryBook } from "@jware/core-native";
import { REFUSAL_CODE } from "@jware/schemas";
import {
  AccountSnapshot,
  AccountStatus,
  AckMode,
  BookDelta,
  BookSnapshot,
  Contingency,
  ControlAction,
  ExecReason,
  ExecType,
  ExecutionReport,
  Heartbeat,
  InstrumentList,
  LogonAck,
  OrderValidation,
  OrdStatus,
  OrdType,
  RequestKind,
  ScopeKind,
  ScopeStatus,
  ServerBody,
  TimeInForce,
  TradingState,
} from "@jware/schemas/wire";
import {
  batchFrame,
  cancelFrame,
  controlFrame,
  heartbeatFrame,
  logonFrame,
  logoutFrame,
  newOrderFrame,
  newOrderListFrame,
  subscribeFrame,
  validateFrame,
} from "@jware/schemas/client-frames";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Edge, startEdge } from "./edge-app.js";
import { must, startStage, ticketOf } from "./test/edge-stage.js";
import { orderFrame, Side, WireClient } from "./test/wire-client.js";

const ALICE = 1001;
const BOB = 1002;
const INTERNAL = 1;
const PAPER = 2;
const BOOK_CHANNEL = 1;

let edge: Edge;
let endStage: () => void;
let number = 0;
const open: WireClient[] = [];

async function connect(route: "orders" | "market"): Promise<WireClient> {
  const client = await WireClient.open(edge.port, route);
  open.push(client);
  return client;
}

async function logOn(route: "orders" | "market", account: number, cancelOnDisconnect = false): Promise<WireClient> {
  const client = await connect(route);
  client.send(logonFrame({ ticket: ticketOf(account) }, { cancelOnDisconnect }));
  await client.awaitKind(ServerBody.InstrumentList);
  if (route === "orders") await client.awaitKind(ServerBody.AccountSnapshot);
  return client;
}

const name = (): string => {
  number += 1;
  return `o-${number}`;
};

beforeAll(() => {
  endStage = startStage({
    ackMode: "durable",
    instruments: [
      [INTERNAL, "INT", "internal"],
      [PAPER, "PAP", "paper"],
    ],
    accounts: [ALICE, BOB],
  });
  const batch = new MarketBatch();
  batch.level(PAPER, 1, 99, 1_000, Date.now());
  batch.level(PAPER, 2, 101, 1_000, Date.now());
  batch.state(PAPER, 1, Date.now());
  batch.flush();
  edge = startEdge({ host: "127.0.0.1", port: 0 });
});

afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

afterAll(() => {
  edge.close();
  endStage();
});

it("tells who one is, what can be traded and how the account stands", async () => {
  const client = await logOn("orders", ALICE);
  const ack = (await client.awaitKind(ServerBody.LogonAck)).body(new LogonAck()) as LogonAck;
  expect(ack.user()).toBe(`user-${ALICE}`);
  expect(ack.ackMode()).toBe(AckMode.Durable);
  expect(ack.accounts(0)?.name()).toBe(`A-${ALICE}`);
  const list = (await client.awaitKind(ServerBody.InstrumentList)).body(new InstrumentList()) as InstrumentList;
  expect([list.instruments(0)?.symbol(), list.instruments(1)?.symbol()]).toEqual(["INT", "PAP"]);
  const snapshot = (await client.awaitKind(ServerBody.AccountSnapshot)).body(new AccountSnapshot()) as AccountSnapshot;
  expect(snapshot.balances(0)?.cashMinor()).toBe(100_000_000n);
  expect(snapshot.state()).toBe(TradingState.Active);
});

it("acknowledges, fills and cancels, to the sessions of the account and to no other", async () => {
  const alice = await logOn("orders", ALICE);
  const aliceToo = await logOn("orders", ALICE);
  const bob = await logOn("orders", BOB);
  const maker = name();
  const taker = name();
  alice.send(orderFrame({ account: ALICE, instrument: INTERNAL, clOrdId: maker, side: Side.Sell, qty: 5, price: 100 }));
  await alice.awaitKind(ServerBody.ExecutionReport);
  bob.send(orderFrame({ account: BOB, instrument: INTERNAL, clOrdId: taker, side: Side.Buy, qty: 3, price: 100 }));
  await bob.until("two executions", () => (bob.executions().length === 2 ? true : undefined));
  expect(bob.executions().map((execution) => [execution.clOrdId(), execution.execType(), execution.ordStatus()])).toEqual([
    [taker, ExecType.New, OrdStatus.New],
    [taker, ExecType.Trade, OrdStatus.Filled],
  ]);
  await alice.until("the fill", () => (alice.executions().length === 2 ? true : undefined));
  await aliceToo.until("the same", () => (aliceToo.executions().length === 2 ? true : undefined));
  expect(alice.executions().every((execution) => execution.account() === ALICE)).toBe(true);
  alice.send(cancelFrame({ account: ALICE, origClOrdId: maker }));
  const ended = await alice.until("the end", () => alice.executions()[2]);
  expect([ended.ordStatus(), ended.cumQtyLots(), ended.leavesQtyLots()]).toEqual([OrdStatus.Canceled, 3n, 0n]);
  const sequence = alice.executions().map((execution) => execution.accountSeq());
  expect([...sequence].sort()).toEqual(sequence);
  expect(new Set(sequence).size).toBe(3);
  expect(bob.executions().length).toBe(2);
});

it("lets no acknowledgement out before its command is on disk", async () => {
  const client = await logOn("orders", ALICE);
  const early: bigint[] = [];
  client.onReceive = ({ kind, frame }) => {
    if (kind !== ServerBody.ExecutionReport) return;
    const seq = (frame.body(new ExecutionReport()) as ExecutionReport).seq();
    if (seq > BigInt(coreStatus().durableSeq)) early.push(seq);
  };
  for (let round = 1; round <= 200; round += 1) {
    const clOrdId = name();
    client.send(orderFrame({ account: ALICE, instrument: PAPER, clOrdId, side: Side.Buy, qty: 1, price: 90 }));
    client.send(cancelFrame({ account: ALICE, origClOrdId: clOrdId }));
    await client.until("both answers", () => (client.executions().length === 2 * round ? true : undefined));
  }
  expect(early).toEqual([]);
});

it("refuses with rule, limit, value and headroom, to the requester alone", async () => {
  const client = await logOn("orders", ALICE);
  const other = await logOn("orders", ALICE);
  client.send(orderFrame({ account: ALICE, instrument: PAPER, clOrdId: name(), side: Side.Buy, qty: 2_000_000, price: 100 }));
  const refusal = await client.until("a refusal", () => client.refusals()[0]);
  expect([refusal.code(), refusal.rule(), refusal.limit(), refusal.value(), refusal.headroom()]).toEqual([
    REFUSAL_CODE.QTY_ABOVE_MAX,
    "QTY_ABOVE_MAX",
    1_000_000n,
    2_000_000n,
    1_000_000n,
  ]);
  client.send(orderFrame({ account: BOB, instrument: PAPER, clOrdId: name(), side: Side.Buy, qty: 1, price: 100 }));
  expect((await client.until("a refusal", () => client.refusals()[1])).code()).toBe(REFUSAL_CODE.ACCOUNT_NOT_PERMITTED);
  client.send(orderFrame({ account: 4_000_000_000, instrument: PAPER, clOrdId: name(), side: Side.Buy, qty: 1, price: 100 }));
  expect((await client.until("a refusal", () => client.refusals()[2])).code()).toBe(REFUSAL_CODE.ACCOUNT_NOT_PERMITTED);
  expect(other.refusals()).toEqual([]);
});

it("needs a logon with a ticket that is new, and takes it once", async () => {
  const early = await connect("orders");
  early.send(heartbeatFrame(1n));
  expect((await early.awaitClosed()).code).toBe(4009);
  expect(early.refusals()[0]?.code()).toBe(REFUSAL_CODE.LOGON_REQUIRED);
  const secret = ticketOf(ALICE);
  const first = await connect("orders");
  first.send(logonFrame({ ticket: secret }));
  await first.awaitKind(ServerBody.LogonAck);
  const second = await connect("orders");
  second.send(logonFrame({ ticket: secret }));
  expect((await second.awaitClosed()).code).toBe(4003);
  expect(second.refusals()[0]?.code()).toBe(REFUSAL_CODE.LOGON_REFUSED);
});

it("answers garbage, text and oversized frames, and harms nobody else", async () => {
  const good = await logOn("orders", ALICE);
  const bad = await logOn("orders", BOB);
  bad.send(new Uint8Array([1, 2, 3]));
  bad.send(new Uint8Array(5_000).fill(255));
  const valid = orderFrame({ account: BOB, instrument: PAPER, clOrdId: name(), side: Side.Buy, qty: 1, price: 100 });
  bad.send(valid.slice(0, valid.length - 9));
  await bad.until("three refusals", () => (bad.refusals().length === 3 ? true : undefined));
  const frameCodes = bad.refusals().map((refusal) => refusal.code());
  expect(frameCodes.every((code) => code >= 101 && code <= 104)).toBe(true);
  bad.send("hello");
  expect((await bad.awaitClosed()).code).toBe(4009);
  const huge = await connect("orders");
  huge.send(new Uint8Array(20_000));
  await huge.awaitClosed();
  good.send(heartbeatFrame(42n));
  const echo = (await good.awaitKind(ServerBody.Heartbeat)).body(new Heartbeat()) as Heartbeat;
  expect(echo.clientTsNs()).toBe(42n);
});

it("keeps requests on their routes", async () => {
  const market = await logOn("market", ALICE);
  market.send(orderFrame({ account: ALICE, instrument: PAPER, clOrdId: name(), side: Side.Buy, qty: 1, price: 100 }));
  expect((await market.until("a refusal", () => market.refusals()[0])).code()).toBe(REFUSAL_CODE.FRAME_WRONG_ROUTE);
  const orders = await logOn("orders", ALICE);
  orders.send(subscribeFrame([PAPER], BOOK_CHANNEL));
  expect((await orders.until("a refusal", () => orders.refusals()[0])).code()).toBe(REFUSAL_CODE.FRAME_WRONG_ROUTE);
  market.send(subscribeFrame([77], BOOK_CHANNEL));
  expect((await market.until("a refusal", () => market.refusals()[1])).code()).toBe(REFUSAL_CODE.SUBSCRIPTION_INVALID);
});

it("gives a book and then its changes, without a gap", async () => {
  const client = await logOn("market", ALICE);
  client.send(subscribeFrame([PAPER], BOOK_CHANNEL));
  const snapshot = (await client.awaitKind(ServerBody.BookSnapshot)).body(new BookSnapshot()) as BookSnapshot;
  expect([snapshot.bids(0)?.priceTicks(), snapshot.asks(0)?.priceTicks()]).toEqual([99n, 101n]);
  const batch = new MarketBatch();
  for (let qty = 1; qty <= 5; qty += 1) {
    batch.level(PAPER, 1, 98, qty, Date.now());
    batch.flush();
  }
  await client.until("five deltas", () => (client.count(ServerBody.BookDelta) === 5 ? true : undefined));
  const deltas = client.received
    .filter(({ kind }) => kind === ServerBody.BookDelta)
    .map(({ frame }) => frame.body(new BookDelta()) as BookDelta);
  expect(deltas.map((delta) => delta.seq())).toEqual([1n, 2n, 3n, 4n, 5n].map((step) => snapshot.seq() + step));
  expect(deltas[4]?.bids(0)?.qtyLots()).toBe(5n);
});

it("brings a market reader that fell behind up to date instead of queueing for ever", async () => {
  const client = await logOn("market", ALICE);
  client.send(subscribeFrame([PAPER], BOOK_CHANNEL));
  await client.awaitKind(ServerBody.BookSnapshot);
  const slow = await slowReader(edge.port, "market", [
    logonFrame({ ticket: ticketOf(BOB) }),
    subscribeFrame([PAPER], BOOK_CHANNEL),
  ]);
  const batch = new MarketBatch();
  const deadline = Date.now() + 20_000;
  let round = 0;
  while (edge.counts().conflated === 0 && Date.now() < deadline) {
    round += 1;
    for (let price = 1; price <= 900; price += 1)
      batch.level(PAPER, 1, price % 90 === 0 ? 90 : (price % 90) + 1, (round % 50) + 1, Date.now());
    batch.flush();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(edge.counts().conflated).toBe(1);
  const snapshots = client.count(ServerBody.BookSnapshot);
  slow.resume();
  await slow.caughtUp();
  expect(client.count(ServerBody.BookSnapshot)).toBe(snapshots);
  slow.destroy();
}, 30_000);

it("closes a private reader that is too slow, and never leaves a fill out for it", async () => {
  const slow = await slowReader(edge.port, "orders", [logonFrame({ ticket: ticketOf(ALICE) })]);
  const trader = await logOn("orders", ALICE);
  const before = edge.counts().slowPrivate;
  const deadline = Date.now() + 25_000;
  let sent = 0;
  while (edge.counts().slowPrivate === before && Date.now() < deadline) {
    for (let index = 0; index < 200; index += 1) {
      const clOrdId = name();
      trader.send(orderFrame({ account: ALICE, instrument: PAPER, clOrdId, side: Side.Buy, qty: 1, price: 90 }));
      trader.send(cancelFrame({ account: ALICE, origClOrdId: clOrdId }));
    }
    sent += 400;
    await trader.until("the answers", () => (trader.executions().length === sent ? true : undefined));
  }
  expect(edge.counts().slowPrivate).toBe(before + 1);
  expect(trader.closed).toBeUndefined();
  slow.destroy();
}, 40_000);

it.each([
  ["breaks", (client: WireClient) => client.send("text breaks the connection")],
  ["closes without a word", (client: WireClient) => client.close()],
  ["logs out", (client: WireClient) => client.send(logoutFrame(false))],
])("cancels the orders of a session that %s, and only those, where it asked for it", async (_, end) => {
  const doomed = await logOn("orders", ALICE, true);
  const other = await logOn("orders", ALICE);
  const [mine, theirs] = [name(), name()];
  doomed.send(orderFrame({ account: ALICE, instrument: PAPER, clOrdId: mine, side: Side.Buy, qty: 1, price: 90 }));
  other.send(orderFrame({ account: ALICE, instrument: PAPER, clOrdId: theirs, side: Side.Buy, qty: 1, price: 90 }));
  await other.until("both orders", () => (other.executions().length === 2 ? true : undefined));
  end(doomed);
  const ended = await other.until("the cancel", () => other.executions()[2]);
  expect([ended.clOrdId(), ended.ordStatus(), ended.reason()]).toEqual([mine, OrdStatus.Canceled, ExecReason.Disconnect]);
  expect(queryAccount(ALICE)?.orders.map((order) => order.clOrdId)).toContain(theirs);
  other.send(cancelFrame({ account: ALICE, origClOrdId: theirs }));
  await other.until("the end", () => other.executions()[3]);
});

it("answers the same order again with its state, once, and to the asking session alone", async () => {
  const asking = await logOn("orders", ALICE);
  const other = await logOn("orders", ALICE);
  const order = orderFrame({ account: ALICE, instrument: PAPER, clOrdId: name(), side: Side.Buy, qty: 1, price: 90 });
  asking.send(order);
  const first = await asking.until("the order", () => asking.executions()[0]);
  asking.send(order);
  const again = await asking.until("its state", () => asking.executions()[1]);
  expect([again.execType(), again.execId(), again.orderId()]).toEqual([ExecType.Status, 0n, first.orderId()]);
  asking.send(cancelFrame({ account: ALICE, origClOrdId: first.clOrdId() ?? "" }));
  await asking.until("the end", () => asking.executions()[2]);
  await other.until("the end", () => other.executions()[1]);
  expect(other.executions().map((execution) => execution.execType())).toEqual([ExecType.New, ExecType.Canceled]);
  expect([asking.executions().length, asking.refusals()]).toEqual([3, []]);
});

const TERMS = { side: Side.Buy, ordType: OrdType.Limit, timeInForce: TimeInForce.Gtc, orderQtyLots: 2, priceTicks: 90 };

it("takes linked orders, and tells of their end together", async () => {
  const client = await logOn("orders", ALICE);
  const stop = { ...TERMS, clOrdId: name(), ordType: OrdType.Stop, priceTicks: 0, triggerPriceTicks: 120 };
  const orders = [{ ...TERMS, clOrdId: name() }, stop];
  client.send(newOrderListFrame({ account: ALICE, instrument: PAPER, contingency: Contingency.Oco, orders }));
  await client.until("both legs", () => client.executions()[1]);
  const [limit, held] = client.executions();
  expect([limit?.ordStatus(), held?.ordStatus()]).toEqual([OrdStatus.New, OrdStatus.Held]);
  expect([held?.working(), held?.triggerPriceTicks(), held?.listId()]).toEqual([false, 120n, limit?.orderId()]);
  client.send(cancelFrame({ account: ALICE, origClOrdId: stop.clOrdId }));
  await client.until("both ends", () => client.executions()[3]);
  const ends = client.executions().slice(2);
  expect(ends.map((end) => [end.ordStatus(), end.reason()])).toEqual([
    [OrdStatus.Canceled, ExecReason.Requested],
    [OrdStatus.Canceled, ExecReason.Linked],
  ]);
});

it("takes a batch of 64 with every request answered, and refuses one that is too long", async () => {
  const client = await logOn("orders", ALICE);
  const requests = Array.from({ length: 32 }, () => ({ kind: "new" as const, instrument: PAPER, clOrdId: name(), ...TERMS }));
  const cancels = requests.map(({ clOrdId }) => ({ kind: "cancel" as const, clOrdId: name(), origClOrdId: clOrdId }));
  client.send(batchFrame({ account: ALICE, atomic: false, requests: [...requests, ...cancels] }));
  await client.until("64 answers", () => client.executions()[63]);
  expect(client.executions().map((execution) => execution.execType())).toEqual([
    ...requests.map(() => ExecType.New),
    ...cancels.map(() => ExecType.Canceled),
  ]);
  client.send(batchFrame({ account: ALICE, atomic: true, requests: [...requests, ...cancels, ...cancels.slice(0, 1)] }));
  const refusal = await client.until("a refusal", () => client.refusals()[0]);
  expect([refusal.responseTo(), refusal.rule(), refusal.limit(), refusal.value()]).toEqual([
    RequestKind.Batch,
    "BATCH_INVALID",
    64n,
    65n,
  ]);
});

it("checks an order without sending it, with the right to read or to trade", async () => {
  const client = await logOn("orders", ALICE);
  const before = coreStatus().seq;
  const order = { account: ALICE, instrument: PAPER, clOrdId: name(), ...TERMS, orderQtyLots: 5, priceTicks: 101 };
  client.send(validateFrame(order));
  const frame = await client.awaitKind(ServerBody.OrderValidation);
  const validation = frame.body(new OrderValidation()) as OrderValidation;
  expect([validation.clOrdId(), validation.refusalsLength(), validation.fillsLength()]).toEqual([order.clOrdId, 0, 1]);
  expect([validation.fills(0)?.priceTicks(), validation.fills(0)?.qtyLots()]).toEqual([101n, 5n]);
  expect(coreStatus().seq).toBe(before);
  client.send(validateFrame({ ...order, account: BOB }));
  const refusal = await client.until("a refusal", () => client.refusals()[0]);
  expect([refusal.responseTo(), refusal.code()]).toEqual([RequestKind.Validate, REFUSAL_CODE.ACCOUNT_NOT_PERMITTED]);
});

it("ends an order at its own time, also where nobody says anything", async () => {
  const client = await logOn("orders", ALICE);
  const expireTsNs = BigInt(Date.now() + 300) * 1_000_000n;
  const order = { account: ALICE, instrument: PAPER, clOrdId: name(), ...TERMS, timeInForce: TimeInForce.Gtd, expireTsNs };
  client.send(newOrderFrame(order));
  const ended = await client.until("the end", () => client.executions()[1]);
  expect([ended.ordStatus(), ended.reason()]).toEqual([OrdStatus.Expired, ExecReason.TimeReached]);
  expect(ended.tsNs()).toBeGreaterThanOrEqual(expireTsNs);
});

it("tells everyone who trades of an instrument's halt, also who logs on later; a strategy's, to its account", async () => {
  const [alice, bob] = [await logOn("orders", ALICE), await logOn("orders", BOB)];
  const scope = { kind: "instrument", instrument: INTERNAL } as const;
  must({ kind: "setTradingState", user: 0, scope, state: "halted", reason: "news" });
  const late = await logOn("orders", BOB);
  for (const client of [alice, bob, late]) {
    const status = (await client.awaitKind(ServerBody.ScopeStatus)).body(new ScopeStatus()) as ScopeStatus;
    expect([status.scope(), status.instrument(), status.state()]).toEqual([ScopeKind.Instrument, INTERNAL, TradingState.Halted]);
  }
  must({ kind: "setTradingState", user: 0, scope, state: "active", reason: "" });
  await bob.awaitKind(ServerBody.ScopeStatus, 2);
  alice.send(controlFrame({ account: ALICE, action: ControlAction.Halt, strategy: 7 }));
  const own = (await alice.awaitKind(ServerBody.ScopeStatus, 3)).body(new ScopeStatus()) as ScopeStatus;
  expect([own.scope(), own.strategy(), own.account(), own.state()]).toEqual([ScopeKind.Strategy, 7, ALICE, TradingState.Halted]);
  // From halted to reducing is a release, if a small one; and that is not the trader's.
  alice.send(controlFrame({ account: ALICE, action: ControlAction.Reduce, strategy: 7 }));
  expect((await alice.until("a refusal", () => alice.refusals()[0])).code()).toBe(REFUSAL_CODE.PERMISSION_MISSING);
  const strategy = { kind: "strategy", account: ALICE, strategy: 7 } as const;
  must({ kind: "setTradingState", user: 0, scope: strategy, state: "active", reason: "" });
  await alice.awaitKind(ServerBody.ScopeStatus, 4);
  expect(bob.count(ServerBody.ScopeStatus)).toBe(2);
});

it("takes no stall of its own for a client's silence: what waits in the sockets is read first", async () => {
  const client = await connect("orders");
  client.send(logonFrame({ ticket: ticketOf(ALICE) }, { heartbeatMs: 1_000 }));
  await client.awaitKind(ServerBody.AccountSnapshot);
  for (let nth = 1; nth <= 3; nth += 1) {
    // Sent, but nobody reads it before more than twice that time has passed.
    client.send(heartbeatFrame(BigInt(nth)));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_200);
    await client.awaitKind(ServerBody.Heartbeat, nth);
  }
  expect(client.closed).toBeUndefined();
});

it("closes a client that says nothing for twice its heartbeat", async () => {
  const client = await connect("orders");
  client.send(logonFrame({ ticket: ticketOf(ALICE) }, { heartbeatMs: 100 }));
  expect((await client.awaitClosed()).reason).toBe("nothing heard for twice the heartbeat");
});

it("leaves the orders of a session that logs out and keeps them", async () => {
  const leaving = await logOn("orders", ALICE, true);
  const other = await logOn("orders", ALICE);
  const clOrdId = name();
  leaving.send(orderFrame({ account: ALICE, instrument: PAPER, clOrdId, side: Side.Buy, qty: 1, price: 90 }));
  await other.awaitKind(ServerBody.ExecutionReport);
  leaving.send(logoutFrame(true));
  expect((await leaving.awaitClosed()).code).toBe(1000);
  other.send(cancelFrame({ account: ALICE, origClOrdId: clOrdId }));
  const ended = await other.until("our own cancel", () => other.executions()[1]);
  expect(ended.reason()).toBe(ExecReason.Requested);
});

it("halts at once for a trader, and releases for nobody without the right", async () => {
  const client = await logOn("orders", BOB);
  client.send(orderFrame({ account: BOB, instrument: PAPER, clOrdId: name(), side: Side.Buy, qty: 1, price: 90 }));
  await client.awaitKind(ServerBody.ExecutionReport);
  client.send(controlFrame({ account: BOB, action: ControlAction.Halt, reason: "test" }));
  const status = (await client.awaitKind(ServerBody.AccountStatus)).body(new AccountStatus()) as AccountStatus;
  expect(status.state()).toBe(TradingState.Halted);
  expect(client.executions()[1]?.ordStatus()).toBe(OrdStatus.Canceled);
  client.send(controlFrame({ account: BOB, action: ControlAction.Release, reason: "test" }));
  expect((await client.until("a refusal", () => client.refusals()[0])).code()).toBe(REFUSAL_CODE.PERMISSION_MISSING);
  must({ kind: "setTradingState", user: 0, scope: { kind: "account", account: BOB }, state: "active", reason: "test" });
  expect(queryBook(PAPER, 1)?.state).toBe("synced");
});

/** A client that does not read: a plain TCP connection that speaks just enough WebSocket. */
async function slowReader(port: number, route: "market" | "orders", frames: readonly Uint8Array[]) {
  const socket = net.connect(port, "127.0.0.1");
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  socket.write(
    `GET /v1/${route} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
  );
  await new Promise<void>((resolve) => socket.once("data", () => resolve()));
  for (const payload of frames) {
    const header =
      payload.length < 126 ? [0x82, 0x80 | payload.length] : [0x82, 0x80 | 126, payload.length >> 8, payload.length & 255];
    socket.write(Buffer.concat([Buffer.from([...header, 0, 0, 0, 0]), payload]));
  }
  await new Promise<void>((resolve) => socket.once("data", () => resolve()));
  socket.pause();
  let bytes = 0;
  return {
    resume: () => {
      socket.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      socket.resume();
    },
    /** Reads until nothing has come for a while: the backlog is bounded, so this ends. */
    caughtUp: async () => {
      for (let last = -1; last !== bytes; ) {
        last = bytes;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      expect(bytes).toBeGreaterThan(0);
    },
    destroy: () => socket.destroy(),
  };
}
