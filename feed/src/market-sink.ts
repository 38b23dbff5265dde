/**
 * Where normalised facts go: the core's `MarketBatch` in the product, a plain book in the tests.
 *
 * Prices are ticks, sizes lots, times milliseconds since the UNIX epoch (a fraction is allowed). Facts become visible at
 * `flush`, which a provider calls once per venue message or timer turn. A sink may flush on its own when it is full, so a
 * provider orders its facts in such a way that every prefix is a book that could be shown.
 */
export type Side = 1 | 2;
export type BookState = 1 | 2 | 3;

/** The wire's numbers; equal to the core's, which cannot be imported here without loading the addon. */
export const SIDE = { BUY: 1, SELL: 2 } as const;
export const BOOK_STATE = { SYNCED: 1, STALE: 2, RESYNCING: 3 } as const;

export interface MarketSink {
  /** The displayed size at a price is now this; 0 removes the level. */
  level(instrument: number, side: Side, priceTicks: number, qtyLots: number, tsEventMs: number): void;
  /** A trade between others; `aggressor` is the side that took. */
  trade(instrument: number, aggressor: Side, priceTicks: number, qtyLots: number, tsEventMs: number, venueTradeId: number): void;
  /** All levels are void; those that follow are the whole. */
  reset(instrument: number, tsEventMs: number): void;
  state(instrument: number, state: BookState, tsEventMs: number): void;
  flush(): void;
}
