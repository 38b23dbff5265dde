/**
 * What the worker hands the page once per frame: packed rows of numbers that changed since the last hand-over, and the account's
 * own events, all of them, in order.
 *
 * Market data is last value per key (the page sees the newest, however many came between); the tape keeps each trade up to its
 * cap and counts what it let go. Layouts of the packed rows are the constants here; both sides use them.
 */
import type { OwnEvent } from "./own-event.js";

/** Columns of a packed quote. `index` counts instruments in the order of the InstrumentList. */
export const QUOTE = {
  index: 0,
  bidTicks: 1,
  bidLots: 2,
  askTicks: 3,
  askLots: 4,
  lastTicks: 5,
  referenceTicks: 6,
  dayVolumeLots: 7,
  state: 8,
  eventMs: 9,
  recvMs: 10,
  width: 11,
} as const;

/** Columns of a packed trade. */
export const TRADE = { eventMs: 0, ticks: 1, lots: 2, aggressor: 3, id: 4, width: 5 } as const;

/** Columns of a packed bar. */
export const BAR = { openMs: 0, open: 1, high: 2, low: 3, close: 4, volume: 5, trades: 6, closed: 7, width: 8 } as const;

/** The whole displayed book, best first: price in ticks, quantity in lots, by turns. */
export interface BookView {
  readonly instrument: number;
  readonly seq: number;
  readonly state: number;
  readonly eventMs: number;
  readonly bids: Float64Array<ArrayBuffer>;
  readonly asks: Float64Array<ArrayBuffer>;
}

export interface TradesView {
  readonly instrument: number;
  readonly rows: Float64Array<ArrayBuffer>;
  /** Trades that came since the last batch and did not fit. */
  readonly droppedCount: number;
}

export interface BarsView {
  readonly instrument: number;
  readonly intervalS: number;
  readonly rows: Float64Array<ArrayBuffer>;
}

/** `waiting` = between two attempts; `replaced` = another window of this user took over, no further attempt is made. */
export type LinkState = "connecting" | "live" | "waiting" | "replaced" | "closed";

export interface LinkView {
  readonly state: LinkState;
  /** Time since anything came in, milliseconds. */
  readonly silenceMs: number;
  /** Last heartbeat's round trip, milliseconds; -1 before the first. */
  readonly rttMs: number;
  /** Why the last connection ended; empty while the first lasts. */
  readonly reason: string;
  readonly connects: number;
}

export interface StreamStatus {
  readonly orders: LinkView;
  readonly market: LinkView;
  /** Server clock minus this machine's, milliseconds; 0 before the first heartbeat. */
  readonly clockOffsetMs: number;
  /** From the feed's receipt to ours of the newest market frame, milliseconds; -1 before the first. */
  readonly feedMs: number;
  readonly orderRttP50Ms: number;
  readonly orderRttP99Ms: number;
  readonly orderRttCount: number;
  /** Gaps found in book or account sequences since the page was opened; each was resynchronised. */
  readonly gapCount: number;
  readonly bookReady: boolean;
  readonly decodedCount: number;
  readonly decodedBytes: number;
}

export interface FrameBatch {
  readonly kind: "batch";
  readonly quotes: Float64Array<ArrayBuffer> | undefined;
  readonly book: BookView | undefined;
  readonly trades: TradesView | undefined;
  readonly bars: BarsView | undefined;
  readonly own: readonly OwnEvent[];
  readonly status: StreamStatus | undefined;
}

/** The buffers of a batch that move instead of being copied. */
export function transferables(batch: FrameBatch): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [];
  if (batch.quotes !== undefined) buffers.push(batch.quotes.buffer);
  if (batch.book !== undefined) buffers.push(batch.book.bids.buffer, batch.book.asks.buffer);
  if (batch.trades !== undefined) buffers.push(batch.trades.rows.buffer);
  if (batch.bars !== undefined) buffers.push(batch.bars.rows.buffer);
  return buffers;
}
