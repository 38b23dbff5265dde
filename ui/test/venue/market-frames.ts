/** ServerFrames of market data from plain values, with the generated builders. */
import {
  Bar,
  BarUpdate,
  BookDelta,
  BookLevel,
  BookSnapshot,
  MarketTrade,
  Quote,
  ServerBody,
  Trades,
  type BookState,
  type Side,
} from "@jware/schemas/wire";
import type { Builder } from "flatbuffers";
import { frame, ns } from "./frame.js";

export type Levels = readonly (readonly [ticks: number, lots: number])[];

function levelsAt(builder: Builder, levels: Levels, start: (builder: Builder, count: number) => void): number {
  start(builder, levels.length);
  for (const [ticks, lots] of [...levels].reverse()) BookLevel.createBookLevel(builder, BigInt(ticks), BigInt(lots));
  return builder.endVector();
}

export interface BookFrame {
  readonly instrument: number;
  readonly seq: number;
  readonly state: BookState;
  readonly eventMs: number;
  readonly bids: Levels;
  readonly asks: Levels;
}

export const bookSnapshotFrame = (book: BookFrame): Uint8Array =>
  bookFrame(ServerBody.BookSnapshot, book, BookSnapshot.createBookSnapshot);

export const bookDeltaFrame = (book: BookFrame): Uint8Array => bookFrame(ServerBody.BookDelta, book, BookDelta.createBookDelta);

/** The two have the same fields, and levels of one form. */
const bookFrame = (body: ServerBody, book: BookFrame, create: typeof BookSnapshot.createBookSnapshot): Uint8Array =>
  frame(body, (builder) => {
    const bids = levelsAt(builder, book.bids, BookSnapshot.startBidsVector);
    const asks = levelsAt(builder, book.asks, BookSnapshot.startAsksVector);
    const at = ns(book.eventMs);
    return create(builder, book.instrument, BigInt(book.seq), book.state, at, at, bids, asks);
  });

export interface QuoteFrame {
  readonly instrument: number;
  readonly seq: number;
  readonly state: BookState;
  readonly eventMs: number;
  readonly bid: readonly [number, number];
  readonly ask: readonly [number, number];
  readonly lastTicks: number;
  readonly referenceTicks: number;
  readonly dayVolumeLots: number;
}

export const quoteFrame = (quote: QuoteFrame): Uint8Array =>
  frame(ServerBody.Quote, (builder) => {
    Quote.startQuote(builder);
    Quote.addInstrument(builder, quote.instrument);
    Quote.addSeq(builder, BigInt(quote.seq));
    Quote.addTsEventNs(builder, ns(quote.eventMs));
    Quote.addTsRecvNs(builder, ns(quote.eventMs));
    Quote.addBid(builder, BookLevel.createBookLevel(builder, BigInt(quote.bid[0]), BigInt(quote.bid[1])));
    Quote.addAsk(builder, BookLevel.createBookLevel(builder, BigInt(quote.ask[0]), BigInt(quote.ask[1])));
    Quote.addState(builder, quote.state);
    Quote.addLastTicks(builder, BigInt(quote.lastTicks));
    Quote.addReferenceTicks(builder, BigInt(quote.referenceTicks));
    Quote.addDayVolumeLots(builder, BigInt(quote.dayVolumeLots));
    return Quote.endQuote(builder);
  });

export interface TradeRow {
  readonly eventMs: number;
  readonly id: number;
  readonly ticks: number;
  readonly lots: number;
  readonly aggressor: Side;
}

export const tradesFrame = (instrument: number, seq: number, trades: readonly TradeRow[]): Uint8Array =>
  frame(ServerBody.Trades, (builder) => {
    Trades.startTradesVector(builder, trades.length);
    for (const trade of [...trades].reverse()) {
      MarketTrade.createMarketTrade(
        builder,
        ns(trade.eventMs),
        BigInt(trade.id),
        BigInt(trade.ticks),
        BigInt(trade.lots),
        trade.aggressor,
      );
    }
    const at = builder.endVector();
    return Trades.createTrades(builder, instrument, BigInt(seq), ns(trades[0]?.eventMs ?? 0), at);
  });

export interface BarRow {
  readonly openMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
}

export const barFrame = (instrument: number, intervalS: number, closed: boolean, bar: BarRow): Uint8Array =>
  frame(ServerBody.BarUpdate, (builder) => {
    BarUpdate.startBarUpdate(builder);
    BarUpdate.addInstrument(builder, instrument);
    BarUpdate.addIntervalS(builder, intervalS);
    BarUpdate.addClosed(builder, closed);
    BarUpdate.addBar(
      builder,
      Bar.createBar(
        builder,
        ns(bar.openMs),
        BigInt(bar.open),
        BigInt(bar.high),
        BigInt(bar.low),
        BigInt(bar.close),
        BigInt(bar.volume),
        bar.trades,
      ),
    );
    return BarUpdate.endBarUpdate(builder);
  });
