/**
 * The thin layer between the feed and the core: definitions in, facts in. The only file, with the thread's entry, that loads
 * the addon.
 */
import { execute, MarketBatch, queryInstruments } from "@jware/core-native";
import { FeedError } from "./feed-error.js";
import { CURRENCIES, type InstrumentInput, type KnownInstrument } from "./instruments.js";
import type { MarketSink } from "./market-sink.js";

/** What the core holds of instruments, from this start or earlier ones. */
export const knownInstruments = (): readonly KnownInstrument[] => queryInstruments();

/** A sink that gives each flush to the core as one command. */
export const makeCoreSink = (): MarketSink => new MarketBatch();

/** Defines currencies and instruments that are missing or whose limits and fees differ. Throws a FeedError on a refusal. */
export function defineInstruments(instruments: readonly InstrumentInput[]): void {
  // A currency that exists is refused and nothing is changed; one that is really missing shows at the instrument.
  for (const currency of CURRENCIES) execute({ kind: "defineCurrency", ...currency });
  const held = queryInstruments();
  for (const instrument of instruments) {
    const same = held.find((other) => other.instrument === instrument.instrument);
    if (same !== undefined && isEqual(instrument, same)) continue;
    // What an administrator set of an instrument stays when the feed's own part of it changes.
    const kept = same === undefined ? {} : keptOf(same);
    const result = execute({ kind: "defineInstrument", ...kept, ...instrument });
    if (!result.ok) {
      throw new FeedError(
        "FEED_ERR_DEFINITION_REFUSED",
        `The core refuses ${instrument.symbol}: ${result.text} (${result.rule})`,
      );
    }
  }
}

const keptOf = ({ session, collar, margin, paper }: ReturnType<typeof queryInstruments>[number]): Partial<InstrumentInput> => ({
  session,
  paper,
  ...(collar === undefined ? {} : { collar }),
  ...(margin === undefined ? {} : { margin }),
});

const isEqual = (wanted: InstrumentInput, held: InstrumentInput): boolean =>
  (Object.keys(wanted) as (keyof InstrumentInput)[]).every((key) => wanted[key] === held[key]);
