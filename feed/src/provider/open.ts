/** From options to a provider that is ready to start: everything that can be wrong is found here, before anything runs. */
import type { Logger } from "pino";
import { FeedError } from "../feed-error.js";
import type { FeedOptions } from "../feed-options.js";
import {
  BUILT_IN_SPOT_RULES,
  type InstrumentInput,
  type KnownInstrument,
  type SpotRules,
  spotInstrument,
  venueInstrumentId,
} from "../instruments.js";
import type { BinanceRest } from "./binance/rest.js";
import { replaySymbol, simulatedInstruments } from "./check.js";
import type { Provider } from "./provider.js";
import { readCapture } from "./replay/capture-file.js";
import { ReplayProvider } from "./replay.js";
import { SimulatedProvider } from "./simulated.js";

const BINANCE_SYMBOLS_DEFAULT = ["BTCUSDT", "ETHUSDT"] as const;

export interface OpenContext {
  readonly symbols: readonly string[];
  /** What the core holds already. */
  readonly known: readonly KnownInstrument[];
  readonly log: Logger;
}

/** Makes the provider; undefined where no feed is wanted. Throws a FeedError. */
export async function openProvider(options: FeedOptions, context: OpenContext): Promise<Provider | undefined> {
  switch (options.kind) {
    case "none":
      return undefined;
    case "simulated":
      return new SimulatedProvider({ ...options, instruments: simulatedInstruments(context.symbols), known: context.known });
    case "replay": {
      const capture = await readCapture(options.file);
      const instrument = replayInstrument(capture.symbol, context);
      return new ReplayProvider({ capture, speed: options.speed, instrument, log: context.log });
    }
    case "binance": {
      // Loaded where it is wanted: its HTTP client takes as long to load as the rest of the thread.
      const [{ BinanceRest }, { BinanceProvider }] = await Promise.all([import("./binance/rest.js"), import("./binance.js")]);
      const rest = new BinanceRest(options.restBase);
      const instruments = await binanceInstruments(rest, context);
      return new BinanceProvider({ rest, streamBase: options.streamBase, instruments, known: context.known, log: context.log });
    }
  }
}

const replayInstrument = (symbol: string, { symbols, known }: OpenContext): InstrumentInput =>
  keepUnits(spotInstrument(replaySymbol(symbol, symbols), venueInstrumentId(symbol, known)), known);

async function binanceInstruments(rest: BinanceRest, context: OpenContext): Promise<readonly InstrumentInput[]> {
  const symbols =
    context.symbols.length === 0 ? [...BINANCE_SYMBOLS_DEFAULT] : [...new Set(context.symbols.map((s) => s.toUpperCase()))];
  const taken: { instrument: number; symbol: string }[] = [...context.known];
  const rules = await venueRules(rest, symbols, context.log);
  return rules.map((rule) => {
    const instrument = spotInstrument(rule, venueInstrumentId(rule.symbol, taken));
    taken.push(instrument);
    return keepUnits(instrument, context.known);
  });
}

/** The venue's own rules, or the built-in ones where it does not answer and they are enough. */
async function venueRules(rest: BinanceRest, symbols: readonly string[], log: Logger): Promise<readonly SpotRules[]> {
  try {
    return await rest.rules(symbols, AbortSignal.timeout(RULES_MS_MAX));
  } catch (error) {
    if (error instanceof FeedError) throw error;
    log.warn({ err: error }, "no symbol rules from the venue, using the built-in ones");
    return symbols.map((symbol) => {
      const rules = BUILT_IN_SPOT_RULES.find((other) => other.symbol === symbol);
      if (rules !== undefined) return rules;
      throw new FeedError(
        "FEED_ERR_VENUE_UNREACHABLE",
        `The venue does not answer, and the rules of ${symbol} are not built in.`,
        error,
      );
    });
  }
}

const RULES_MS_MAX = 5_000;

/**
 * An instrument's units never change, because its positions and orders are counted in them. The core's stay as long as the
 * venue's steps are multiples of them; a venue that made its steps finer needs a new data folder.
 */
function keepUnits(instrument: InstrumentInput, known: readonly KnownInstrument[]): InstrumentInput {
  const held = known.find((other) => other.instrument === instrument.instrument);
  if (held === undefined) return instrument;
  const tickFits = isMultiple(instrument.tickMantissa, instrument.priceDecimals, held.tickMantissa, held.priceDecimals);
  const lotFits = isMultiple(instrument.lotMantissa, instrument.qtyDecimals, held.lotMantissa, held.qtyDecimals);
  if (!tickFits || !lotFits) {
    throw new FeedError(
      "FEED_ERR_UNITS_CHANGED",
      `The venue's tick or lot of ${instrument.symbol} is finer than the one on record; use a new data folder.`,
    );
  }
  const { priceDecimals, tickMantissa, qtyDecimals, lotMantissa, tickLotMinor } = held;
  const lotRatio = (instrument.lotMantissa * 10 ** qtyDecimals) / (lotMantissa * 10 ** instrument.qtyDecimals);
  return {
    ...instrument,
    priceDecimals,
    tickMantissa,
    qtyDecimals,
    lotMantissa,
    tickLotMinor,
    qtyLotsMin: Math.round(instrument.qtyLotsMin * lotRatio),
    qtyLotsMax: Math.min(Number.MAX_SAFE_INTEGER, Math.round(instrument.qtyLotsMax * lotRatio)),
  };
}

function isMultiple(mantissa: number, decimals: number, ofMantissa: number, ofDecimals: number): boolean {
  return (BigInt(mantissa) * 10n ** BigInt(ofDecimals)) % (BigInt(ofMantissa) * 10n ** BigInt(decimals)) === 0n;
}
