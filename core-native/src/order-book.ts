/**
 * The engine's order book by itself, in your own process: price-time matching without accounts, checks or sockets. For
 * backtests, simulations and measurements. All numbers are whole, from 0 to 2^32 - 1; prices in ticks, quantities in lots.
 *
 * Write operations with `limit`, `immediate` and `cancel`, then `apply()`: one call into the engine for all of them. The
 * order's id is yours to choose: not 0, and not that of an order that rests.
 *
 * Errors: an operation that is none (unknown side, quantity 0, an id that rests) throws; those before it have been carried out,
 * and their trades come with the next `apply()`.
 */
import { native } from "./native.js";

export const BOOK_SIDE = { buy: 1, sell: 2 } as const;
export type BookSide = (typeof BOOK_SIDE)[keyof typeof BOOK_SIDE];

const KIND = { limit: 1, immediate: 2, cancel: 3 } as const;
const SIDE_SHIFT = 8;

/** The first number of an operation's record; of a cancel without a side. */
export const bookOp = (kind: keyof typeof KIND, side: BookSide | 0 = 0): number => KIND[kind] | (side << SIDE_SHIFT);

const RECORD_WORDS = 4;
const COUNT_MASK = 0x7fff_ffff;

export class OrderBook {
  /** Records of four: kind and side, id, price, quantity. In the last, how many there are, and how many trades they came to. */
  readonly #ops: Uint32Array;
  /** Trades of the last `apply()`: records of four: maker's id, taker's id, price, quantity. */
  readonly trades: Uint32Array;
  readonly #book: number;
  readonly #apply: () => void;
  /** Words of all operations: where the counts are. */
  readonly #wordCapacity: number;
  #wordCount = 0;

  /** Room for so many operations between two calls of `apply()`, and for so many trades that one call gives. */
  constructor(opCapacity = 1_024, tradeCapacity = 4_096) {
    this.#wordCapacity = opCapacity * RECORD_WORDS;
    this.#ops = new Uint32Array(this.#wordCapacity + RECORD_WORDS);
    this.trades = new Uint32Array(tradeCapacity * RECORD_WORDS);
    this.#book = native.openBook(this.#ops, this.trades);
    this.#apply = native.bookApply(this.#book);
  }

  /** A limit order: trades at its price or better, and what is left rests. */
  limit(id: number, side: BookSide, price: number, qty: number): void {
    this.#write(KIND.limit | (side << SIDE_SHIFT), id, price, qty);
  }

  /** Trades what it can at its price or better (0 = any price); what is left is gone. */
  immediate(id: number, side: BookSide, price: number, qty: number): void {
    this.#write(KIND.immediate | (side << SIDE_SHIFT), id, price, qty);
  }

  /** Takes an order out; one that does not rest is passed over. */
  cancel(id: number): void {
    this.#write(KIND.cancel, id, 0, 0);
  }

  /**
   * Writes operations that are records already, as a file of them may have: four numbers each, `bookOp` of kind and side, id, price, quantity.
   * An immediate order's price may be 0 (any); a cancel's price and quantity are passed over. Throws RangeError, and takes none, where they
   * are no whole records, or more than there is room for.
   */
  write(records: Uint32Array): void {
    const end = this.#wordCount + records.length;
    if (records.length % RECORD_WORDS !== 0) throw new RangeError(`${records.length} numbers are no records of ${RECORD_WORDS}`);
    if (end > this.#wordCapacity) throw new RangeError(this.#full());
    this.#ops.set(records, this.#wordCount);
    this.#wordCount = end;
  }

  /**
   * Carries out the operations written since the last call; gives how many trades are in `trades` now. Where there are more
   * than fit, `hasMore` is true and the next call brings them.
   */
  apply(): number {
    const ops = this.#ops;
    const counts = this.#wordCapacity;
    // Counts go through memory: as an argument and a result they would cost a fifth of the call.
    ops[counts] = this.#wordCount / RECORD_WORDS;
    this.#wordCount = 0;
    // An array that was transferred away has no length; its memory is not the engine's to write to any more.
    if (this.trades.length === 0) throw new TypeError("the book's trades were transferred to another thread");
    this.#apply();
    const answer = ops[counts + 1] ?? 0;
    this.hasMore = answer > COUNT_MASK;
    return answer & COUNT_MASK;
  }

  /** Whether trades of the last `apply()` did not fit. */
  hasMore = false;

  /** How many orders rest. */
  get restingCount(): number {
    return native.bookRestingCount(this.#book);
  }

  /** Price and quantity of each level of a side, the best first. */
  depth(side: BookSide, levelCountMax: number): readonly (readonly [price: number, qty: number])[] {
    const flat = native.bookDepth(this.#book, side, levelCountMax);
    return Array.from({ length: flat.length / 2 }, (_, level) => [flat[level * 2] ?? 0, flat[level * 2 + 1] ?? 0] as const);
  }

  /** Frees the book. */
  close(): void {
    native.closeBook(this.#book);
  }

  #full(): string {
    return `there is room for ${this.#wordCapacity / RECORD_WORDS} operations between two apply()`;
  }

  #write(kind: number, id: number, price: number, qty: number): void {
    const at = this.#wordCount;
    if (at === this.#wordCapacity) throw new RangeError(this.#full());
    const ops = this.#ops;
    ops[at] = kind;
    ops[at + 1] = id;
    ops[at + 2] = price;
    ops[at + 3] = qty;
    this.#wordCount = at + RECORD_WORDS;
  }
}
