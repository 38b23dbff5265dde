/** Which market to show. Same shape as the engine's `FeedChoice`, so that neither package imports the other's inside. */
export type FeedOptions =
  | {
      readonly kind: "simulated";
      readonly seed: number;
      /** Facts (level changes and trades) per second, over all instruments. */
      readonly ticksPerSecond: number;
    }
  | { readonly kind: "binance"; readonly restBase: string; readonly streamBase: string }
  | {
      readonly kind: "replay";
      readonly file: string;
      /** 1 = as recorded. */
      readonly speed: number;
    }
  | { readonly kind: "none" };

/** What the feed thread is started with. */
export interface FeedThreadData {
  readonly feed: FeedOptions;
  /** Symbols to show; empty = the feed's own choice. */
  readonly symbols: readonly string[];
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error";
}
