/** What is known of a feed choice without network: whether its symbols exist and its file is a capture. */
import { FeedError } from "../feed-error.js";
import type { FeedOptions } from "../feed-options.js";
import { BUILT_IN_SPOT_RULES, type InstrumentInput, SIMULATED_INSTRUMENTS, type SpotRules } from "../instruments.js";
import { readCapture } from "./replay/capture-file.js";

/** Throws a FeedError where the options cannot be served: for the main thread, before it starts anything. */
export async function checkFeedOptions(options: FeedOptions, symbols: readonly string[]): Promise<void> {
  if (options.kind === "simulated") simulatedInstruments(symbols);
  if (options.kind === "replay") {
    const { symbol } = await readCapture(options.file);
    replaySymbol(symbol, symbols);
  }
}

/** The simulated markets asked for; all where none is named. */
export function simulatedInstruments(symbols: readonly string[]): readonly InstrumentInput[] {
  if (symbols.length === 0) return SIMULATED_INSTRUMENTS;
  return [...new Set(symbols)].map((symbol) => {
    const instrument = SIMULATED_INSTRUMENTS.find((other) => other.symbol === symbol);
    if (instrument !== undefined) return instrument;
    const all = SIMULATED_INSTRUMENTS.map((other) => other.symbol).join(", ");
    throw new FeedError("FEED_ERR_SYMBOL_UNKNOWN", `The simulated feed has no ${symbol}; it has ${all}.`);
  });
}

/** The rules of a capture's symbol. */
export function replaySymbol(symbol: string, symbols: readonly string[]): SpotRules {
  const rules = BUILT_IN_SPOT_RULES.find((other) => other.symbol === symbol);
  if (rules === undefined)
    throw new FeedError("FEED_ERR_REPLAY_SYMBOL", `The capture is of ${symbol}, whose tick and lot are not known.`);
  if (symbols.length > 0 && !symbols.includes(symbol)) {
    throw new FeedError("FEED_ERR_REPLAY_SYMBOL", `The capture is of ${symbol}, not of ${symbols.join(", ")}.`);
  }
  return rules;
}
