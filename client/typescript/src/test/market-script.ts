/** A market as a test scripts it: the frames of one instrument, none of them by itself. */
import {
  Bar,
  BarUpdate,
  BookDelta,
  BookLevel,
  BookSnapshot,
  BookState,
  MarketTrade,
  Quote,
  ServerBody,
  Side,
  Trades,
} from "@jware/schemas/wire";
import type { Builder } from "flatbuffers";
import { BTC, type Tell } from "./frame-tables.js";

export class MarketScript {
  readonly #send: Tell;

  constructor(send: Tell) {
    this.#send = send;
  }

  bookSnapshot(seq: bigint, bids: readonly (readonly [bigint, bigint])[], asks: readonly (readonly [bigint, bigint])[]): void {
    this.#send(ServerBody.BookSnapshot, (b) => {
      const [bid, ask] = [levels(b, bids, BookSnapshot.startBidsVector), levels(b, asks, BookSnapshot.startAsksVector)];
      return BookSnapshot.createBookSnapshot(b, BTC, seq, BookState.Synced, 1n, 2n, bid, ask);
    });
  }

  bookDelta(seq: bigint, bids: readonly (readonly [bigint, bigint])[], asks: readonly (readonly [bigint, bigint])[]): void {
    this.#send(ServerBody.BookDelta, (b) => {
      const [bid, ask] = [levels(b, bids, BookDelta.startBidsVector), levels(b, asks, BookDelta.startAsksVector)];
      return BookDelta.createBookDelta(b, BTC, seq, BookState.Synced, 1n, 2n, bid, ask);
    });
  }

  quote(bid: readonly [bigint, bigint], ask: readonly [bigint, bigint]): void {
    this.#send(ServerBody.Quote, (b) => {
      Quote.startQuote(b);
      Quote.addInstrument(b, BTC);
      Quote.addTsEventNs(b, 1_723_075_200_123_456_000n);
      Quote.addBid(b, BookLevel.createBookLevel(b, ...bid));
      Quote.addAsk(b, BookLevel.createBookLevel(b, ...ask));
      Quote.addState(b, BookState.Synced);
      Quote.addLastTicks(b, 6_183_763n);
      Quote.addDayVolumeLots(b, 12n);
      return Quote.endQuote(b);
    });
  }

  trades(count: number): void {
    this.#send(ServerBody.Trades, (b) => {
      Trades.startTradesVector(b, count);
      for (let id = count; id > 0; id -= 1) MarketTrade.createMarketTrade(b, 1_000_000n, BigInt(id), 6_183_763n, 40n, Side.Sell);
      return Trades.createTrades(b, BTC, 1n, 2n, b.endVector());
    });
  }

  bar(closed: boolean): void {
    this.#send(ServerBody.BarUpdate, (b) => {
      BarUpdate.startBarUpdate(b);
      BarUpdate.addInstrument(b, BTC);
      BarUpdate.addIntervalS(b, 60);
      BarUpdate.addClosed(b, closed);
      BarUpdate.addBar(b, Bar.createBar(b, 60_000_000_000n, 1n, 4n, 1n, 3n, 9n, 5));
      return BarUpdate.endBarUpdate(b);
    });
  }
}

function levels(
  builder: Builder,
  values: readonly (readonly [bigint, bigint])[],
  start: (builder: Builder, count: number) => void,
): number {
  start(builder, values.length);
  for (const [price, qty] of [...values].reverse()) BookLevel.createBookLevel(builder, price, qty);
  return builder.endVector();
}
