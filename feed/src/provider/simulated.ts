/**
 * Four made-up markets of different asset classes: the default, with no network.
 *
 * The facts follow from the seed, the prices the core knows, and the clock steps alone. A core that has never seen a trade is
 * given one day of minutes first, as past trades in time order, so that charts begin with bars; a later start goes on from
 * the core's last price. Cost: about 1 us per fact, one flush per timer turn of 12 ms.
 */
import type { InstrumentInput, KnownInstrument } from "../instruments.js";
import { SIMULATED_CATCH_UP_MS_MAX, SIMULATED_TURN_MS } from "../limits.js";
import type { MarketSink } from "../market-sink.js";
import type { Provider, ProviderHealth } from "./provider.js";
import { type MarketProfile, SimulatedMarket } from "./simulated/market.js";
import { Random } from "./simulated/random.js";

export interface SimulatedOptions {
  readonly seed: number;
  /** Facts per second over all instruments. */
  readonly ticksPerSecond: number;
  readonly instruments: readonly InstrumentInput[];
  readonly known: readonly KnownInstrument[];
  /** The clock, ms since the UNIX epoch. */
  readonly now?: () => number;
}

/** How each market behaves, by instrument id. */
const PROFILES: Readonly<Record<number, MarketProfile>> = {
  // 61,800.00 USD; a lot is 0.0001 BTC.
  1: {
    startTicks: 6_180_000,
    volPerRootS: 4e-5,
    spreadTicks: 60,
    gapTicks: 120,
    levelLots: 6_000,
    tradeLots: 400,
    roundLots: 100,
    weight: 5,
  },
  // 187.40 USD; a lot is one share.
  2: {
    startTicks: 18_740,
    volPerRootS: 2.5e-5,
    spreadTicks: 1.5,
    gapTicks: 1,
    levelLots: 700,
    tradeLots: 90,
    roundLots: 100,
    weight: 2,
  },
  // 1.09120 USD; a lot is 1,000 EUR.
  3: {
    startTicks: 109_120,
    volPerRootS: 8e-6,
    spreadTicks: 3,
    gapTicks: 1,
    levelLots: 1_500,
    tradeLots: 250,
    roundLots: 100,
    weight: 2,
  },
  // 5,321.25 points; a lot is one contract.
  4: { startTicks: 21_285, volPerRootS: 2e-5, spreadTicks: 1, gapTicks: 1, levelLots: 80, tradeLots: 4, roundLots: 5, weight: 3 },
};

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const HISTORY_TRADES_PER_MINUTE = 4;
/** Room for this many trades per millisecond of clock in the ids of one start. */
const TRADE_IDS_PER_MS = 1_000;

export class SimulatedProvider implements Provider {
  readonly name: string;
  readonly instruments: readonly InstrumentInput[];
  readonly #options: SimulatedOptions;
  readonly #now: () => number;
  readonly #random: Random;
  #markets: SimulatedMarket[] = [];
  #sink: MarketSink | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastMs = 0;
  /** Facts that are due and not given yet; may be below zero, because a step is not divided. */
  #due = 0;
  #factCount = 0;

  constructor(options: SimulatedOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#random = new Random(options.seed);
    this.instruments = options.instruments;
    this.name = `simulated (seed ${options.seed}, ${options.ticksPerSecond} ticks/s)`;
  }

  start(sink: MarketSink): void {
    this.open(sink);
    this.#timer = setInterval(() => this.advance(this.#now()), SIMULATED_TURN_MS);
  }

  stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const market of this.#markets) market.close(this.#now());
    this.#sink?.flush();
    this.#sink = undefined;
    return Promise.resolve();
  }

  health(): ProviderHealth {
    return {
      state: this.#sink === undefined ? "down" : "up",
      detail: `${this.#markets.length} markets, seed ${this.#options.seed}.`,
      counts: { facts: this.#factCount },
    };
  }

  /** Gives history where it is missing, and whole books; no timer. */
  open(sink: MarketSink): void {
    const nowMs = this.#now();
    this.#sink = sink;
    this.#lastMs = nowMs;
    const fresh: SimulatedMarket[] = [];
    this.#markets = this.instruments.map((instrument) => {
      const profile = PROFILES[instrument.instrument];
      if (profile === undefined) throw new RangeError(`instrument ${instrument.instrument} has no simulation profile`);
      const lastTicks = this.#options.known.find((other) => other.instrument === instrument.instrument)?.lastTicks ?? 0;
      const begin = lastTicks > 0 ? lastTicks : profile.startTicks;
      const tradeId = (lastTicks > 0 ? nowMs : nowMs - DAY_MS) * TRADE_IDS_PER_MS;
      const market = new SimulatedMarket(instrument.instrument, profile, this.#random, sink, begin, tradeId);
      if (lastTicks === 0) fresh.push(market);
      return market;
    });
    putHistory(fresh, nowMs);
    sink.flush();
    for (const market of this.#markets) market.open(nowMs);
    sink.flush();
  }

  /** Plays what is due at `nowMs`, with event times spread over the time since the last call. */
  advance(nowMs: number): void {
    const sink = this.#sink;
    if (sink === undefined || nowMs <= this.#lastMs) return;
    const elapsedMs = Math.min(nowMs - this.#lastMs, SIMULATED_CATCH_UP_MS_MAX);
    const beginMs = nowMs - elapsedMs;
    this.#lastMs = nowMs;
    for (const market of this.#markets) market.advance(elapsedMs / 1_000);
    this.#due += (elapsedMs * this.#options.ticksPerSecond) / 1_000;
    const budget = this.#due;
    while (this.#due >= 1) {
      const tsMs = beginMs + elapsedMs * Math.min(1, (budget - this.#due) / budget);
      const count = this.#pick().step(tsMs);
      this.#due -= count;
      this.#factCount += count;
    }
    sink.flush();
  }

  /** A market by weight. */
  #pick(): SimulatedMarket {
    const markets = this.#markets;
    let at = this.#random.next() * markets.reduce((sum, market) => sum + market.weight, 0);
    for (const market of markets) {
      at -= market.weight;
      if (at < 0) return market;
    }
    const [first] = markets;
    if (first === undefined) throw new RangeError("a simulation has at least one market");
    return first;
  }
}

/** One day that ends now, all markets in one order of time. */
function putHistory(markets: readonly SimulatedMarket[], nowMs: number): void {
  const stepMs = MINUTE_MS / HISTORY_TRADES_PER_MINUTE;
  const beginMs = Math.floor((nowMs - DAY_MS) / MINUTE_MS) * MINUTE_MS;
  for (let tsMs = beginMs; tsMs < nowMs; tsMs += stepMs) {
    for (const market of markets) {
      market.advance(stepMs / 1_000);
      market.pastTrade(tsMs);
    }
  }
}
