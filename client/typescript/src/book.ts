/**
 * One instrument's displayed book, kept by sequence.
 *
 * Invariant: while `isSynced`, the levels are exactly the server's at `seq`. A delta that skips a number voids the book until
 * the next snapshot; one at or below the snapshot's number is old and ignored. Levels are read on demand and sorted once per
 * change of the set of prices.
 */
import type { BookDelta, BookLevel, BookSnapshot } from "@jware/schemas/wire";
import { type Instrument, priceText, qtyText } from "./instrument.js";
import { type BookStateName, bookStateName, type Level } from "./market.js";

/** One side: price in ticks to quantity in lots, and the prices best first. */
class BookSide {
  readonly #levels = new Map<number, number>();
  readonly #direction: 1 | -1;
  #prices: number[] | undefined;

  constructor(direction: 1 | -1) {
    this.#direction = direction;
  }

  clear(): void {
    this.#levels.clear();
    this.#prices = undefined;
  }

  set(price: number, qty: number): void {
    if (qty === 0) {
      if (this.#levels.delete(price)) this.#prices = undefined;
      return;
    }
    if (!this.#levels.has(price)) this.#prices = undefined;
    this.#levels.set(price, qty);
  }

  best(depth: number): (readonly [number, number])[] {
    this.#prices ??= [...this.#levels.keys()].sort((a, b) => (a - b) * this.#direction);
    return this.#prices.slice(0, depth).map((price) => [price, this.#levels.get(price) ?? 0] as const);
  }
}

export class Book {
  readonly instrument: Instrument;
  readonly #bids = new BookSide(-1);
  readonly #asks = new BookSide(1);
  #seq = 0;
  #isSynced = false;
  #state: BookStateName = "resyncing";

  constructor(instrument: Instrument) {
    this.instrument = instrument;
  }

  get symbol(): string {
    return this.instrument.symbol;
  }

  /** Number of the last change taken. */
  get seq(): number {
    return this.#seq;
  }

  /** Whether the levels are whole: false before the first snapshot and after a gap. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** The server's own view of its market: only `synced` books trade. */
  get state(): BookStateName {
    return this.#isSynced ? this.#state : "resyncing";
  }

  /** Best first, in decimal text. */
  bids(depth = Number.POSITIVE_INFINITY): Level[] {
    return this.#bids.best(depth).map((level) => this.#text(level));
  }

  asks(depth = Number.POSITIVE_INFINITY): Level[] {
    return this.#asks.best(depth).map((level) => this.#text(level));
  }

  /** Best first, as [ticks, lots]: for computing. */
  levels(side: "bids" | "asks", depth = Number.POSITIVE_INFINITY): (readonly [number, number])[] {
    return (side === "bids" ? this.#bids : this.#asks).best(depth);
  }

  /** Replaces everything. */
  applySnapshot(frame: BookSnapshot): void {
    this.#bids.clear();
    this.#asks.clear();
    this.#seq = Number(frame.seq());
    this.#isSynced = true;
    this.#take(frame);
  }

  /** Takes a change. `gap` means that one was missed: the book is void and wants a snapshot. */
  applyDelta(frame: BookDelta): "applied" | "old" | "gap" | "waiting" {
    if (!this.#isSynced) return "waiting";
    const seq = Number(frame.seq());
    if (seq <= this.#seq) return "old";
    if (seq !== this.#seq + 1) {
      this.void();
      return "gap";
    }
    this.#seq = seq;
    this.#take(frame);
    return "applied";
  }

  /** Nothing is known until the next snapshot. */
  void(): void {
    this.#isSynced = false;
    this.#bids.clear();
    this.#asks.clear();
  }

  #take(frame: BookSnapshot | BookDelta): void {
    this.#state = bookStateName(frame.state());
    for (let index = 0; index < frame.bidsLength(); index += 1) setLevel(this.#bids, frame.bids(index));
    for (let index = 0; index < frame.asksLength(); index += 1) setLevel(this.#asks, frame.asks(index));
  }

  #text([price, qty]: readonly [number, number]): Level {
    return { price: priceText(this.instrument, price), qty: qtyText(this.instrument, qty) };
  }
}

function setLevel(side: BookSide, level: BookLevel | null): void {
  if (level !== null) side.set(Number(level.priceTicks()), Number(level.qtyLots()));
}
