/**
 * The market side of a client: what it subscribes to, and the books it keeps.
 *
 * Invariant: what was subscribed to stays so over lost connections: it is asked for again after each logon. A book with a gap
 * is void until its new snapshot.
 */
import {
  BarUpdate,
  BookDelta,
  BookSnapshot,
  Channel,
  Quote as WireQuote,
  Refusal,
  RequestKind,
  ServerBody,
  type ServerFrame,
  Trades,
} from "@jware/schemas/wire";
import { subscribeFrame, unsubscribeFrame } from "@jware/schemas/client-frames";
import { Book } from "./book.js";
import type { ClientEvents } from "./client-events.js";
import type { Directory } from "./directory.js";
import { Refused, type RefusalDetail } from "./errors.js";
import type { Emitter } from "./events.js";
import type { Instrument } from "./instrument.js";
import { type Bar, barOf, type Quote, quoteOf, type Trade, tradesOf } from "./market.js";
import { refusalFrom } from "./refusal.js";

export type ChannelName = "book" | "quote" | "trades" | "bars";

export interface MarketEvents {
  /** After each change; the book itself is live. Also when it became void (`isSynced` false). */
  book: Book;
  quote: Quote;
  trade: Trade;
  bar: Bar;
  refusal: RefusalDetail;
}

/** What the session needs of its connection. */
export interface MarketLink {
  readonly isUp: boolean;
  send(bytes: Uint8Array): void;
  fence(): Promise<void>;
}

interface Wanted {
  channels: number;
  readonly intervalsS: Set<number>;
}

const CHANNELS: Readonly<Record<ChannelName, Channel>> = {
  book: Channel.Book,
  quote: Channel.Quote,
  trades: Channel.Trades,
  bars: Channel.Bars,
};
const bitsOf = (channels: readonly ChannelName[]): number => channels.reduce((bits, name) => bits | CHANNELS[name], 0);

export class MarketSession {
  readonly #directory: Directory;
  readonly #events: Emitter<ClientEvents>;
  readonly #link: MarketLink;
  readonly #wanted = new Map<number, Wanted>();
  readonly #books = new Map<number, Book>();
  /** Refusals of subscriptions since the last fence: they name no request, but they come in its turn. */
  #refusals: RefusalDetail[] = [];

  constructor(directory: Directory, events: Emitter<ClientEvents>, link: MarketLink) {
    this.#directory = directory;
    this.#events = events;
    this.#link = link;
  }

  /** Asks for channels of instruments; resolves when the server took it, rejects with Refused where it did not. */
  async subscribe(instruments: readonly Instrument[], channels: readonly ChannelName[], barIntervalS: number): Promise<void> {
    const bits = bitsOf(channels);
    const ids = instruments.map(({ id }) => id);
    this.#link.send(subscribeFrame(ids, bits, barIntervalS));
    for (const instrument of instruments) {
      const wanted = this.#wanted.get(instrument.id) ?? { channels: 0, intervalsS: new Set() };
      wanted.channels |= bits;
      if (channels.includes("bars")) wanted.intervalsS.add(barIntervalS);
      this.#wanted.set(instrument.id, wanted);
      if (channels.includes("book") && !this.#books.has(instrument.id)) this.#books.set(instrument.id, new Book(instrument));
    }
    this.#refusals = [];
    await this.#link.fence();
    const refusal = this.#refusals[0];
    if (refusal === undefined) return;
    this.#forget(ids, bits, barIntervalS);
    throw new Refused(refusal);
  }

  async unsubscribe(instruments: readonly Instrument[], channels: readonly ChannelName[], barIntervalS: number): Promise<void> {
    const ids = instruments.map(({ id }) => id);
    this.#forget(ids, bitsOf(channels), barIntervalS);
    this.#link.send(unsubscribeFrame(ids, bitsOf(channels), barIntervalS));
    await this.#link.fence();
  }

  book(instrument: Instrument): Book | undefined {
    return this.#books.get(instrument.id);
  }

  /** The connection was lost: no book can be trusted. */
  lost(): void {
    for (const book of this.#books.values()) {
      book.void();
      this.#events.emit("book", book);
    }
  }

  /** A new connection stands: asks for everything again. */
  restore(): void {
    for (const [id, { channels, intervalsS }] of this.#wanted) {
      const withoutBars = channels & ~Channel.Bars;
      if (withoutBars !== 0) this.#link.send(subscribeFrame([id], withoutBars, 0));
      for (const intervalS of intervalsS) this.#link.send(subscribeFrame([id], Channel.Bars, intervalS));
    }
  }

  takeFrame(frame: ServerFrame): void {
    switch (frame.bodyType()) {
      case ServerBody.BookSnapshot:
        this.#takeSnapshot(frame.body(new BookSnapshot()));
        break;
      case ServerBody.BookDelta:
        this.#takeDelta(frame.body(new BookDelta()));
        break;
      case ServerBody.Quote:
        this.#takeQuote(frame.body(new WireQuote()));
        break;
      case ServerBody.Trades:
        this.#takeTrades(frame.body(new Trades()));
        break;
      case ServerBody.BarUpdate:
        this.#takeBar(frame.body(new BarUpdate()));
        break;
      case ServerBody.Refusal:
        this.#takeRefusal(frame.body(new Refusal()));
        break;
      default:
    }
  }

  #takeSnapshot(snapshot: BookSnapshot): void {
    const book = this.#books.get(snapshot.instrument());
    if (book === undefined) return;
    book.applySnapshot(snapshot);
    this.#events.emit("book", book);
  }

  #takeDelta(delta: BookDelta): void {
    const id = delta.instrument();
    const book = this.#books.get(id);
    if (book === undefined) return;
    const outcome = book.applyDelta(delta);
    if (outcome === "applied" || outcome === "gap") this.#events.emit("book", book);
    // A repeated subscription is answered with a fresh snapshot.
    if (outcome === "gap" && this.#link.isUp) this.#link.send(subscribeFrame([id], Channel.Book, 0));
  }

  #takeQuote(quote: WireQuote): void {
    const instrument = this.#directory.instrument(quote.instrument());
    if (instrument !== undefined) this.#events.emit("quote", quoteOf(quote, instrument));
  }

  #takeTrades(frame: Trades): void {
    const instrument = this.#directory.instrument(frame.instrument());
    if (instrument === undefined) return;
    for (const trade of tradesOf(frame, instrument)) this.#events.emit("trade", trade);
  }

  #takeBar(update: BarUpdate): void {
    const instrument = this.#directory.instrument(update.instrument());
    const bar = instrument === undefined ? undefined : barOf(update, instrument);
    if (bar !== undefined) this.#events.emit("bar", bar);
  }

  #takeRefusal(refusal: Refusal): void {
    const detail = refusalFrom(refusal, this.#directory);
    if (refusal.responseTo() === RequestKind.Subscribe) this.#refusals.push(detail);
    this.#events.emit("refusal", detail);
  }

  #forget(ids: readonly number[], bits: number, barIntervalS: number): void {
    for (const id of ids) {
      const wanted = this.#wanted.get(id);
      if (wanted === undefined) continue;
      if ((bits & Channel.Bars) !== 0) wanted.intervalsS.delete(barIntervalS);
      wanted.channels &= ~(wanted.intervalsS.size > 0 ? bits & ~Channel.Bars : bits);
      if ((bits & Channel.Book) !== 0) this.#books.delete(id);
      if (wanted.channels === 0) this.#wanted.delete(id);
    }
  }
}
