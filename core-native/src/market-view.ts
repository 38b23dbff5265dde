/** Books and bars as the core holds them. */
import { native } from "./native.js";

export interface BookView {
  readonly seq: number;
  readonly state: "synced" | "stale" | "resyncing";
  /** Best first: [price ticks, quantity lots]. */
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
  /** Number of all levels, shown or not. */
  readonly bidLevelCount: number;
  readonly askLevelCount: number;
}

export const queryBook = (instrument: number, depth: number): BookView | undefined => {
  const text = native.queryBook(instrument, depth);
  return text === null ? undefined : (JSON.parse(text) as BookView);
};

export interface BarView {
  readonly openTsMs: number;
  readonly openTicks: number;
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly closeTicks: number;
  readonly volumeLots: number;
  readonly tradeCount: number;
}

/** The bars the core still holds with `fromTsMs <= openTsMs < toTsMs`, oldest first, the current one last. */
export const queryBars = (instrument: number, intervalS: number, fromTsMs: number, toTsMs: number): readonly BarView[] =>
  JSON.parse(native.queryBars(instrument, intervalS, fromTsMs, toTsMs)) as BarView[];
