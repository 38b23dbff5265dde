/**
 * One made-up market: a book of about sixty levels a side around a fair price, and the trades that hit it.
 *
 * Each step is one small thing that happens: a trade that walks the book, a quote that follows the fair price, or a level that
 * is refilled, pulled or split. Trades excite further trades for a while. Invariants, after every single fact: best bid below
 * best ask, every size positive, no side empty. All randomness is the seed's; time comes from the caller.
 */
// HOT: up to 10,000 steps a second and more; levels are two short arrays per side.
import { BOOK_STATE, type MarketSink, SIDE, type Side } from "../../market-sink.js";
import { type PathProfile, PricePath } from "./price-path.js";
import type { Random } from "./random.js";

export interface MarketProfile extends PathProfile {
  /** Price of the very first start. */
  readonly startTicks: number;
  /** Typical distance of best bid and best ask. */
  readonly spreadTicks: number;
  /** Typical distance of neighbouring levels near the touch. */
  readonly gapTicks: number;
  readonly levelLots: number;
  readonly tradeLots: number;
  /** Sizes that people like are multiples of this. */
  readonly roundLots: number;
  /** Share of all ticks. */
  readonly weight: number;
}

interface BookSide {
  readonly side: Side;
  /** Step of price away from the touch. */
  readonly away: 1 | -1;
  /** Best first. */
  readonly prices: number[];
  readonly sizes: number[];
}

export const LEVEL_COUNT = 60;
const LEVEL_COUNT_LEFT_MIN = 20;
const TRADE_LEVEL_COUNT_MAX = 8;
/** Sizes grow over this many levels from the touch. */
const HUMP_LEVEL_COUNT = 12;
const WALL_CHANCE = 0.02;
const WALL_FACTOR = 8;
const BIG_TRADE_CHANCE = 0.03;
const BIG_TRADE_FACTOR = 10;
const TRADE_CHANCE = 0.05;
const TRADE_CHANCE_MAX = 0.5;
const EXCITEMENT_PER_TRADE = 0.7;
const EXCITEMENT_DECAY = 0.97;
/** More than the widest usual distance of neighbours, 1.5 times the typical, so that what fills a hole lies within it. */
const HOLE_GAPS = 2.5;
/** A refresh picks levels near the touch more often: mean index. */
const REFRESH_INDEX_MEAN = 9;

export class SimulatedMarket {
  readonly instrument: number;
  readonly weight: number;
  readonly #profile: MarketProfile;
  readonly #random: Random;
  readonly #sink: MarketSink;
  readonly #path: PricePath;
  readonly #bids: BookSide = { side: SIDE.BUY, away: -1, prices: [], sizes: [] };
  readonly #asks: BookSide = { side: SIDE.SELL, away: 1, prices: [], sizes: [] };
  #excitement = 0;
  #tradeId: number;
  #tsMs = 0;
  #facts = 0;

  constructor(instrument: number, profile: MarketProfile, random: Random, sink: MarketSink, startTicks: number, tradeId: number) {
    this.instrument = instrument;
    this.weight = profile.weight;
    this.#profile = profile;
    this.#random = random;
    this.#sink = sink;
    this.#path = new PricePath(random, profile, startTicks);
    this.#tradeId = tradeId;
  }

  /** Moves the fair price on; the book follows in later steps. */
  advance(elapsedS: number): void {
    this.#path.advance(elapsedS);
  }

  /** A past trade near the fair price, without a book. */
  pastTrade(tsMs: number): void {
    this.#tsMs = tsMs;
    const noise = this.#random.normal() * this.#profile.spreadTicks * 0.5;
    this.#putTrade(
      this.#random.next() < 0.5 ? SIDE.BUY : SIDE.SELL,
      this.#whole(this.#path.fairTicks + noise),
      this.#tradeSize() * 20,
    );
  }

  /** Gives a whole fresh book. */
  open(tsMs: number): void {
    this.#tsMs = tsMs;
    this.#sink.state(this.instrument, BOOK_STATE.RESYNCING, tsMs);
    this.#sink.reset(this.instrument, tsMs);
    const [bid, ask] = this.#wantedTouch();
    this.#fill(this.#bids, bid);
    this.#fill(this.#asks, ask);
    this.#sink.state(this.instrument, BOOK_STATE.SYNCED, tsMs);
  }

  close(tsMs: number): void {
    this.#sink.state(this.instrument, BOOK_STATE.STALE, tsMs);
  }

  /** Lets one thing happen; returns how many facts it was, at least 1. */
  step(tsMs: number): number {
    this.#tsMs = tsMs;
    this.#facts = 0;
    this.#excitement *= EXCITEMENT_DECAY;
    const chance = TRADE_CHANCE * (1 + this.#excitement) * Math.min(2, 0.5 + this.#path.activity / 2);
    if (this.#random.next() < Math.min(TRADE_CHANCE_MAX, chance)) this.#trade();
    else if (!this.#follow()) this.#refresh(this.#random.next() < 0.5 ? this.#bids : this.#asks);
    // A side at its fewest levels may have nothing to change; the caller's budget shrinks all the same.
    return Math.max(1, this.#facts);
  }

  /** A market order: more often in the direction the fair price pulls, walking the book until it is filled. */
  #trade(): void {
    const middle = (best(this.#bids) + best(this.#asks)) / 2;
    const pull = Math.tanh((this.#path.fairTicks - middle) / this.#profile.spreadTicks);
    const aggressor = this.#random.next() < 0.5 + 0.3 * pull ? SIDE.BUY : SIDE.SELL;
    const taken = aggressor === SIDE.BUY ? this.#asks : this.#bids;
    let left = this.#tradeSize();
    for (let i = 0; i < TRADE_LEVEL_COUNT_MAX && left > 0 && taken.prices.length > LEVEL_COUNT_LEFT_MIN; i += 1) {
      const price = best(taken);
      const shown = taken.sizes[0] ?? 0;
      const filled = Math.min(left, shown);
      left -= filled;
      this.#putTrade(aggressor, price, filled);
      if (filled === shown) this.#remove(taken, 0);
      else this.#resize(taken, 0, shown - filled);
    }
    this.#extend(taken);
    this.#excitement += EXCITEMENT_PER_TRADE;
  }

  /** Brings the touch one level nearer to where the fair price wants it; false where it is near enough. */
  #follow(): boolean {
    const [bid, ask] = this.#wantedTouch();
    const tolerance = this.#profile.gapTicks / 2;
    const { prices: bids } = this.#bids;
    const { prices: asks } = this.#asks;
    const bestBid = bids[0] ?? bid;
    const bestAsk = asks[0] ?? ask;
    if (bestBid > bid + tolerance) this.#pull(this.#bids);
    else if (bestAsk < ask - tolerance) this.#pull(this.#asks);
    else if (bestBid < bid - tolerance && bid < bestAsk) this.#improve(this.#bids, bid);
    else if (bestAsk > ask + tolerance && ask > bestBid) this.#improve(this.#asks, ask);
    else return false;
    return true;
  }

  /** Changes one level: its size moves towards the usual, a hole is filled, or the depth is made up. */
  #refresh(side: BookSide): void {
    const { prices, sizes } = side;
    if (prices.length < LEVEL_COUNT) {
      this.#extend(side);
      return;
    }
    const hole = this.#findHole(prices);
    if (hole !== undefined) {
      this.#insert(side, hole + 1, (prices[hole] ?? 0) + side.away * this.#gapAt(hole));
      this.#trim(side);
      return;
    }
    const index = Math.min(prices.length - 2, Math.floor(this.#random.exponential() * REFRESH_INDEX_MEAN));
    const old = sizes[index] ?? 1;
    const moved = Math.max(1, Math.round(old + (this.#sizeAt(index) - old) * (0.3 + 0.5 * this.#random.next())));
    this.#resize(side, index, moved === old ? old + 1 : moved);
  }

  /** The level nearest to the touch behind which people would see a hole and step in. */
  #findHole(prices: readonly number[]): number | undefined {
    for (let index = 0; index + 1 < prices.length; index += 1) {
      const gap = Math.abs((prices[index + 1] ?? 0) - (prices[index] ?? 0));
      if (gap > HOLE_GAPS * this.#profile.gapTicks * (1 + index / 20)) return index;
    }
    return undefined;
  }

  /** Best bid and ask that suit the fair price; the spread widens as the market gets busier. */
  #wantedTouch(): [bid: number, ask: number] {
    const { spreadTicks } = this.#profile;
    const half = (spreadTicks / 2) * Math.min(3, 0.6 + 0.4 * this.#path.activity);
    const bid = this.#whole(this.#path.fairTicks - half);
    return [bid, Math.max(bid + 1, this.#whole(this.#path.fairTicks + half))];
  }

  #pull(side: BookSide): void {
    // The last levels stay: an empty side would be no market.
    if (side.prices.length > LEVEL_COUNT_LEFT_MIN) this.#remove(side, 0);
    this.#extend(side);
  }

  #improve(side: BookSide, price: number): void {
    this.#insert(side, 0, price);
    this.#trim(side);
  }

  #fill(side: BookSide, touch: number): void {
    let price = touch;
    for (let index = 0; index < LEVEL_COUNT && price > 0; index += 1) {
      this.#insert(side, index, price);
      price += side.away * this.#gapAt(index);
    }
  }

  /** Adds a level at the far end. */
  #extend(side: BookSide): void {
    const count = side.prices.length;
    if (count >= LEVEL_COUNT) return;
    const price = (side.prices[count - 1] ?? 0) + side.away * this.#gapAt(count);
    if (price > 0) this.#insert(side, count, price);
  }

  /** Drops the farthest level where there are too many. */
  #trim(side: BookSide): void {
    if (side.prices.length > LEVEL_COUNT) this.#remove(side, side.prices.length - 1);
  }

  #insert(side: BookSide, index: number, price: number): void {
    side.prices.splice(index, 0, price);
    side.sizes.splice(index, 0, 0);
    this.#resize(side, index, this.#sizeAt(index));
  }

  #remove(side: BookSide, index: number): void {
    this.#putLevel(side, side.prices[index] ?? 0, 0);
    side.prices.splice(index, 1);
    side.sizes.splice(index, 1);
  }

  #resize(side: BookSide, index: number, size: number): void {
    side.sizes[index] = size;
    this.#putLevel(side, side.prices[index] ?? 0, size);
  }

  #gapAt(index: number): number {
    return Math.max(1, Math.round(this.#profile.gapTicks * (1 + index / 20) * (0.5 + this.#random.next())));
  }

  #sizeAt(index: number): number {
    const hump = 0.4 + 0.6 * Math.min(1, index / HUMP_LEVEL_COUNT);
    const wall = this.#random.next() < WALL_CHANCE ? WALL_FACTOR : 1;
    return this.#asPeopleLike(this.#profile.levelLots * hump * wall * Math.exp(0.6 * this.#random.normal()));
  }

  #tradeSize(): number {
    const big = this.#random.next() < BIG_TRADE_CHANCE ? BIG_TRADE_FACTOR : 1;
    return this.#asPeopleLike(this.#profile.tradeLots * big * Math.exp(this.#random.normal()));
  }

  /** Half of all sizes are round. */
  #asPeopleLike(lots: number): number {
    const { roundLots } = this.#profile;
    const step = lots >= roundLots && this.#random.next() < 0.5 ? roundLots : 1;
    return Math.max(1, Math.round(lots / step) * step);
  }

  #whole(ticks: number): number {
    return Math.max(1, Math.round(ticks));
  }

  #putTrade(aggressor: Side, priceTicks: number, qtyLots: number): void {
    this.#facts += 1;
    this.#sink.trade(this.instrument, aggressor, priceTicks, qtyLots, this.#tsMs, this.#tradeId);
    this.#tradeId += 1;
  }

  #putLevel(side: BookSide, priceTicks: number, qtyLots: number): void {
    this.#facts += 1;
    this.#sink.level(this.instrument, side.side, priceTicks, qtyLots, this.#tsMs);
  }
}

const best = (side: BookSide): number => side.prices[0] ?? 0;
