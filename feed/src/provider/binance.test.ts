import { formatDecimal } from "@jware/schemas";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BookChecker } from "../../test/book-checker.js";
import { CaptureTruth, haveCaptures } from "../../test/capture-truth.js";
import { haveCore, type MarketStore, plainStore, startTestCore } from "../../test/market-store.js";
import { RecordedVenue, type VenueFaults } from "../../test/recorded-venue.js";
import { until } from "../../test/until.js";
import { BUILT_IN_SPOT_RULES, type InstrumentInput, spotInstrument, venueInstrumentId } from "../instruments.js";
import { BOOK_STATE } from "../market-sink.js";
import { BinanceRest } from "./binance/rest.js";
import { BinanceProvider } from "./binance.js";
import { Random } from "./simulated/random.js";

if (!haveCaptures) console.log("skipped: the recorded Binance captures are not beside the project (../shared/data)");
if (!haveCore) console.log("skipped: the native addon is not built, so the same checks against the core do not run");

const log = pino({ level: "silent" });
const seed = Number(process.env.JWARE_TEST_SEED ?? Math.floor(Math.random() * 2 ** 32));
const INSTRUMENTS = BUILT_IN_SPOT_RULES.map((rules) => spotInstrument(rules, venueInstrumentId(rules.symbol, [])));
const CAPTURES = [
  { name: "spot_btcusdt_20240808", symbol: "BTCUSDT", tickerCount: 2_893 },
  { name: "spot_ethusdt_20240808", symbol: "ETHUSDT", tickerCount: 2_672 },
] as const;

const instrumentOf = (symbol: string): InstrumentInput => {
  const instrument = INSTRUMENTS.find((other) => other.symbol === symbol);
  if (instrument === undefined) throw new Error(`no ${symbol}`);
  return instrument;
};

interface Run {
  readonly provider: BinanceProvider;
  readonly venue: RecordedVenue;
  readonly checker: BookChecker;
}

const opened: Run[] = [];

async function run(truth: CaptureTruth, store: MarketStore, faults: VenueFaults = {}): Promise<Run> {
  const instrument = instrumentOf(truth.symbol);
  const checker = new BookChecker(truth, store, instrument);
  let provider: BinanceProvider | undefined;
  const gate = (): boolean => (provider?.lastUpdateId(truth.symbol) ?? 0) !== 0;
  const venue = await RecordedVenue.listen(truth, gate, faults);
  provider = new BinanceProvider({
    rest: new BinanceRest(venue.restBase),
    streamBase: venue.streamBase,
    instruments: [instrument],
    known: [],
    log,
    timing: { retryMsMin: 1, retryMsMax: 5 },
  });
  const started = provider;
  store.onFlush = () => checker.look(started.lastUpdateId(truth.symbol));
  started.start(store.sink);
  const result = { provider: started, venue, checker };
  opened.push(result);
  return result;
}

afterEach(async () => {
  for (const { provider, venue } of opened.splice(0)) {
    await provider.stop();
    venue.close();
  }
});

const lastU = (truth: CaptureTruth): number => truth.updates.at(-1)?.u ?? 0;

/** The whole capture has been taken, and its last update applied. */
async function finish({ provider, venue }: Run, truth: CaptureTruth): Promise<void> {
  await venue.ended;
  await until("the last update is applied", () => provider.lastUpdateId(truth.symbol) === lastU(truth));
}

describe.skipIf(!haveCaptures).each(CAPTURES)("$name over the wire", ({ name, symbol, tickerCount }) => {
  let truth: CaptureTruth;
  beforeAll(() => {
    truth = new CaptureTruth(name);
  });

  it("equals every ticker and checkpoint, and the trades' exact volumes", async () => {
    const store = plainStore();
    const done = await run(truth, store);
    await finish(done, truth);
    await until("all trades are in", () => store.book.tradeCount === truth.expected.trades);
    done.checker.expectEnd();
    console.log(`${symbol}: ${done.checker.tickerCount} tickers and ${done.checker.checkpointCount} checkpoints equal`);
    expect(done.checker.tickerCount).toBe(tickerCount);
    expect(done.checker.checkpointCount).toBe(truth.expected.checkpoints.length);
    const { qtyDecimals, priceDecimals } = instrumentOf(symbol);
    expect(formatDecimal(store.book.baseLots, qtyDecimals)).toBe(cutZeros(truth.expected.trade_volume_base, qtyDecimals));
    const quoteDecimals = qtyDecimals + priceDecimals;
    expect(formatDecimal(store.book.quoteLotTicks, quoteDecimals)).toBe(
      cutZeros(truth.expected.trade_volume_quote, quoteDecimals),
    );
    expect(done.provider.health().counts).toMatchObject({ gaps: 0, malformed: 0, missedTrades: 0, connections: 1 });
    expect(done.provider.health().state).toBe("up");
  });

  it(`resynchronises and ends equal when the connection is cut at random moments (seed ${seed})`, async () => {
    const random = new Random(seed);
    const last = Math.floor(truth.messages.length * 0.95);
    const cuts = Array.from({ length: 4 }, () => ({ at: 20 + random.below(last), loseCount: random.below(300) }));
    cuts.sort((a, b) => a.at - b.at);
    console.log(`${symbol}: seed ${seed}, cuts ${JSON.stringify(cuts)}`);
    const store = plainStore();
    const done = await run(truth, store, { cuts });
    await finish(done, truth);
    await until("the trades are in", () => {
      const { trades = 0, missedTrades = 0 } = done.provider.health().counts;
      return trades + missedTrades === truth.expected.trades;
    });
    done.checker.expectEnd();
    expect(done.venue.connectionCount).toBe(5);
    // Every loss of the connection is told before the book is rebuilt.
    expect(store.book.states.filter((state) => state === BOOK_STATE.STALE).length).toBeGreaterThanOrEqual(4);
    expect(store.state()).toBe(BOOK_STATE.SYNCED);
  });

  it("lives through lost, repeated and garbage messages, refused and stale snapshots", async () => {
    const depthAt = truth.messages.flatMap((message, index) => (message.u > 0 && index > truth.snapshotAt ? [index] : []));
    const at = (index: number): number => depthAt[index] ?? 0;
    const store = plainStore();
    const done = await run(truth, store, {
      drop: new Set([at(100), at(2_000)]),
      repeat: new Set([at(50), at(300), at(301)]),
      garbage: new Map([
        [at(10), "not json"],
        [at(11), "{"],
        [at(12), '{"stream":"x","data":null}'],
        [at(13), `{"stream":"x","data":{"e":"depthUpdate","E":1,"s":"${symbol}","U":"1","u":2,"b":[],"a":[]}}`],
        [at(14), `{"stream":"x","data":{"e":"trade","E":1,"s":"${symbol}","t":1,"p":"1.001","q":"1","T":1,"m":true}}`],
        [at(15), '{"stream":"x","data":{"e":"trade","E":1,"s":"NOSUCH","t":1,"p":"1","q":"1","T":1,"m":true}}'],
        [at(16), '{"result":null,"id":1}'],
      ]),
      snapshotRefusals: [{ status: "500 Internal Server Error" }, { status: "503 Service Unavailable" }],
      snapshotLags: [0, 0, 0, Number.MAX_SAFE_INTEGER, 0],
    });
    await finish(done, truth);
    done.checker.expectEnd();
    // Five garbage texts are refused by the reader, the off-tick trade by the symbol; the plain answer is not for us.
    expect(done.provider.health().counts).toMatchObject({ malformed: 6, gaps: 2, connections: 1 });
    expect(done.provider.health().counts.oldUpdates).toBeGreaterThanOrEqual(1);
    // Two refused, the first, one too old and one good for the first gap, one for the second.
    expect(done.venue.snapshotRequestCount).toBe(6);
  });

  it.skipIf(!haveCore)("gives the real core the same book and the trades' exact volume", async () => {
    const { instrument } = instrumentOf(symbol);
    const done = await run(truth, core.storeOf(instrument));
    await finish(done, truth);
    done.checker.expectEnd();
    console.log(
      `${symbol} in the core: ${done.checker.tickerCount} tickers and ${done.checker.checkpointCount} checkpoints equal`,
    );
    expect(done.checker.tickerCount).toBe(tickerCount);
    expect(done.checker.checkpointCount).toBe(truth.expected.checkpoints.length);
    await until("all trades are in", () => done.provider.health().counts.trades === truth.expected.trades);
    const days = core.bars(instrument, 86_400);
    const volumeLots = days.reduce((sum, bar) => sum + BigInt(bar.volumeLots), 0n);
    expect(days.reduce((sum, bar) => sum + bar.tradeCount, 0)).toBe(truth.expected.trades);
    const { qtyDecimals } = instrumentOf(symbol);
    expect(formatDecimal(volumeLots, qtyDecimals)).toBe(cutZeros(truth.expected.trade_volume_base, qtyDecimals));
  });

  it.skipIf(!haveCore)(`leaves the real core with the equal book after random cuts (seed ${seed})`, async () => {
    const random = new Random(seed + 1);
    const last = Math.floor(truth.messages.length * 0.95);
    const cuts = Array.from({ length: 3 }, () => ({ at: 20 + random.below(last), loseCount: random.below(300) }));
    cuts.sort((a, b) => a.at - b.at);
    const store = core.storeOf(instrumentOf(symbol).instrument);
    const done = await run(truth, store, { cuts });
    await finish(done, truth);
    done.checker.expectEnd();
    expect(store.state()).toBe(BOOK_STATE.SYNCED);
  });
});

describe.skipIf(!haveCaptures)("venue limits", () => {
  it("asks nothing more until a 429's Retry-After has passed", async () => {
    const truth = new CaptureTruth(CAPTURES[0].name);
    const store = plainStore();
    const done = await run(truth, store, { snapshotRefusals: [{ status: "429 Too Many Requests", retryAfterS: 1 }] });
    await until("a second snapshot is asked for", () => done.venue.snapshotRequestCount === 2);
    const [first = 0, second = 0] = done.venue.snapshotTsMs;
    // The clock of the pause may round down by a millisecond.
    expect(second - first).toBeGreaterThanOrEqual(995);
    expect(done.provider.health().counts.rateLimited).toBe(1);
  });

  it("marks the book stale and tries again when the stream goes silent", async () => {
    const truth = new CaptureTruth(CAPTURES[0].name);
    const store = plainStore();
    let provider: BinanceProvider | undefined;
    const isSilent = (): boolean => (provider?.lastUpdateId("BTCUSDT") ?? 0) !== 0;
    const venue = await RecordedVenue.listen(truth, () => true, { isSilent });
    provider = new BinanceProvider({
      rest: new BinanceRest(venue.restBase),
      streamBase: venue.streamBase,
      instruments: [instrumentOf("BTCUSDT")],
      known: [],
      log,
      timing: { retryMsMin: 1, retryMsMax: 5, silenceMsMax: 100 },
    });
    provider.start(store.sink);
    const { SYNCED, STALE } = BOOK_STATE;
    const { states } = store.book;
    await until("it was in step, then stale, then in step again", () => {
      const stale = states.indexOf(STALE, states.indexOf(SYNCED));
      return states.includes(SYNCED) && stale !== -1 && states.indexOf(SYNCED, stale) !== -1;
    });
    expect(venue.connectionCount).toBeGreaterThanOrEqual(2);
    await provider.stop();
    venue.close();
  });
});

let core: Awaited<ReturnType<typeof startTestCore>>;
beforeAll(async () => {
  if (haveCore && haveCaptures) core = await startTestCore(INSTRUMENTS);
});
afterAll(() => {
  if (haveCore && haveCaptures) core.stop();
});

/** `212.03315000` with 5 decimals is `212.03315`; what is cut must be zeros. */
function cutZeros(text: string, decimals: number): string {
  const [whole = "", fraction = ""] = text.split(".");
  if (/[1-9]/.test(fraction.slice(decimals))) throw new Error(`${text} has more than ${decimals} decimals`);
  return `${whole}.${fraction.slice(0, decimals)}`;
}
