import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { PlainBook } from "../../test/plain-book.js";
import { type KnownInstrument, SIMULATED_INSTRUMENTS } from "../instruments.js";
import { BOOK_STATE, type MarketSink, SIDE } from "../market-sink.js";
import { Random } from "./simulated/random.js";
import { LEVEL_COUNT } from "./simulated/market.js";
import { SimulatedProvider } from "./simulated.js";

const START_MS = 1_700_000_000_000;
const DAY_MS = 86_400_000;
const seed = Number(process.env.JWARE_TEST_SEED ?? Math.floor(Math.random() * 2 ** 32));
console.log(`simulated: seed ${seed}`);

const played = (lastTicks: number): readonly KnownInstrument[] =>
  SIMULATED_INSTRUMENTS.map((instrument) => ({
    ...instrument,
    lastTicks: lastTicks === 0 ? 0 : lastTicks * instrument.instrument,
  }));

/** Runs a simulation on a clock of its own. */
function simulate(
  sink: MarketSink,
  stepsMs: readonly number[],
  options: { seed: number; rate: number; known?: readonly KnownInstrument[] },
) {
  let nowMs = START_MS;
  const provider = new SimulatedProvider({
    seed: options.seed,
    ticksPerSecond: options.rate,
    instruments: SIMULATED_INSTRUMENTS,
    known: options.known ?? played(10_000),
    now: () => nowMs,
  });
  provider.open(sink);
  for (const stepMs of stepsMs) {
    nowMs += stepMs;
    provider.advance(nowMs);
  }
  return provider;
}

/** A hash over every fact with all its fields, in order. */
function hashingSink(): MarketSink & { digest(): string } {
  const hash = createHash("sha256");
  const put = (name: string, fact: readonly number[]): void => {
    hash.update(`${name} ${fact.join(" ")}\n`);
  };
  return {
    level: (...fact) => put("level", fact),
    trade: (...fact) => put("trade", fact),
    reset: (...fact) => put("reset", fact),
    state: (...fact) => put("state", fact),
    flush: () => put("flush", []),
    digest: () => hash.digest("hex"),
  };
}

describe("a seed", () => {
  const steps = Array.from({ length: 500 }, (_, index) => 12 + (index % 3));

  it("gives the same facts for the same clock, and others for another seed or clock", () => {
    const digest = (options: { seed: number; rate: number }, clock: readonly number[]): string => {
      const sink = hashingSink();
      simulate(sink, clock, { ...options, known: [] });
      return sink.digest();
    };
    const first = digest({ seed, rate: 1_000 }, steps);
    expect(digest({ seed, rate: 1_000 }, steps)).toBe(first);
    expect(digest({ seed: seed + 1, rate: 1_000 }, steps)).not.toBe(first);
    expect(digest({ seed, rate: 1_000 }, [...steps.slice(1), 13])).not.toBe(first);
  });

  it("of zero is as good as any", () => {
    const random = new Random(0);
    const values = Array.from({ length: 1_000 }, () => random.next());
    expect(new Set(values).size).toBeGreaterThan(990);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });
});

/** One book per instrument; every fact is checked against the invariants as it comes. */
class CheckingSink implements MarketSink {
  readonly books = new Map<number, PlainBook>();
  readonly trades: { instrument: number; priceTicks: number; tsMs: number; id: number }[] = [];
  facts = 0;
  flushes = 0;
  #whole = new Set<number>();

  book(instrument: number): PlainBook {
    const book = this.books.get(instrument) ?? new PlainBook();
    this.books.set(instrument, book);
    return book;
  }

  level(instrument: number, side: 1 | 2, priceTicks: number, qtyLots: number): void {
    this.facts += 1;
    expect(Number.isSafeInteger(priceTicks) && priceTicks > 0).toBe(true);
    expect(Number.isSafeInteger(qtyLots) && qtyLots >= 0).toBe(true);
    const book = this.book(instrument);
    if (qtyLots === 0) expect((side === SIDE.BUY ? book.bids : book.asks).has(priceTicks)).toBe(true);
    book.level(instrument, side, priceTicks, qtyLots);
    if (!this.#whole.has(instrument)) return;
    const { bid, ask } = book.best();
    expect(bid).toBeLessThan(ask);
    expect(Math.min(book.bids.size, book.asks.size)).toBeGreaterThan(0);
  }

  trade(instrument: number, aggressor: 1 | 2, priceTicks: number, qtyLots: number, tsMs: number, id: number): void {
    this.facts += 1;
    expect(qtyLots).toBeGreaterThan(0);
    this.trades.push({ instrument, priceTicks, tsMs, id });
    if (!this.#whole.has(instrument)) return;
    // A trade takes what is shown at the best price of the other side.
    const { bid, bidLots, ask, askLots } = this.book(instrument).best();
    expect(priceTicks).toBe(aggressor === SIDE.BUY ? ask : bid);
    expect(qtyLots).toBeLessThanOrEqual(aggressor === SIDE.BUY ? askLots : bidLots);
  }

  reset(instrument: number): void {
    this.#whole.delete(instrument);
    this.book(instrument).reset();
  }

  state(instrument: number, state: 1 | 2 | 3): void {
    this.book(instrument).state(instrument, state);
    if (state === BOOK_STATE.SYNCED) this.#whole.add(instrument);
  }

  flush(): void {
    this.flushes += 1;
  }
}

describe("a simulated market", () => {
  it(`is never crossed, never empty, and trades at what it shows (seed ${seed})`, () => {
    const sink = new CheckingSink();
    const provider = simulate(sink, new Array<number>(2_000).fill(12), { seed, rate: 1_000, known: [] });
    for (const [, book] of sink.books) {
      expect(book.state_).toBe(BOOK_STATE.SYNCED);
      expect(book.bids.size).toBeGreaterThan(LEVEL_COUNT / 2);
      expect(book.bids.size).toBeLessThanOrEqual(LEVEL_COUNT);
      expect(book.asks.size).toBeGreaterThan(LEVEL_COUNT / 2);
    }
    // 24 s at 1,000 a second; the last step may go over.
    const live = provider.health().counts.facts ?? 0;
    expect(Math.abs(live - 24_000)).toBeLessThanOrEqual(30);
    const liveTrades = sink.trades.filter((trade) => trade.tsMs > START_MS);
    for (const { instrument } of SIMULATED_INSTRUMENTS) {
      const own = liveTrades.filter((trade) => trade.instrument === instrument);
      expect(own.length, `trades of ${instrument}`).toBeGreaterThan(100);
      expect(new Set(own.map((trade) => trade.priceTicks)).size, `prices of ${instrument}`).toBeGreaterThan(2);
    }
  });

  it("gives a day of minutes before its first book, in time order, and only then", () => {
    const sink = new CheckingSink();
    simulate(sink, [12], { seed, rate: 1_000, known: [] });
    const past = sink.trades.filter((trade) => trade.tsMs < START_MS);
    expect(past.length).toBeGreaterThanOrEqual(4 * 4 * 1440);
    expect(past.every((trade, index) => trade.tsMs >= (past[index - 1]?.tsMs ?? 0))).toBe(true);
    expect(past[0]?.tsMs).toBeLessThanOrEqual(START_MS - DAY_MS);
    for (const { instrument } of SIMULATED_INSTRUMENTS) {
      const minutes = new Set(
        past.filter((trade) => trade.instrument === instrument).map((trade) => Math.floor(trade.tsMs / 60_000)),
      );
      expect(minutes.size).toBeGreaterThanOrEqual(1440);
    }
    const again = new CheckingSink();
    simulate(again, [12], { seed, rate: 1_000, known: played(10_000) });
    expect(again.trades.filter((trade) => trade.tsMs < START_MS)).toEqual([]);
  });

  it("goes on from the core's last price, with trade ids that never repeat", () => {
    const sink = new CheckingSink();
    simulate(sink, new Array<number>(200).fill(12), { seed, rate: 1_000, known: played(1_000_000) });
    for (const { instrument } of SIMULATED_INSTRUMENTS) {
      const { bid, ask } = sink.book(instrument).best();
      expect(Math.abs((bid + ask) / 2 / (1_000_000 * instrument) - 1)).toBeLessThan(0.02);
    }
    for (const { instrument } of SIMULATED_INSTRUMENTS) {
      const ids = sink.trades.filter((trade) => trade.instrument === instrument).map((trade) => trade.id);
      expect(ids.every((id, index) => Number.isSafeInteger(id) && id > (ids[index - 1] ?? 0))).toBe(true);
      expect(ids[0]).toBeGreaterThan((START_MS - 1) * 1_000);
    }
  });

  it("makes up for a pause of the machine by one second at most", () => {
    const sink = new CheckingSink();
    const provider = simulate(sink, [3_600_000], { seed, rate: 1_000 });
    expect(provider.health().counts.facts).toBeLessThan(1_100);
  });

  it("has calm and busy spells", () => {
    // Squared returns of neighbouring minutes go together in a market with clusters, and do not without.
    const sink = new CheckingSink();
    simulate(sink, [12], { seed: 42, rate: 1, known: [] });
    const prices = sink.trades.filter((trade) => trade.instrument === 1).map((trade) => trade.priceTicks);
    const moves = prices.slice(1).map((price, index) => Math.abs(price / (prices[index] ?? price) - 1));
    expect(correlation(moves.slice(0, -1), moves.slice(1))).toBeGreaterThan(0.1);
  });
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, index) => (value - ma) * ((b[index] ?? mb) - mb)));
  const deviation = (values: readonly number[], m: number): number => Math.sqrt(mean(values.map((value) => (value - m) ** 2)));
  return covariance / (deviation(a, ma) * deviation(b, mb));
}
