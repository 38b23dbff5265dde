/**
 * What the watched instrument's canvases draw: its book, its tape, its live bars. Not reactive; panels subscribe and get their
 * undo back.
 */
import { TRADE, type BarsView, type BookView, type TradesView } from "../stream/frame-batch.js";

export const TAPE_ROWS_MAX = 2000;
const TAPE_AGE_MS_MAX = 120_000;

type Listener<T> = (value: T) => void;

class Topic<T> {
  private readonly listeners = new Set<Listener<T>>();

  on(listener: Listener<T>): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(value: T): void {
    for (const listener of this.listeners) listener(value);
  }
}

export class MarketFeed {
  readonly bookChanged = new Topic<BookView | undefined>();
  readonly tapeChanged = new Topic<TradesView | undefined>();
  readonly barsChanged = new Topic<BarsView>();
  /** The own orders or the position changed: lines and chips are drawn anew. */
  readonly ordersChanged = new Topic<undefined>();
  /** Once per animation frame, with its time. */
  readonly frame = new Topic<number>();
  book: BookView | undefined;
  /** Trades as packed rows in a ring; `tapeCount` rows end just before `tapeNext`. */
  readonly tape = new Float64Array(TAPE_ROWS_MAX * TRADE.width);
  tapeCount = 0;
  /** Rows ever written: row n stands at n modulo the cap. */
  tapeWritten = 0;
  tapeDropped = 0;
  /** Lots traded at each price since the instrument was turned to. */
  readonly tradedAt = new Map<number, number>();

  applyBook(book: BookView): void {
    this.book = book;
    this.bookChanged.emit(book);
  }

  applyTrades(trades: TradesView): void {
    const { rows } = trades;
    for (let at = 0; at < rows.length; at += TRADE.width) {
      this.tape.set(rows.subarray(at, at + TRADE.width), (this.tapeWritten % TAPE_ROWS_MAX) * TRADE.width);
      this.tapeWritten++;
      const ticks = rows[at + TRADE.ticks] ?? 0;
      this.tradedAt.set(ticks, (this.tradedAt.get(ticks) ?? 0) + (rows[at + TRADE.lots] ?? 0));
    }
    this.tapeCount = Math.min(TAPE_ROWS_MAX, this.tapeCount + rows.length / TRADE.width);
    this.tapeDropped += trades.droppedCount;
    this.forgetOld();
    this.tapeChanged.emit(trades);
  }

  /** Turned to another instrument: nothing of the old one may be seen. */
  clear(): void {
    this.book = undefined;
    this.tapeCount = 0;
    this.tapeDropped = 0;
    this.tradedAt.clear();
    this.bookChanged.emit(undefined);
    this.tapeChanged.emit(undefined);
  }

  /** Row of the tape, 0 = newest; undefined beyond the oldest. */
  tapeRow(age: number): Float64Array | undefined {
    if (age >= this.tapeCount) return undefined;
    const at = ((this.tapeWritten - 1 - age) % TAPE_ROWS_MAX) * TRADE.width;
    return this.tape.subarray(at, at + TRADE.width);
  }

  private forgetOld(): void {
    const newest = this.tapeRow(0)?.[TRADE.eventMs] ?? 0;
    while (this.tapeCount > 1 && newest - (this.tapeRow(this.tapeCount - 1)?.[TRADE.eventMs] ?? 0) > TAPE_AGE_MS_MAX) {
      this.tapeCount--;
    }
  }
}
