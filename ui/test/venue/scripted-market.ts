/** A seeded market of one instrument: a book that walks, trades that hit it, bars from the trades. Deterministic by seed. */
import { BookState, Side } from "@jware/schemas/wire";
import type { InstrumentInfo } from "../../src/stream/own-event.js";
import {
  barFrame,
  bookDeltaFrame,
  bookSnapshotFrame,
  quoteFrame,
  tradesFrame,
  type BarRow,
  type TradeRow,
} from "./market-frames.js";

const LEVELS = 60;
export const INTERVALS_S = [1, 60, 300, 900, 3600, 86_400];

/** Mulberry32: small, seeded, good enough to look alive. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export class ScriptedMarket {
  readonly info: InstrumentInfo;
  state = BookState.Synced;
  seq = 1;
  lastTicks: number;
  readonly referenceTicks: number;
  dayVolumeLots = 0;
  readonly bids = new Map<number, number>();
  readonly asks = new Map<number, number>();
  readonly bars = new Map<number, BarRow>();
  private readonly random: () => number;
  private readonly stepTicks: number;
  private readonly typicalLots: number;
  private midTicks: number;
  private tradeId = 0;

  constructor(info: InstrumentInfo, startTicks: number, stepTicks: number, typicalLots: number, seed: number) {
    this.info = info;
    this.midTicks = startTicks;
    this.lastTicks = startTicks;
    this.referenceTicks = Math.round(startTicks * 0.9934);
    this.stepTicks = stepTicks;
    this.typicalLots = typicalLots;
    this.random = seeded(seed);
    this.refill();
  }

  bestBid(): number {
    return Math.max(...this.bids.keys());
  }

  bestAsk(): number {
    return Math.min(...this.asks.keys());
  }

  levels(side: Side, count = LEVELS): [number, number][] {
    const [map, sign] = side === Side.Buy ? [this.bids, -1] : [this.asks, 1];
    return [...map].sort((a, b) => (a[0] - b[0]) * sign).slice(0, count);
  }

  snapshot(nowMs: number): Uint8Array {
    return bookSnapshotFrame({
      instrument: this.info.id,
      seq: this.seq,
      state: this.state,
      eventMs: nowMs,
      bids: this.levels(Side.Buy),
      asks: this.levels(Side.Sell),
    });
  }

  quote(nowMs: number): Uint8Array {
    const bid = this.levels(Side.Buy, 1)[0] ?? [0, 0];
    const ask = this.levels(Side.Sell, 1)[0] ?? [0, 0];
    return quoteFrame({
      instrument: this.info.id,
      seq: this.seq,
      state: this.state,
      eventMs: nowMs,
      bid,
      ask,
      lastTicks: this.lastTicks,
      referenceTicks: this.referenceTicks,
      dayVolumeLots: this.dayVolumeLots,
    });
  }

  /** One step of the book: a few levels change, sometimes the middle moves. */
  delta(nowMs: number): Uint8Array {
    const before = { bids: new Map(this.bids), asks: new Map(this.asks) };
    if (this.random() < 0.25) {
      this.midTicks = Math.max(
        this.stepTicks * LEVELS * 2,
        this.midTicks + Math.round((this.random() - 0.5) * 6) * this.stepTicks,
      );
      this.refill();
    }
    for (let count = 0; count < 3; count++) {
      const side = this.random() < 0.5 ? this.bids : this.asks;
      const keys = [...side.keys()];
      const key = keys[Math.floor(this.random() ** 2 * keys.length)];
      if (key !== undefined) side.set(key, this.size());
    }
    this.seq++;
    return bookDeltaFrame({
      instrument: this.info.id,
      seq: this.seq,
      state: this.state,
      eventMs: nowMs,
      bids: changes(before.bids, this.bids),
      asks: changes(before.asks, this.asks),
    });
  }

  trade(nowMs: number): TradeRow {
    const aggressor = this.random() < 0.5 ? Side.Buy : Side.Sell;
    const ticks = aggressor === Side.Buy ? this.bestAsk() : this.bestBid();
    const lots = Math.max(1, Math.round(this.typicalLots * this.random() ** 3 * 4));
    return this.traded(ticks, lots, aggressor, nowMs);
  }

  traded(ticks: number, lots: number, aggressor: Side, nowMs: number): TradeRow {
    this.lastTicks = ticks;
    this.dayVolumeLots += lots;
    this.tradeId++;
    for (const intervalS of INTERVALS_S) {
      const openMs = Math.floor(nowMs / 1000 / intervalS) * intervalS * 1000;
      const bar = this.bars.get(intervalS);
      this.bars.set(
        intervalS,
        bar?.openMs === openMs
          ? {
              ...bar,
              high: Math.max(bar.high, ticks),
              low: Math.min(bar.low, ticks),
              close: ticks,
              volume: bar.volume + lots,
              trades: bar.trades + 1,
            }
          : { openMs, open: ticks, high: ticks, low: ticks, close: ticks, volume: lots, trades: 1 },
      );
    }
    return { eventMs: nowMs, id: this.tradeId, ticks, lots, aggressor };
  }

  tradesFrame(trades: readonly TradeRow[]): Uint8Array {
    return tradesFrame(this.info.id, this.seq, trades);
  }

  bar(intervalS: number): Uint8Array | undefined {
    const bar = this.bars.get(intervalS);
    return bar === undefined ? undefined : barFrame(this.info.id, intervalS, false, bar);
  }

  /** Bars that end where the market is now, oldest first; the same for the same question. */
  history(intervalS: number, fromMs: number, toMs: number): BarRow[] {
    const stepMs = intervalS * 1000;
    const random = seeded(intervalS * 7919 + this.info.id);
    const count = Math.min(1000, Math.floor((toMs - fromMs) / stepMs));
    const rows: BarRow[] = [];
    let close = this.lastTicks;
    for (let index = 0; index < count; index++) {
      const move = Math.round((random() - 0.495) * 24 * Math.sqrt(intervalS / 60) + (random() - 0.5) * 6) * this.stepTicks;
      const open = Math.max(this.stepTicks, close - move);
      const wick = (): number => Math.round(random() * 8) * this.stepTicks;
      rows.push({
        openMs: Math.floor(toMs / stepMs) * stepMs - (index + 1) * stepMs,
        open,
        high: Math.max(open, close) + wick(),
        low: Math.max(this.stepTicks, Math.min(open, close) - wick()),
        close,
        volume: Math.round(this.typicalLots * (4 + random() * 40)),
        trades: 40,
      });
      close = open;
    }
    return rows.reverse();
  }

  private refill(): void {
    const half = Math.max(1, Math.round(this.stepTicks / 2));
    const bestBid = this.midTicks - half;
    const bestAsk = this.midTicks + half;
    for (const ticks of this.bids.keys())
      if (ticks > bestBid || ticks < bestBid - LEVELS * this.stepTicks) this.bids.delete(ticks);
    for (const ticks of this.asks.keys())
      if (ticks < bestAsk || ticks > bestAsk + LEVELS * this.stepTicks) this.asks.delete(ticks);
    for (let level = 0; level < LEVELS; level++) {
      const bid = bestBid - level * this.stepTicks;
      const ask = bestAsk + level * this.stepTicks;
      if (bid > 0 && !this.bids.has(bid)) this.bids.set(bid, this.size());
      if (!this.asks.has(ask)) this.asks.set(ask, this.size());
    }
  }

  private size(): number {
    return Math.max(1, Math.round(this.typicalLots * (0.2 + this.random() ** 2 * 8)));
  }
}

function changes(before: ReadonlyMap<number, number>, now: ReadonlyMap<number, number>): [number, number][] {
  const changed: [number, number][] = [];
  for (const [ticks, lots] of now) if (before.get(ticks) !== lots) changed.push([ticks, lots]);
  for (const ticks of before.keys()) if (!now.has(ticks)) changed.push([ticks, 0]);
  return changed;
}
