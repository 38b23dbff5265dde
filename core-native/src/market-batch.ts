/**
 * Facts about outside markets on their way into the core: fixed records in one buffer, given over in one call.
 *
 *      0      1      2         4            8             16            24             32               40
 *      | kind | side | (zero)  | instrument | price_ticks | qty_lots    | ts_event_ns  | venue_trade_id |
 *
 * Little endian. Prices, quantities and ids are integers below 2^53; times are given in nanoseconds as two parts so that no
 * BigInt is made per fact. `MarketBatch` fills up to `capacity` facts and flushes itself when full.
 */
// HOT: called per venue message.
import { native } from "./native.js";

const RECORD_BYTES = 40;
/** One journal record holds this many facts. */
const CAPACITY = 1000;
const TWO_POW_32 = 4_294_967_296;
const NS_PER_MS = 1_000_000;

const KIND = { LEVEL: 1, TRADE: 2, RESET: 3, STATE: 4 } as const;

export class MarketBatch {
  readonly #bytes = new Uint8Array(RECORD_BYTES * CAPACITY);
  readonly #view = new DataView(this.#bytes.buffer);
  #count = 0;

  /** Displayed size at a price, side 1 bid or 2 ask; 0 removes the level. `tsEventMs` may have a fraction (microseconds). */
  level(instrument: number, side: 1 | 2, priceTicks: number, qtyLots: number, tsEventMs: number): void {
    this.#put(KIND.LEVEL, side, instrument, priceTicks, qtyLots, tsEventMs, 0);
  }

  /** A trade between others; `aggressor` is the side that took, 1 buy or 2 sell. */
  trade(
    instrument: number,
    aggressor: 1 | 2,
    priceTicks: number,
    qtyLots: number,
    tsEventMs: number,
    venueTradeId: number,
  ): void {
    this.#put(KIND.TRADE, aggressor, instrument, priceTicks, qtyLots, tsEventMs, venueTradeId);
  }

  /** Voids all house liquidity of an instrument; levels follow. */
  reset(instrument: number, tsEventMs: number): void {
    this.#put(KIND.RESET, 0, instrument, 0, 0, tsEventMs, 0);
  }

  /** Health of the book from here on: 1 synced, 2 stale, 3 resyncing. */
  state(instrument: number, state: 1 | 2 | 3, tsEventMs: number): void {
    this.#put(KIND.STATE, state, instrument, 0, 0, tsEventMs, 0);
  }

  /** Gives everything to the core in one call, as one command. Throws where a fact is malformed (a programmer's error). */
  flush(): void {
    if (this.#count === 0) return;
    const byteCount = this.#count * RECORD_BYTES;
    this.#count = 0;
    native.market(this.#bytes, byteCount);
  }

  #put(kind: number, side: number, instrument: number, price: number, qty: number, tsEventMs: number, id: number): void {
    if (this.#count === CAPACITY) this.flush();
    const at = this.#count * RECORD_BYTES;
    const view = this.#view;
    view.setUint8(at, kind);
    view.setUint8(at + 1, side);
    view.setUint16(at + 2, 0);
    view.setUint32(at + 4, instrument, true);
    this.#putInteger(at + 8, price);
    this.#putInteger(at + 16, qty);
    // Milliseconds times 10^6 passes 2^53: split so that each part is exact.
    const wholeMs = Math.floor(tsEventMs);
    const restNs = Math.round((tsEventMs - wholeMs) * NS_PER_MS);
    const lowProduct = (wholeMs % TWO_POW_32) * NS_PER_MS + restNs;
    const high = Math.floor(wholeMs / TWO_POW_32) * NS_PER_MS + Math.floor(lowProduct / TWO_POW_32);
    view.setUint32(at + 24, lowProduct % TWO_POW_32, true);
    view.setUint32(at + 28, high, true);
    this.#putInteger(at + 32, id);
    this.#count += 1;
  }

  #putInteger(at: number, value: number): void {
    this.#view.setUint32(at, value >>> 0, true);
    this.#view.setInt32(at + 4, Math.floor(value / TWO_POW_32), true);
  }
}
