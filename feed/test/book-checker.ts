/**
 * Holds a book that is fed from a capture against what the capture says: the published checkpoints, every ticker, the end.
 *
 * A ticker is compared at the first update that covers it, from the first update applied after the snapshot on; the last
 * ticker within an update is what its best bid and ask must be.
 */
import { parseDecimal, parseUnits, type UnitScale } from "@jware/schemas";
import { expect } from "vitest";
import type { InstrumentInput } from "../src/instruments.js";
import { SIDE, type Side } from "../src/market-sink.js";
import type { CaptureTruth, TextLevels } from "./capture-truth.js";
import type { MarketStore } from "./market-store.js";

export class BookChecker {
  tickerCount = 0;
  checkpointCount = 0;
  readonly #truth: CaptureTruth;
  readonly #store: MarketStore;
  readonly #tick: UnitScale;
  readonly #lot: UnitScale;
  #lastU = 0;
  #lastTickerU = 0;

  constructor(truth: CaptureTruth, store: MarketStore, instrument: InstrumentInput) {
    this.#truth = truth;
    this.#store = store;
    this.#tick = { decimals: instrument.priceDecimals, mantissa: instrument.tickMantissa };
    this.#lot = { decimals: instrument.qtyDecimals, mantissa: instrument.lotMantissa };
  }

  /** Looks at the book when its last update id is `u`; 0 = not synced. */
  look(u: number): void {
    if (u === 0) {
      this.#lastU = 0;
      return;
    }
    const isFirst = this.#lastU === 0;
    if (u === this.#lastU) return;
    this.#lastU = u;
    if (isFirst) return;
    const ticker = this.#truth.tickerIn(this.#lastTickerU, u);
    if (ticker !== undefined) {
      this.#lastTickerU = ticker.u;
      this.tickerCount += 1;
      this.#expectLevels(SIDE.BUY, [[ticker.b, ticker.B]], `bid at update ${u}`);
      this.#expectLevels(SIDE.SELL, [[ticker.a, ticker.A]], `ask at update ${u}`);
    }
    const checkpoint = this.#truth.expected.checkpoints.find((other) => other.after_u === u);
    if (checkpoint !== undefined) {
      this.checkpointCount += 1;
      this.#expectLevels(SIDE.BUY, checkpoint.bids, `bids after ${u}`);
      this.#expectLevels(SIDE.SELL, checkpoint.asks, `asks after ${u}`);
      expect(this.#store.levelCounts()).toEqual({ bids: checkpoint.n_bids, asks: checkpoint.n_asks });
    }
  }

  /** The whole book is that after the capture's last update. */
  expectEnd(): void {
    const end = this.#truth.bookAt(Number.MAX_SAFE_INTEGER);
    this.#expectLevels(SIDE.BUY, end.bids, "bids at the end");
    this.#expectLevels(SIDE.SELL, end.asks, "asks at the end");
    expect(this.#store.levelCounts()).toEqual({ bids: end.bids.length, asks: end.asks.length });
  }

  #expectLevels(side: Side, levels: TextLevels, what: string): void {
    const wanted = levels.map(([price, qty]) => [this.#ticks(price), this.#wholeLots(qty)]);
    expect(this.#store.levels(side, levels.length), what).toEqual(wanted);
  }

  #ticks(text: string): number {
    const parsed = parseUnits(text, this.#tick);
    if (!parsed.ok) throw new Error(`${text} is ${parsed.reason}`);
    return parsed.units;
  }

  /** Displayed sizes count with their whole lots. */
  #wholeLots(text: string): number {
    const parsed = parseDecimal(text, 8);
    if (!parsed.ok) throw new Error(`${text} is ${parsed.reason}`);
    return Number(parsed.mantissa / (BigInt(this.#lot.mantissa) * 10n ** BigInt(8 - this.#lot.decimals)));
  }
}
