/** Quotes, trades and bars as an algorithm sees them. */
import { tablesOf } from "@jware/schemas/table-list";
import { BookState, type BarUpdate, type Quote as WireQuote, type Trades as WireTrades } from "@jware/schemas/wire";
import { type Instrument, priceText, qtyText } from "./instrument.js";
import type { SideName } from "@jware/schemas/order-names";
import { msOf, sideName } from "./order.js";

export type BookStateName = "synced" | "stale" | "resyncing";

export interface Level {
  readonly price: string;
  readonly qty: string;
}

/** Best bid and ask; a side that is empty is absent. */
export interface Quote {
  readonly symbol: string;
  readonly bid?: Level;
  readonly ask?: Level;
  /** Price of the last trade, and the previous UTC day's close (or the first price known). */
  readonly last?: string;
  readonly reference?: string;
  /** Volume of the current UTC day. */
  readonly dayVolume: string;
  readonly state: BookStateName;
  /** The venue's time, and when this platform had it. */
  readonly tsEventMs: number;
  readonly tsRecvMs: number;
}

export interface Trade {
  readonly symbol: string;
  readonly tradeId: number;
  readonly price: string;
  readonly qty: string;
  /** The side that took. */
  readonly aggressor: SideName;
  readonly tsEventMs: number;
}

export interface Bar {
  readonly symbol: string;
  readonly intervalS: number;
  /** Whether it is final; else it is the current one. */
  readonly isClosed: boolean;
  readonly openTsMs: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly tradeCount: number;
}

const STATES: Readonly<Record<number, BookStateName>> = {
  [BookState.Synced]: "synced",
  [BookState.Stale]: "stale",
  [BookState.Resyncing]: "resyncing",
};
export const bookStateName = (state: BookState): BookStateName => STATES[state] ?? "stale";

export function quoteOf(quote: WireQuote, instrument: Instrument): Quote {
  const bid = levelOf(instrument, quote.bid());
  const ask = levelOf(instrument, quote.ask());
  const last = quote.lastTicks();
  const reference = quote.referenceTicks();
  return {
    symbol: instrument.symbol,
    ...(bid === undefined ? {} : { bid }),
    ...(ask === undefined ? {} : { ask }),
    ...(last === 0n ? {} : { last: priceText(instrument, last) }),
    ...(reference === 0n ? {} : { reference: priceText(instrument, reference) }),
    dayVolume: qtyText(instrument, quote.dayVolumeLots()),
    state: bookStateName(quote.state()),
    tsEventMs: msOf(quote.tsEventNs()),
    tsRecvMs: msOf(quote.tsRecvNs()),
  };
}

function levelOf(instrument: Instrument, level: { priceTicks(): bigint; qtyLots(): bigint } | null): Level | undefined {
  if (level === null || level.qtyLots() === 0n) return undefined;
  return { price: priceText(instrument, level.priceTicks()), qty: qtyText(instrument, level.qtyLots()) };
}

export function tradesOf(frame: WireTrades, instrument: Instrument): Trade[] {
  return tablesOf(frame.tradesLength(), (index) => frame.trades(index)).map((trade) => ({
    symbol: instrument.symbol,
    tradeId: Number(trade.tradeId()),
    price: priceText(instrument, trade.priceTicks()),
    qty: qtyText(instrument, trade.qtyLots()),
    aggressor: sideName(trade.aggressor()),
    tsEventMs: msOf(trade.tsEventNs()),
  }));
}

export function barOf(update: BarUpdate, instrument: Instrument): Bar | undefined {
  const bar = update.bar();
  if (bar === null) return undefined;
  return {
    symbol: instrument.symbol,
    intervalS: update.intervalS(),
    isClosed: update.closed(),
    openTsMs: msOf(bar.openTsNs()),
    open: priceText(instrument, bar.openTicks()),
    high: priceText(instrument, bar.highTicks()),
    low: priceText(instrument, bar.lowTicks()),
    close: priceText(instrument, bar.closeTicks()),
    volume: qtyText(instrument, bar.volumeLots()),
    tradeCount: bar.tradeCount(),
  };
}
