/**
 * What the feeds trade: currencies, the built-in definitions, and how others are made from a venue's own rules.
 *
 * Invariant: `tickLotMinor` is a whole number of minor units, or there is no definition. Ids are stable: simulated 1-4,
 * BTCUSDT 101, ETHUSDT 102, others from 110 in the order of their first definition (the core remembers it).
 */
import type { AdminCommand } from "@jware/core-native";
import { FeedError } from "./feed-error.js";

/** Everything static about an instrument, as the core takes it. */
export type InstrumentInput = Omit<Extract<AdminCommand, { kind: "defineInstrument" }>, "kind">;

/** What the core already holds of an instrument: what a feed needs to go on. */
export type KnownInstrument = Pick<
  InstrumentInput,
  "instrument" | "symbol" | "priceDecimals" | "tickMantissa" | "qtyDecimals" | "lotMantissa" | "tickLotMinor" | "quoteCurrency"
> & {
  /** Last price, 0 = never traded. */
  readonly lastTicks: number;
};

export interface CurrencyInput {
  readonly code: string;
  readonly decimals: number;
}

export const CURRENCIES: readonly CurrencyInput[] = [
  { code: "USD", decimals: 6 },
  { code: "USDT", decimals: 8 },
];

const VENUE_ID_FIRST = 110;
const QUOTE = "USDT";

/** Minor units of one tick on one lot, or undefined where that is no whole number. `multiplier` is units per lot unit. */
export function tickLotMinor(
  units: Pick<InstrumentInput, "priceDecimals" | "tickMantissa" | "qtyDecimals" | "lotMantissa">,
  currencyDecimals: number,
  multiplier = 1,
): number | undefined {
  const product = BigInt(units.tickMantissa) * BigInt(units.lotMantissa) * BigInt(multiplier) * 10n ** BigInt(currencyDecimals);
  const divisor = 10n ** BigInt(units.priceDecimals + units.qtyDecimals);
  const minor = product / divisor;
  return product % divisor === 0n && minor > 0n && minor <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(minor) : undefined;
}

type Definition = Omit<InstrumentInput, "tickLotMinor">;

function define(definition: Definition, multiplier = 1): InstrumentInput {
  const decimals = CURRENCIES.find((currency) => currency.code === definition.quoteCurrency)?.decimals;
  const minor = decimals === undefined ? undefined : tickLotMinor(definition, decimals, multiplier);
  if (minor === undefined) {
    throw new FeedError(
      "FEED_ERR_SYMBOL_UNUSABLE",
      `One tick on one lot of ${definition.symbol} is no whole number of minor units.`,
    );
  }
  return { ...definition, tickLotMinor: minor };
}

/** Four made-up markets of different asset classes, all in USD. */
export const SIMULATED_INSTRUMENTS: readonly InstrumentInput[] = [
  define({
    instrument: 1,
    symbol: "BTC-USD",
    name: "Bitcoin / US dollar, simulated",
    assetClass: "crypto",
    venue: "simulated",
    baseCurrency: "BTC",
    quoteCurrency: "USD",
    priceDecimals: 2,
    tickMantissa: 1,
    qtyDecimals: 4,
    lotMantissa: 1,
    qtyLotsMin: 1,
    qtyLotsMax: 1_000_000,
    notionalMinorMax: "1000000000000",
    collarBps: 1000,
    makerFeePpm: 400,
    takerFeePpm: 1000,
  }),
  define({
    instrument: 2,
    symbol: "ACME",
    name: "Acme Corporation, simulated",
    assetClass: "equity",
    venue: "simulated",
    baseCurrency: "ACME",
    quoteCurrency: "USD",
    priceDecimals: 2,
    tickMantissa: 1,
    qtyDecimals: 0,
    lotMantissa: 1,
    qtyLotsMin: 1,
    qtyLotsMax: 100_000,
    notionalMinorMax: "1000000000000",
    collarBps: 500,
    makerFeePpm: 0,
    takerFeePpm: 50,
  }),
  define({
    instrument: 3,
    symbol: "EUR-USD",
    name: "Euro / US dollar, simulated",
    assetClass: "fx",
    venue: "simulated",
    baseCurrency: "EUR",
    quoteCurrency: "USD",
    priceDecimals: 5,
    tickMantissa: 1,
    qtyDecimals: 0,
    lotMantissa: 1000,
    qtyLotsMin: 1,
    qtyLotsMax: 10_000,
    notionalMinorMax: "10000000000000",
    collarBps: 200,
    makerFeePpm: 10,
    takerFeePpm: 20,
  }),
  define(
    {
      instrument: 4,
      symbol: "IX500-F",
      name: "Index of 500 shares, future, 50 USD a point, simulated",
      assetClass: "future",
      venue: "simulated",
      baseCurrency: "IX500",
      quoteCurrency: "USD",
      priceDecimals: 2,
      tickMantissa: 25,
      qtyDecimals: 0,
      lotMantissa: 1,
      qtyLotsMin: 1,
      qtyLotsMax: 500,
      notionalMinorMax: "10000000000000",
      collarBps: 300,
      makerFeePpm: 5,
      takerFeePpm: 10,
    },
    50,
  ),
];

/** The venue's own rules for a symbol: one tick, one lot, largest order, each as `mantissa / 10^decimals`. */
export interface SpotRules {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly tick: { readonly decimals: number; readonly mantissa: number };
  readonly lot: { readonly decimals: number; readonly mantissa: number };
  /** In lots. */
  readonly qtyLotsMin: number;
  readonly qtyLotsMax: number;
}

/** Rules as the venue gave them on 2024-08-08: for replays, and where the venue does not answer. */
export const BUILT_IN_SPOT_RULES: readonly SpotRules[] = [
  {
    symbol: "BTCUSDT",
    baseAsset: "BTC",
    quoteAsset: QUOTE,
    tick: { decimals: 2, mantissa: 1 },
    lot: { decimals: 5, mantissa: 1 },
    qtyLotsMin: 1,
    qtyLotsMax: 900_000_000,
  },
  {
    symbol: "ETHUSDT",
    baseAsset: "ETH",
    quoteAsset: QUOTE,
    tick: { decimals: 2, mantissa: 1 },
    lot: { decimals: 4, mantissa: 1 },
    qtyLotsMin: 1,
    qtyLotsMax: 90_000_000,
  },
];

const FIXED_IDS: Readonly<Record<string, number>> = { BTCUSDT: 101, ETHUSDT: 102 };

/** The id a venue's symbol has or gets, given all that are taken. */
export function venueInstrumentId(symbol: string, taken: readonly { instrument: number; symbol: string }[]): number {
  const known = taken.find((other) => other.symbol === symbol)?.instrument ?? FIXED_IDS[symbol];
  if (known !== undefined) return known;
  return Math.max(VENUE_ID_FIRST - 1, ...taken.map((other) => other.instrument)) + 1;
}

/** A definition from a spot venue's rules. Throws a FeedError where the quote currency or the units do not fit. */
export function spotInstrument(rules: SpotRules, instrument: number): InstrumentInput {
  if (rules.quoteAsset !== QUOTE) {
    throw new FeedError(
      "FEED_ERR_SYMBOL_UNUSABLE",
      `${rules.symbol} is priced in ${rules.quoteAsset}; only ${QUOTE} is supported.`,
    );
  }
  return define({
    instrument,
    symbol: rules.symbol,
    name: `${rules.baseAsset} / ${rules.quoteAsset}, Binance spot`,
    assetClass: "crypto",
    venue: "paper",
    baseCurrency: rules.baseAsset,
    quoteCurrency: rules.quoteAsset,
    priceDecimals: rules.tick.decimals,
    tickMantissa: rules.tick.mantissa,
    qtyDecimals: rules.lot.decimals,
    lotMantissa: rules.lot.mantissa,
    qtyLotsMin: rules.qtyLotsMin,
    qtyLotsMax: rules.qtyLotsMax,
    notionalMinorMax: "1000000000000000",
    collarBps: 1000,
    makerFeePpm: 1000,
    takerFeePpm: 1000,
  });
}
