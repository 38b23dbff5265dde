/** The client on the real platform, by its public surface alone: trade, be refused, watch the market, survive a kill. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, type ClientEvents, connect, OrderRefused, type Quote } from "../index.js";
import { Platform } from "./platform.js";

const SYMBOL = "BTC-USD";
const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const platform = new Platform();
let client: Client;

beforeAll(async () => {
  await platform.start();
  client = await connect({ url: platform.credentials().urls.page, ...platform.credentials().users.trader, backoffMsMin: 20 });
  await client.subscribe({ symbols: [SYMBOL], channels: ["quote", "book", "trades", "bars"], barIntervalS: 1 });
});
afterAll(async () => {
  client?.close();
  await platform.stop("SIGTERM");
  platform.remove();
});

const next = <Name extends keyof ClientEvents>(
  name: Name,
  isWanted: (event: ClientEvents[Name]) => boolean = () => true,
): Promise<ClientEvents[Name]> =>
  new Promise((resolve) => {
    const stop = client.on(name, (event) => {
      if (!isWanted(event)) return;
      stop();
      resolve(event);
    });
  });
const twoSided = (): Promise<Quote> => next("quote", ({ bid, ask }) => bid !== undefined && ask !== undefined);

/** Whole cents, to move a price by. */
const cents = (price: string | undefined): number => Math.round(Number(price) * 100);
const priceOf = (value: number): string => (value / 100).toFixed(2);

test("a limit order rests, is replaced, and is canceled", async () => {
  const { bid } = await twoSided();
  const price = priceOf(cents(bid?.price) - 50_000);
  const order = await client.submit({ symbol: SYMBOL, side: "buy", ordType: "limit", orderQty: "0.0100", price });
  expect(order).toMatchObject({ ordStatus: "new", price, leavesQty: "0.0100", timeInForce: "gtc", account: "PAPER-1" });
  const replaced = await client.replace(order, { orderQty: "0.0200" });
  expect(replaced).toMatchObject({ orderId: order.orderId, orderQty: "0.0200", price });
  expect(client.orders).toEqual([replaced]);
  expect(await client.cancel(order)).toMatchObject({ orderId: order.orderId, ordStatus: "canceled", leavesQty: "0.0000" });
  expect(client.orders).toEqual([]);
});

test("an order that asks is told where its time went", async () => {
  const { bid } = await twoSided();
  const told = next("latencyTrace");
  const startedMs = performance.now();
  const terms = { symbol: SYMBOL, side: "buy", ordType: "limit", orderQty: "0.0100" } as const;
  const order = await client.submit({ ...terms, price: priceOf(cents(bid?.price) - 50_000) }, { trace: true });
  const trace = await told;
  const elapsedUs = (performance.now() - startedMs) * 1e3;
  expect(trace).toMatchObject({ request: "newOrder", account: "PAPER-1", clOrdId: order.clOrdId });
  expect(Object.keys(trace.stagesUs)).toEqual(["decoded", "checked", "matched", "journalled", "encoded", "durable", "written"]);
  expect(Math.min(...Object.values(trace.stagesUs))).toBeGreaterThanOrEqual(0);
  expect(trace.serverUs).toBeLessThan(elapsedUs);
  expect(trace.roundTripUs).toBeLessThan(elapsedUs);
  await client.cancel(order);
});

test("a market order fills at displayed prices, and position and money follow exactly", async () => {
  await twoSided();
  const fills: [string, string, string][] = [];
  const stop = client.on("execution", ({ lastQty, lastPx, lastFee }) => {
    if (lastQty !== undefined) fills.push([lastQty, lastPx ?? "", lastFee ?? ""]);
  });
  const before = Number(client.balances.find(({ currency }) => currency === "USD")?.cash);
  const balance = next("balance", ({ used }) => Number(used) > 0);
  const done = await client.completion(
    await client.submit({ symbol: SYMBOL, side: "buy", ordType: "market", orderQty: "0.0500" }),
  );
  stop();
  expect(done).toMatchObject({ ordStatus: "filled", cumQty: "0.0500" });
  await balance;
  const [cost, fees] = fills.reduce(([c, f], [qty, px, fee]) => [c + Number(qty) * Number(px), f + Number(fee)], [0, 0]);
  expect(Number(done.avgPx)).toBeCloseTo(cost / 0.05, 3);
  const position = client.positions.find(({ symbol }) => symbol === SYMBOL);
  expect(position).toMatchObject({ qty: "0.0500", currency: "USD" });
  expect(Number(position?.fees)).toBeCloseTo(fees, 5);
  expect(Number(client.balances.find(({ currency }) => currency === "USD")?.cash)).toBeCloseTo(before - fees, 5);
});

test("an order that is too large for the account is refused with its figures, and changes nothing", async () => {
  const before = client.balances;
  const { bid } = await twoSided();
  const refused = client.submit({ symbol: SYMBOL, side: "buy", ordType: "limit", orderQty: "100", price: bid?.price ?? "" });
  const error = (await refused.catch((reason: unknown) => reason)) as OrderRefused;
  expect(error).toBeInstanceOf(OrderRefused);
  expect(["NOTIONAL_ABOVE_MAX", "INSUFFICIENT_FUNDS"]).toContain(error.rule);
  expect(Number(error.value)).toBeGreaterThan(Number(error.limit));
  expect(error.detail).toMatchObject({ symbol: SYMBOL, account: "PAPER-1", unit: "money", currency: "USD" });
  expect(client.balances).toEqual(before);
});

test("a ClOrdID serves once, also for a program that logs on by key", async () => {
  const key = await connect({ wsUrl: platform.credentials().urls.webSocket, apiKey: platform.credentials().apiKey });
  const { bid } = await twoSided();
  const order = {
    symbol: SYMBOL,
    side: "buy",
    ordType: "limit",
    orderQty: "0.01",
    price: priceOf(cents(bid?.price) - 90_000),
    clOrdId: "once",
  } as const;
  const seen = next("order", ({ clOrdId }) => clOrdId === "once");
  const first = await key.submit(order);
  expect(await seen).toEqual(first);
  // The same order again is the same order, and what is ahead of it by now; another one of its name is refused.
  const { queueAheadQty, ...again } = await client.submit(order);
  expect(again).toEqual(first);
  expect(Number(queueAheadQty)).toBeGreaterThanOrEqual(0);
  await expect(client.submit({ ...order, orderQty: "0.02" })).rejects.toMatchObject({ rule: "DUPLICATE_CLORDID" });
  expect(await client.cancelAll({ symbol: SYMBOL })).toEqual({ account: "PAPER-1", canceledCount: 1 });
  key.close();
});

test("a bracket waits, is worked as its parent fills, and ends together", async () => {
  const { bid, ask } = await twoSided();
  const [entry, profit, stop] = await client.submitList({
    symbol: SYMBOL,
    contingency: "bracket",
    orders: [
      { side: "buy", ordType: "limit", orderQty: "0.0100", price: priceOf(cents(ask?.price) + 5_000) },
      { side: "sell", ordType: "limit", orderQty: "0.0100", price: priceOf(cents(ask?.price) + 200_000) },
      { side: "sell", ordType: "stop", orderQty: "0.0100", triggerPrice: priceOf(cents(bid?.price) - 200_000) },
    ],
  });
  if (entry === undefined || profit === undefined || stop === undefined) throw new Error("a bracket has three orders");
  expect(await client.completion(entry)).toMatchObject({ ordStatus: "filled", listId: entry.orderId });
  const exits = () => client.orders.filter(({ listId }) => listId === entry.orderId);
  const deadline = Date.now() + 5_000;
  while (!exits().some(({ isWorking }) => isWorking) && Date.now() < deadline) await twoSided();
  expect(exits()).toMatchObject([
    { orderId: profit.orderId, isWorking: true, ordStatus: "new", leavesQty: "0.0100", reduceOnly: true },
    { orderId: stop.orderId, isWorking: false, ordStatus: "held", leavesQty: "0.0100", reduceOnly: true },
  ]);
  const moved = await client.replace(stop, { triggerPrice: priceOf(cents(bid?.price) - 210_000) });
  expect(moved).toMatchObject({ orderId: stop.orderId, ordStatus: "held" });
  await client.cancel(profit);
  expect(await client.completion(moved)).toMatchObject({ ordStatus: "canceled", reason: "linked" });
  const flat = { symbol: SYMBOL, side: "sell", ordType: "market", orderQty: "0.0100", reduceOnly: true } as const;
  expect(await client.validate(flat)).toMatchObject({ isAccepted: true, refusals: [] });
  await client.completion(await client.submit(flat));
});

test("book, trades and bars flow; and the book is never crossed", async () => {
  const book = client.book(SYMBOL);
  for (let round = 0; round < 20; round += 1) {
    await next("book");
    expect(book?.isSynced).toBe(true);
    const [bid, ask] = [book?.bids(1)[0], book?.asks(1)[0]];
    if (bid !== undefined && ask !== undefined) expect(cents(bid.price)).toBeLessThan(cents(ask.price));
  }
  const [trade, bar] = await Promise.all([next("trade"), next("bar", ({ isClosed }) => isClosed)]);
  expect(trade.symbol).toBe(SYMBOL);
  expect(bar).toMatchObject({ symbol: SYMBOL, intervalS: 1, isClosed: true });
  expect(cents(bar.high)).toBeGreaterThanOrEqual(cents(bar.low));
});

test("after kill -9 and a new start the client is back by itself, with the same orders, position and money", async () => {
  const { bid } = await twoSided();
  const resting = await client.submit({
    symbol: SYMBOL,
    side: "buy",
    ordType: "limit",
    orderQty: "0.0100",
    price: priceOf(cents(bid?.price) - 100_000),
  });
  const [positions, balances] = [
    client.positions.map(({ tsMs: _, ...rest }) => rest),
    client.balances.map(({ tsMs: _, ...rest }) => rest),
  ];
  const resync = next("resync");
  const marketUp = next("connection", ({ route, state }) => route === "market" && state === "up");
  await platform.stop("SIGKILL");
  await platform.start();
  expect(await resync).toMatchObject({ account: "PAPER-1", missedCount: 0, ended: [] });
  expect(client.orders.map(({ clOrdId }) => clOrdId)).toEqual([resting.clOrdId]);
  expect(client.positions.map(({ tsMs: _, ...rest }) => rest)).toEqual(positions);
  expect(client.balances.map(({ tsMs: _, ...rest }) => rest)).toEqual(balances);
  await marketUp;
  await twoSided();
  expect(await client.cancel(resting)).toMatchObject({ ordStatus: "canceled" });
});

test("a program that is killed loses its orders where it asked for that, and only its own", async () => {
  const { bid } = await twoSided();
  const far = {
    symbol: SYMBOL,
    side: "buy",
    ordType: "limit",
    orderQty: "0.0100",
    price: priceOf(cents(bid?.price) - 80_000),
  } as const;
  const mine = await client.submit(far);
  const source = `
    import { connect } from ${JSON.stringify(`${ROOT}client/typescript/dist/index.js`)};
    const client = await connect({ ...${JSON.stringify({ wsUrl: platform.credentials().urls.webSocket, apiKey: platform.credentials().apiKey })}, cancelOnDisconnect: true });
    await client.submit({ ...${JSON.stringify(far)}, clOrdId: "orphan" });`;
  const orphaned = next("order", ({ clOrdId }) => clOrdId === "orphan");
  const program = spawn(process.execPath, ["--input-type=module", "-e", source], { stdio: "ignore" });
  expect(await orphaned).toMatchObject({ ordStatus: "new" });
  const canceled = next("order", ({ clOrdId, isDone }) => clOrdId === "orphan" && isDone);
  program.kill("SIGKILL");
  expect(await canceled).toMatchObject({ ordStatus: "canceled", reason: "disconnect" });
  expect(client.orders).toEqual([mine]);
  await client.cancel(mine);
});

/** Runs the example bot to its end; gives what it printed. */
async function runBot(): Promise<string> {
  const args = [`${ROOT}node_modules/tsx/dist/cli.mjs`, `${ROOT}client/typescript/examples/bot.ts`, SYMBOL, "4", "0.02"];
  const bot = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, JWARE_CREDENTIALS: `${platform.dataDir}/credentials.json` },
  });
  let output = "";
  for (const stream of [bot.stdout, bot.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const code = await new Promise((resolve) => bot.once("exit", resolve));
  expect(`${code}\n${output}`).toMatch(/^0\n[\s\S]*canceled \d+[\s\S]*round trip/);
  expect(output).toMatch(/^(buy|sell) 0\.\d{4} BTC-USD at \d+\.\d\d$/m);
  return output;
}

/** REST with a body; the answer's own. */
async function request(method: string, path: string, body: unknown, token = ""): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json", ...(token === "" ? {} : { authorization: `Bearer ${token}` }) };
  const url = new URL(`/api/v1/${path}`, platform.credentials().urls.page);
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  return (await answer.json()) as Record<string, unknown>;
}

test("the example bot trades and ends flat", async () => {
  expect(await runBot()).toContain("qty: '0.0000'");
});

test("the example bot trades and ends flat in both legs of an account that hedges", async () => {
  const { username, password } = platform.credentials().users.admin;
  const { accessToken } = await request("POST", "session", { username, password });
  const kind = { kind: "margin", positionMode: "hedging", reason: "two legs" };
  expect(await request("PUT", "accounts/PAPER-1/kind", kind, String(accessToken))).toMatchObject({ positionMode: "hedging" });
  const output = await runBot();
  expect(output).toMatch(/leg: '(long|short)'/);
  expect(output).not.toMatch(/ qty: '[^']*[1-9]/);
});

test("it stops cleanly, and says goodbye", async () => {
  const lost = next("connection", ({ route }) => route === "orders");
  expect(await platform.stop("SIGTERM")).toBe(0);
  expect((await lost).reason).toContain("1001");
});
