/**
 * One symbol's way from Binance's messages to facts: units read, updates joined to the snapshot, the book's state told.
 *
 * Invariants: a message is given to the sink as a whole or not at all; the sink's book is SYNCED exactly while every update
 * since the snapshot was applied. A message with a value off the tick, off the lot (trades) or unreadable is counted and
 * refused; if it was an update, the next one shows the gap and the book is built anew. Does no I/O: whoever owns it fetches
 * the snapshot when `onSnapshotNeeded` asks, and a replay just waits for the next one in the file.
 */
// HOT: per venue message; one small object per update, one flush per message.
import type { UnitScale } from "@jware/schemas";
import { BookSync } from "../../book-sync.js";
import type { InstrumentInput } from "../../instruments.js";
import { BOOK_STATE, type MarketSink, SIDE, type Side } from "../../market-sink.js";
import { readDisplayedLots, readSteps } from "../../normalise.js";
import type { RawDepthUpdate, RawLevels, RawSnapshot, RawTrade } from "./message.js";

interface DepthUpdate {
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  readonly tsEventMs: number;
  /** Price, size, price, size ... */
  readonly bids: readonly number[];
  readonly asks: readonly number[];
}

export interface SymbolCounts {
  updates: number;
  trades: number;
  snapshots: number;
  gaps: number;
  oldUpdates: number;
  malformed: number;
  missedTrades: number;
}

export interface SymbolFeedOptions {
  readonly instrument: InstrumentInput;
  readonly sink: MarketSink;
  /** A snapshot is needed now; called again after each gap and each snapshot that was too old. */
  readonly onSnapshotNeeded: () => void;
  /** The venue's time, ms, as the market's time here: a replay moves it. */
  readonly eventTime: (venueTsMs: number) => number;
}

export class SymbolFeed {
  readonly symbol: string;
  readonly counts: SymbolCounts = {
    updates: 0,
    trades: 0,
    snapshots: 0,
    gaps: 0,
    oldUpdates: 0,
    malformed: 0,
    missedTrades: 0,
  };
  readonly #id: number;
  readonly #tick: UnitScale;
  readonly #lot: UnitScale;
  readonly #sink: MarketSink;
  readonly #sync = new BookSync<DepthUpdate>();
  readonly #onSnapshotNeeded: () => void;
  readonly #eventTime: (venueTsMs: number) => number;
  #snapshotWanted = false;
  #lastTradeId = 0;
  #lastEventMs = 0;

  constructor(options: SymbolFeedOptions) {
    const { instrument } = options;
    this.symbol = instrument.symbol;
    this.#id = instrument.instrument;
    this.#tick = { decimals: instrument.priceDecimals, mantissa: instrument.tickMantissa };
    this.#lot = { decimals: instrument.qtyDecimals, mantissa: instrument.lotMantissa };
    this.#sink = options.sink;
    this.#onSnapshotNeeded = options.onSnapshotNeeded;
    this.#eventTime = options.eventTime;
  }

  get synced(): boolean {
    return this.#sync.synced;
  }

  /** Id of the venue's last change in the book; 0 while resyncing. */
  get lastUpdateId(): number {
    return this.#sync.lastUpdateId;
  }

  onDepthUpdate(raw: RawDepthUpdate): void {
    const bids = this.#readLevels(raw.b);
    const asks = this.#readLevels(raw.a);
    if (bids === undefined || asks === undefined) {
      this.counts.malformed += 1;
      return;
    }
    const tsEventMs = this.#eventTime(raw.E);
    this.#lastEventMs = tsEventMs;
    const update: DepthUpdate = { firstUpdateId: raw.U, lastUpdateId: raw.u, tsEventMs, bids, asks };
    switch (this.#sync.offer(update)) {
      case "apply":
        this.#apply(update);
        this.#sink.flush();
        return;
      case "buffered":
        this.#wantSnapshot();
        return;
      case "gap":
        this.counts.gaps += 1;
        this.#tellState(BOOK_STATE.RESYNCING);
        this.#wantSnapshot();
        return;
      case "old":
        this.counts.oldUpdates += 1;
    }
  }

  /** Takes a snapshot. Returns whether the book is synced now; if not, another one is needed. */
  onSnapshot(raw: RawSnapshot): boolean {
    if (this.#sync.synced) return true;
    const bids = this.#readLevels(raw.bids);
    const asks = this.#readLevels(raw.asks);
    if (bids === undefined || asks === undefined) {
      this.counts.malformed += 1;
      return false;
    }
    const updates = this.#sync.load(raw.lastUpdateId);
    if (updates === undefined) return false;
    this.#snapshotWanted = false;
    this.counts.snapshots += 1;
    const tsEventMs = updates[0]?.tsEventMs ?? this.#lastEventMs;
    this.#sink.state(this.#id, BOOK_STATE.RESYNCING, tsEventMs);
    this.#sink.reset(this.#id, tsEventMs);
    this.#putSet(SIDE.BUY, bids, tsEventMs);
    this.#putSet(SIDE.SELL, asks, tsEventMs);
    for (const update of updates) this.#apply(update);
    this.#tellState(BOOK_STATE.SYNCED);
    return true;
  }

  onTrade(raw: RawTrade): void {
    const priceTicks = readSteps(raw.p, this.#tick);
    const qtyLots = readSteps(raw.q, this.#lot);
    if (priceTicks <= 0 || qtyLots <= 0) {
      this.counts.malformed += 1;
      return;
    }
    // A reconnect may repeat trades; ids are dense per symbol.
    if (raw.t <= this.#lastTradeId) return;
    if (this.#lastTradeId !== 0) this.counts.missedTrades += raw.t - this.#lastTradeId - 1;
    this.#lastTradeId = raw.t;
    this.counts.trades += 1;
    this.#sink.trade(this.#id, raw.m ? SIDE.SELL : SIDE.BUY, priceTicks, qtyLots, this.#eventTime(raw.T), raw.t);
    this.#sink.flush();
  }

  /** The source is gone: nothing of it holds any more. */
  onDisconnected(tsEventMs: number): void {
    this.#sync.reset();
    this.#snapshotWanted = false;
    this.#sink.state(this.#id, BOOK_STATE.STALE, tsEventMs);
    this.#sink.flush();
  }

  /** A source is there again, and the book is about to be built; `fromStart` says that trade ids begin anew. */
  onConnected(tsEventMs: number, fromStart: boolean): void {
    this.#lastEventMs = tsEventMs;
    if (fromStart) this.#lastTradeId = 0;
    this.#tellState(BOOK_STATE.RESYNCING);
  }

  #wantSnapshot(): void {
    if (this.#snapshotWanted) return;
    this.#snapshotWanted = true;
    this.#onSnapshotNeeded();
  }

  #tellState(state: 1 | 2 | 3): void {
    this.#sink.state(this.#id, state, this.#lastEventMs);
    this.#sink.flush();
  }

  /** Removals before additions, so that a book is not crossed in the middle of an update that moves both sides. */
  #apply(update: DepthUpdate): void {
    this.counts.updates += 1;
    this.#putRemoved(SIDE.BUY, update.bids, update.tsEventMs);
    this.#putRemoved(SIDE.SELL, update.asks, update.tsEventMs);
    this.#putSet(SIDE.BUY, update.bids, update.tsEventMs);
    this.#putSet(SIDE.SELL, update.asks, update.tsEventMs);
  }

  #putRemoved(side: Side, levels: readonly number[], tsEventMs: number): void {
    for (let i = 0; i < levels.length; i += 2) {
      if (levels[i + 1] === 0) this.#sink.level(this.#id, side, levels[i] ?? 0, 0, tsEventMs);
    }
  }

  #putSet(side: Side, levels: readonly number[], tsEventMs: number): void {
    for (let i = 0; i < levels.length; i += 2) {
      const qtyLots = levels[i + 1] ?? 0;
      if (qtyLots !== 0) this.#sink.level(this.#id, side, levels[i] ?? 0, qtyLots, tsEventMs);
    }
  }

  #readLevels(raw: RawLevels): number[] | undefined {
    const levels: number[] = new Array(raw.length * 2);
    let at = 0;
    for (const pair of raw) {
      if (!Array.isArray(pair)) return undefined;
      const [price, qty] = pair as readonly unknown[];
      if (typeof price !== "string" || typeof qty !== "string") return undefined;
      const priceTicks = readSteps(price, this.#tick);
      const qtyLots = readDisplayedLots(qty, this.#lot);
      if (priceTicks <= 0 || qtyLots < 0) return undefined;
      levels[at] = priceTicks;
      levels[at + 1] = qtyLots;
      at += 2;
    }
    return levels;
  }
}
