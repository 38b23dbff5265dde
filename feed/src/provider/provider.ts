/** What every market-data source is to the rest of the feed. */
import type { ComponentState } from "@jware/schemas";
import type { InstrumentInput } from "../instruments.js";
import type { MarketSink } from "../market-sink.js";

export interface ProviderHealth {
  readonly state: ComponentState;
  /** One sentence for people. */
  readonly detail: string;
  /** Counters since the start, name to value. */
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * One venue. It is made with its instruments known and its input checked, so that `start` cannot fail for a bad option.
 *
 * `start` may be called once; it gives the sink its first facts and goes on by timers and sockets until `stop`, which marks
 * its books STALE and resolves when nothing of it runs any more.
 */
export interface Provider {
  /** Such as `simulated (seed 42)`. */
  readonly name: string;
  readonly instruments: readonly InstrumentInput[];
  start(sink: MarketSink): void;
  stop(): Promise<void>;
  health(): ProviderHealth;
}
