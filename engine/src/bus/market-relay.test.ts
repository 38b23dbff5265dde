/** The relay on the real core: what a reader in another process gets, in process and over a real Redis. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute, MarketBatch, startCore, stopCore } from "@jware/core-native";
import { BookDelta, BookSnapshot, ServerBody, ServerFrame, Trades } from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RedisServer, redisServerPath } from "../torture/redis-server.js";
import type { FrameBus } from "./frame-bus.js";
import { InProcessBus } from "./in-process-bus.js";
import { busTopic, MarketRelay } from "./market-relay.js";
import { RedisBus } from "./redis-bus.js";

const INSTRUMENT = 7;
let dir: string;
let redis: RedisServer | undefined;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "jware-relay-"));
  startCore({ journalDir: dir, ackMode: "memory", segmentBytes: 1 << 20 });
  execute({ kind: "defineCurrency", code: "USD", decimals: 2 });
  const defined = execute({
    kind: "defineInstrument",
    instrument: INSTRUMENT,
    symbol: "X",
    name: "X",
    assetClass: "crypto",
    venue: "paper",
    baseCurrency: "X",
    quoteCurrency: "USD",
    priceDecimals: 2,
    tickMantissa: 1,
    qtyDecimals: 0,
    lotMantissa: 1,
    tickLotMinor: 1,
    qtyLotsMin: 1,
    qtyLotsMax: 1000,
    notionalMinorMax: "1000000",
    collarBps: 1000,
    makerFeePpm: 0,
    takerFeePpm: 0,
  });
  if (!defined.ok) throw new Error(defined.text);
  if (redisServerPath !== undefined) redis = await RedisServer.start();
});

afterAll(async () => {
  await redis?.stop();
  stopCore();
  rmSync(dir, { recursive: true });
});

async function follow(publisher: FrameBus, reader: FrameBus): Promise<void> {
  const books: { seq: bigint; whole: boolean; topQty: bigint | undefined }[] = [];
  const trades: bigint[] = [];
  const read = (bytes: Uint8Array) => ServerFrame.getRootAsServerFrame(new ByteBuffer(bytes));
  await reader.subscribe(busTopic(INSTRUMENT, "book"), (bytes) => {
    const frame = read(bytes);
    const whole = frame.bodyType() === ServerBody.BookSnapshot;
    const body = frame.body(whole ? new BookSnapshot() : new BookDelta()) as BookSnapshot | BookDelta;
    books.push({ seq: body.seq(), whole, topQty: body.bidsLength() > 0 ? body.bids(0)?.qtyLots() : undefined });
  });
  await reader.subscribe(busTopic(INSTRUMENT, "trades"), (bytes) => {
    trades.push((read(bytes).body(new Trades()) as Trades).trades(0)?.tradeId() ?? 0n);
  });
  const relay = new MarketRelay(publisher);
  const batch = new MarketBatch();
  batch.state(INSTRUMENT, 1, Date.now());
  batch.flush();
  for (let step = 1; step <= 50; step += 1) {
    batch.level(INSTRUMENT, 1, 100, step, Date.now());
    batch.trade(INSTRUMENT, 1, 101, 1, Date.now(), step);
    batch.flush();
  }
  const deltas = () => books.filter((book) => !book.whole && book.topQty !== undefined);
  for (let wait = 0; wait < 200 && (deltas().length < 50 || trades.length < 50); wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(deltas().map((book) => book.topQty)).toEqual(Array.from({ length: 50 }, (_, index) => BigInt(index + 1)));
  const sequences = deltas().map((book) => book.seq);
  expect(sequences).toEqual(sequences.map((_, index) => (sequences[0] ?? 0n) + BigInt(index)));
  expect(trades).toEqual(Array.from({ length: 50 }, (_, index) => BigInt(index + 1)));
  // Whoever joins late gets the whole book within the second.
  const wholes = books.filter((book) => book.whole).length;
  for (let wait = 0; wait < 150 && books.filter((book) => book.whole).length === wholes; wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(books.findLast((book) => book.whole)).toMatchObject({ topQty: 50n });
  expect(relay.counts().dropped).toBe(0);
  relay.stop();
}

it("gives a reader in this process every change in order, and the whole book once a second", async () => {
  const bus = new InProcessBus();
  await follow(bus, bus);
  await bus.close();
});

it("gives a reader behind a real Redis the same", async (context) => {
  if (redis === undefined) {
    console.log("skipped: redis-server is not installed");
    return context.skip();
  }
  const options = { url: redis.url, onError: () => undefined };
  const [publisher, reader] = [new RedisBus(options), new RedisBus(options)];
  await follow(publisher, reader);
  await Promise.all([publisher.close(), reader.close()]);
});
