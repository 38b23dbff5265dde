// HOT: every market frame passes here. No BigInt, no object per message.
/**
 * The worker's picture of the market: last quote per instrument, the watched instrument's book, trades and bars since the last
 * hand-over.
 *
 * Invariant: the book is either exactly the server's at `bookSeq`, or not ready and handed to nobody. A gap makes it not ready
 * and is reported once by `takeGap`, so that the owner asks for a snapshot.
 */
import { BarUpdate, BookDelta, BookSnapshot, Quote, ServerBody, Trades, type ServerFrame } from "@jware/schemas/wire";
import { BookSide } from "./book-side.js";
import { BAR, QUOTE, TRADE, type BarsView, type BookView, type TradesView } from "./frame-batch.js";
import { int64Field, msField, readInt64, readMs, structAt, vectorAt } from "./int64.js";

const LEVEL_BYTES = 16;
const TRADE_BYTES = 40;
/** Levels per side given to the page: more than any ladder scrolls to. */
const BOOK_LEVELS_MAX = 1000;
/** Trades kept between two hand-overs; a hidden page takes none for hours. */
const TRADES_MAX = 2000;
/** Bars kept between two hand-overs: one-second bars of a page hidden for a minute; a longer absence reloads history. */
const BARS_MAX = 64;

export class MarketState {
  readonly bids = new BookSide(-1);
  readonly asks = new BookSide(1);
  watched = 0;
  intervalS = 0;
  bookReady = false;
  gapCount = 0;
  /** Feed's receipt time of the newest frame, milliseconds of the server's clock. */
  newestRecvMs = 0;

  private readonly indexOf = new Map<number, number>();
  private quotes = new Float64Array(0);
  private quoteDirty: number[] = [];
  private quoteIsDirty = new Uint8Array(0);
  private bookSeq = 0;
  private bookState = 0;
  private bookEventMs = 0;
  private bookDirty = false;
  private gap = false;
  private readonly trades = new Float64Array(TRADES_MAX * TRADE.width);
  private tradeCount = 0;
  private tradeNext = 0;
  private tradeDropped = 0;
  private readonly bars = new Float64Array(BARS_MAX * BAR.width);
  private barCount = 0;

  private readonly quote = new Quote();
  private readonly delta = new BookDelta();
  private readonly snapshot = new BookSnapshot();
  private readonly tradesFrame = new Trades();
  private readonly barUpdate = new BarUpdate();

  setInstruments(ids: readonly number[]): void {
    this.indexOf.clear();
    for (const [index, id] of ids.entries()) this.indexOf.set(id, index);
    this.quotes = new Float64Array(ids.length * QUOTE.width);
    this.quoteIsDirty = new Uint8Array(ids.length);
    this.quoteDirty = [];
  }

  /** Turns to another instrument or interval; what was gathered for the old one is dropped. */
  watch(instrument: number, intervalS: number): void {
    if (instrument !== this.watched) {
      this.tradeCount = 0;
      this.tradeNext = 0;
      this.tradeDropped = 0;
      this.loseBook();
    }
    this.barCount = 0;
    this.watched = instrument;
    this.intervalS = intervalS;
  }

  loseBook(): void {
    this.bookReady = false;
    this.bookDirty = false;
    this.gap = false;
    this.bids.clear();
    this.asks.clear();
  }

  /** Applies a frame; false where its body is none of the market's. */
  apply(frame: ServerFrame): boolean {
    switch (frame.bodyType()) {
      case ServerBody.Quote:
        this.applyQuote(frame.body(this.quote) as Quote);
        return true;
      case ServerBody.BookDelta:
        this.applyDelta(frame.body(this.delta) as BookDelta);
        return true;
      case ServerBody.Trades:
        this.applyTrades(frame.body(this.tradesFrame) as Trades);
        return true;
      case ServerBody.BarUpdate:
        this.applyBar(frame.body(this.barUpdate) as BarUpdate);
        return true;
      case ServerBody.BookSnapshot:
        this.applySnapshot(frame.body(this.snapshot) as BookSnapshot);
        return true;
      default:
        return false;
    }
  }

  /** Whether a gap was found since the last call. */
  takeGap(): boolean {
    const gap = this.gap;
    this.gap = false;
    return gap;
  }

  get dirty(): boolean {
    return this.bookDirty || this.tradeCount > 0 || this.barCount > 0 || this.quoteDirty.length > 0;
  }

  takeQuotes(take: (length: number) => Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> | undefined {
    const { quoteDirty } = this;
    if (quoteDirty.length === 0) return undefined;
    const rows = take(quoteDirty.length * QUOTE.width);
    for (const [row, index] of quoteDirty.entries()) {
      const from = index * QUOTE.width;
      rows.set(this.quotes.subarray(from, from + QUOTE.width), row * QUOTE.width);
      this.quoteIsDirty[index] = 0;
    }
    this.quoteDirty = [];
    return rows;
  }

  takeBook(take: (length: number) => Float64Array<ArrayBuffer>): BookView | undefined {
    if (!this.bookDirty || !this.bookReady) return undefined;
    this.bookDirty = false;
    return {
      instrument: this.watched,
      seq: this.bookSeq,
      state: this.bookState,
      eventMs: this.bookEventMs,
      bids: this.bids.pack(BOOK_LEVELS_MAX, take),
      asks: this.asks.pack(BOOK_LEVELS_MAX, take),
    };
  }

  takeTrades(take: (length: number) => Float64Array<ArrayBuffer>): TradesView | undefined {
    if (this.tradeCount === 0) return undefined;
    const rows = take(this.tradeCount * TRADE.width);
    const first = (this.tradeNext - this.tradeCount + TRADES_MAX) % TRADES_MAX;
    const untilEnd = Math.min(this.tradeCount, TRADES_MAX - first);
    rows.set(this.trades.subarray(first * TRADE.width, (first + untilEnd) * TRADE.width), 0);
    if (untilEnd < this.tradeCount) {
      rows.set(this.trades.subarray(0, (this.tradeCount - untilEnd) * TRADE.width), untilEnd * TRADE.width);
    }
    const view = { instrument: this.watched, rows, droppedCount: this.tradeDropped };
    this.tradeCount = 0;
    this.tradeDropped = 0;
    return view;
  }

  takeBars(take: (length: number) => Float64Array<ArrayBuffer>): BarsView | undefined {
    if (this.barCount === 0) return undefined;
    const rows = take(this.barCount * BAR.width);
    rows.set(this.bars.subarray(0, this.barCount * BAR.width));
    this.barCount = 0;
    return { instrument: this.watched, intervalS: this.intervalS, rows };
  }

  private applyQuote(quote: Quote): void {
    const index = this.indexOf.get(quote.instrument());
    if (index === undefined || quote.bb === null) return;
    const { quotes } = this;
    const at = index * QUOTE.width;
    const bidAt = structAt(quote, 12);
    const askAt = structAt(quote, 14);
    quotes[at + QUOTE.index] = index;
    quotes[at + QUOTE.bidTicks] = bidAt < 0 ? 0 : readInt64(quote.bb, bidAt);
    quotes[at + QUOTE.bidLots] = bidAt < 0 ? 0 : readInt64(quote.bb, bidAt + 8);
    quotes[at + QUOTE.askTicks] = askAt < 0 ? 0 : readInt64(quote.bb, askAt);
    quotes[at + QUOTE.askLots] = askAt < 0 ? 0 : readInt64(quote.bb, askAt + 8);
    quotes[at + QUOTE.lastTicks] = int64Field(quote, 18);
    quotes[at + QUOTE.referenceTicks] = int64Field(quote, 20);
    quotes[at + QUOTE.dayVolumeLots] = int64Field(quote, 22);
    quotes[at + QUOTE.state] = quote.state();
    quotes[at + QUOTE.eventMs] = msField(quote, 8);
    const recvMs = msField(quote, 10);
    quotes[at + QUOTE.recvMs] = recvMs;
    this.newestRecvMs = recvMs;
    if (this.quoteIsDirty[index] === 0) {
      this.quoteIsDirty[index] = 1;
      this.quoteDirty.push(index);
    }
  }

  private applySnapshot(snapshot: BookSnapshot): void {
    if (snapshot.instrument() !== this.watched) return;
    this.bids.clear();
    this.asks.clear();
    this.applyLevels(snapshot, 14, snapshot.bidsLength(), this.bids);
    this.applyLevels(snapshot, 16, snapshot.asksLength(), this.asks);
    this.bookSeq = int64Field(snapshot, 6);
    this.bookState = snapshot.state();
    this.bookEventMs = msField(snapshot, 10);
    this.newestRecvMs = msField(snapshot, 12);
    this.bookReady = true;
    this.bookDirty = true;
  }

  private applyDelta(delta: BookDelta): void {
    if (!this.bookReady || delta.instrument() !== this.watched) return;
    const seq = int64Field(delta, 6);
    if (seq <= this.bookSeq) return;
    if (seq !== this.bookSeq + 1) {
      this.loseBook();
      this.gap = true;
      this.gapCount++;
      return;
    }
    this.applyLevels(delta, 14, delta.bidsLength(), this.bids);
    this.applyLevels(delta, 16, delta.asksLength(), this.asks);
    this.bookSeq = seq;
    this.bookState = delta.state();
    this.bookEventMs = msField(delta, 10);
    this.newestRecvMs = msField(delta, 12);
    this.bookDirty = true;
  }

  private applyLevels(frame: BookSnapshot | BookDelta, slot: number, count: number, side: BookSide): void {
    const { bb } = frame;
    if (bb === null || count === 0) return;
    let at = vectorAt(frame, slot);
    for (let index = 0; index < count; index++) {
      side.set(readInt64(bb, at), readInt64(bb, at + 8));
      at += LEVEL_BYTES;
    }
  }

  private applyTrades(frame: Trades): void {
    this.newestRecvMs = msField(frame, 8);
    if (frame.instrument() !== this.watched || frame.bb === null) return;
    const { bb } = frame;
    const count = frame.tradesLength();
    let at = vectorAt(frame, 10);
    for (let index = 0; index < count; index++) {
      const row = this.tradeNext * TRADE.width;
      this.trades[row + TRADE.eventMs] = readMs(bb, at);
      this.trades[row + TRADE.id] = readInt64(bb, at + 8);
      this.trades[row + TRADE.ticks] = readInt64(bb, at + 16);
      this.trades[row + TRADE.lots] = readInt64(bb, at + 24);
      this.trades[row + TRADE.aggressor] = bb.readUint8(at + 32);
      this.tradeNext = (this.tradeNext + 1) % TRADES_MAX;
      if (this.tradeCount < TRADES_MAX) this.tradeCount++;
      else this.tradeDropped++;
      at += TRADE_BYTES;
    }
  }

  private applyBar(update: BarUpdate): void {
    if (update.bb === null || update.instrument() !== this.watched || update.intervalS() !== this.intervalS) return;
    const at = structAt(update, 10);
    if (at < 0) return;
    const { bb } = update;
    const openMs = readMs(bb, at);
    const row = this.rowOfBar(openMs) * BAR.width;
    this.bars[row + BAR.openMs] = openMs;
    this.bars[row + BAR.open] = readInt64(bb, at + 8);
    this.bars[row + BAR.high] = readInt64(bb, at + 16);
    this.bars[row + BAR.low] = readInt64(bb, at + 24);
    this.bars[row + BAR.close] = readInt64(bb, at + 32);
    this.bars[row + BAR.volume] = readInt64(bb, at + 40);
    this.bars[row + BAR.trades] = bb.readUint32(at + 48);
    this.bars[row + BAR.closed] = update.closed() ? 1 : 0;
  }

  /** Row of the bar that opened then; the oldest makes room where all are taken. */
  private rowOfBar(openMs: number): number {
    for (let row = this.barCount - 1; row >= 0; row--) {
      if (this.bars[row * BAR.width + BAR.openMs] === openMs) return row;
    }
    if (this.barCount === BARS_MAX) {
      this.bars.copyWithin(0, BAR.width);
      return BARS_MAX - 1;
    }
    return this.barCount++;
  }
}
