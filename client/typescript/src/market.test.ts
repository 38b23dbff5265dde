/** Market data over the real wire protocol against a scripted server: books by sequence, quotes, trades, bars. */
import { Channel, ClientBody, RequestKind, Subscribe } from "@jware/schemas/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Book, type Client, type ClientEvents, connect, InvalidRequest, Refused } from "./index.js";
import { ScriptedServer } from "./test/scripted-server.js";

let server: ScriptedServer;
let client: Client;

beforeEach(async () => {
  server = new ScriptedServer();
  await server.start();
  client = await connect({ url: server.url, username: "trader", password: "secret", backoffMsMin: 5, backoffMsMax: 20 });
});
afterEach(() => {
  client.close();
  server.stop();
});

const next = <Name extends keyof ClientEvents>(name: Name): Promise<ClientEvents[Name]> =>
  new Promise((resolve) => {
    const stop = client.on(name, (event) => {
      stop();
      resolve(event);
    });
  });

/** Subscribes to the book and lets the server show one. */
async function shown(): Promise<Book> {
  await client.subscribe({ symbols: ["BTCUSDT"], channels: ["book"] });
  await server.next(ClientBody.Subscribe);
  const changed = next("book");
  server.market.bookSnapshot(
    10n,
    [
      [6_183_700n, 5n],
      [6_183_600n, 7n],
    ],
    [[6_183_800n, 4n]],
  );
  return changed;
}

test("a book is its snapshot plus the deltas in sequence", async () => {
  const book = await shown();
  expect(client.book("BTCUSDT")).toBe(book);
  server.market.bookDelta(9n, [[6_183_700n, 99n]], []);
  server.market.bookDelta(10n, [[6_183_700n, 99n]], []);
  server.market.bookDelta(
    11n,
    [
      [6_183_700n, 0n],
      [6_183_650n, 1n],
    ],
    [[6_183_800n, 3n]],
  );
  const changed = next("book");
  await changed;
  expect(book.seq).toBe(11);
  expect(book.bids()).toEqual([
    { price: "61836.50", qty: "0.00001" },
    { price: "61836.00", qty: "0.00007" },
  ]);
  expect(book.asks(1)).toEqual([{ price: "61838.00", qty: "0.00003" }]);
  expect(book.levels("bids", 1)).toEqual([[6_183_650, 1]]);
  expect(book.state).toBe("synced");
});

test("a gap voids the book until its new snapshot, which is asked for", async () => {
  const book = await shown();
  const voided = next("book");
  server.market.bookDelta(13n, [[6_183_700n, 1n]], []);
  await voided;
  expect([book.isSynced, book.state, book.bids()]).toEqual([false, "resyncing", []]);
  await server.next(ClientBody.Subscribe);
  server.market.bookDelta(14n, [[6_183_700n, 1n]], []);
  const again = next("book");
  server.market.bookSnapshot(20n, [[6_183_000n, 2n]], []);
  await again;
  expect([book.isSynced, book.seq, book.bids()]).toEqual([true, 20, [{ price: "61830.00", qty: "0.00002" }]]);
});

test("a snapshot that nobody asked for replaces the book", async () => {
  const book = await shown();
  const changed = next("book");
  server.market.bookSnapshot(500n, [], [[6_183_900n, 1n]]);
  await changed;
  expect([book.bids(), book.asks(), book.seq]).toEqual([[], [{ price: "61839.00", qty: "0.00001" }], 500]);
});

test("subscriptions stay over a lost connection, with every bar interval", async () => {
  const book = await shown();
  await client.subscribe({ symbols: ["BTCUSDT"], channels: ["quote", "bars"], barIntervalS: 60 });
  await client.subscribe({ symbols: ["BTCUSDT"], channels: ["bars"], barIntervalS: 3600 });
  await client.unsubscribe({ symbols: ["BTCUSDT"], channels: ["quote"] });
  server.received = [];
  server.cut("market");
  await next("book");
  expect(book.isSynced).toBe(false);
  const asked: [number, number][] = [];
  while (asked.length < 3) {
    const { frame } = await server.next(ClientBody.Subscribe);
    const subscribe: Subscribe = frame.body(new Subscribe());
    asked.push([subscribe.channels(), subscribe.barIntervalS()]);
  }
  expect(asked).toEqual([
    [Channel.Book, 0],
    [Channel.Bars, 60],
    [Channel.Bars, 3600],
  ]);
});

test("a refused subscription rejects and is not asked for again", async () => {
  server.onFrame = ({ kind }) => {
    if (kind !== ClientBody.Subscribe) return;
    server.refuse("market", RequestKind.Subscribe, { code: 207, rule: "SUBSCRIPTION_INVALID", text: "No such channel." });
  };
  const refused = client.subscribe({ symbols: ["BTCUSDT"], channels: ["trades"] });
  await expect(refused).rejects.toBeInstanceOf(Refused);
  await expect(refused).rejects.toMatchObject({ code: 207, rule: "SUBSCRIPTION_INVALID" });
  server.received = [];
  const up = next("connection").then(() => next("connection"));
  server.cut("market");
  expect(await up).toMatchObject({ state: "up" });
  // Answered in turn: whatever was asked for again would have come before.
  await client.unsubscribe({ symbols: ["BTCUSDT"], channels: ["quote"] });
  expect(server.received.map(({ kind }) => kind)).toEqual([ClientBody.Unsubscribe]);
});

test.each([
  [{ symbols: ["NOPE"], channels: ["book"] as const }, /no instrument "NOPE"/],
  [{ symbols: [], channels: ["book"] as const }, /at least one symbol/],
  [{ symbols: ["BTCUSDT"], channels: ["bars"] as const, barIntervalS: 7 as never }, /barIntervalS must be one of 1, 60/],
])("a subscription that means nothing is not sent: %o", async (subscription, message) => {
  await expect(client.subscribe(subscription)).rejects.toThrow(message);
  await expect(client.subscribe(subscription)).rejects.toBeInstanceOf(InvalidRequest);
  expect(server.received).toEqual([]);
});

test("quotes, trades and bars in decimal text, by handler and by iteration", async () => {
  await client.subscribe({ symbols: ["BTCUSDT"], channels: ["quote", "trades", "bars"], barIntervalS: 60 });
  const trades = client.events("trade");
  const [quote, bar] = [next("quote"), next("bar")];
  server.market.quote([6_183_700n, 3n], [6_183_800n, 0n]);
  server.market.trades(2);
  server.market.bar(true);
  expect(await quote).toEqual({
    symbol: "BTCUSDT",
    bid: { price: "61837.00", qty: "0.00003" },
    last: "61837.63",
    dayVolume: "0.00012",
    state: "synced",
    tsEventMs: 1_723_075_200_123.456,
    tsRecvMs: 0,
  });
  expect(await bar).toMatchObject({
    intervalS: 60,
    isClosed: true,
    openTsMs: 60_000,
    open: "0.01",
    high: "0.04",
    close: "0.03",
    volume: "0.00009",
  });
  const first = await trades.next();
  expect(first.value).toEqual({
    symbol: "BTCUSDT",
    tradeId: 1,
    price: "61837.63",
    qty: "0.00040",
    aggressor: "sell",
    tsEventMs: 1,
  });
  expect((await trades.next()).value).toMatchObject({ tradeId: 2 });
  await trades.return?.();
});
