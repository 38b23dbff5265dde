/** Instruments and currencies: how they are defined, and how they stand. */
import type { TradingStateName } from "@jware/schemas/order-names";
import { native } from "./native.js";

/** Everything static about an instrument; see InstrumentDefinition in market_data.fbs for the units. */
export interface InstrumentInput {
  readonly instrument: number;
  readonly symbol: string;
  readonly name: string;
  readonly assetClass: "crypto" | "equity" | "fx" | "future";
  readonly venue: "internal" | "simulated" | "paper";
  readonly baseCurrency: string;
  readonly quoteCurrency: string;
  readonly priceDecimals: number;
  readonly tickMantissa: number;
  readonly qtyDecimals: number;
  readonly lotMantissa: number;
  /** Value of one tick on one lot in minor units of the quote currency. */
  readonly tickLotMinor: number;
  readonly qtyLotsMin: number;
  readonly qtyLotsMax: number;
  readonly notionalMinorMax: string;
  readonly collarBps: number;
  readonly makerFeePpm: number;
  readonly takerFeePpm: number;
  /** When it trades, weekly and in UTC; it never closes where this is absent. */
  readonly session?: SessionInput;
  /** More about the collar; absent: `collarBps` about the mark. */
  readonly collar?: CollarInput;
  /** What margin accounts need, in parts per million of the value; absent: all of it, and half to be kept. */
  readonly margin?: { readonly initialPpm: number; readonly maintenancePpm: number };
  /** How old its mark may be; absent or 0: as old as it likes. */
  readonly markStaleMs?: number;
  /** How an outside venue treats our orders (not of internal ones); absent: the conservative queue and no time on the way. */
  readonly paper?: PaperInput;
}

/** How a venue that is only watched is taken to treat our orders: see docs/paper-venue.md. */
export interface PaperInput {
  /** Who left when a level shrinks without a trade: those behind us, or a part by probability. */
  readonly queue?: "conservative" | "probabilistic";
  /** Of the probabilistic queue alone: 1 to 3, 2 where absent. */
  readonly queuePower?: number;
  readonly latency?: LatencyInput;
}

/** Histograms of the way to the venue and back, each of at most 16 rows by ascending bound; a way without rows takes no time. */
export interface LatencyInput {
  /** Decimal text of 64 bits. */
  readonly seed?: string;
  readonly inbound?: LatencyRowInput[];
  readonly outbound?: LatencyRowInput[];
}

/** Durations above the bound of the row before, up to `upperNs` (at most 60 s); `weight` is 1 to 1,000,000. */
export interface LatencyRowInput {
  readonly upperNs: number;
  readonly weight: number;
}

/** A session opens at a minute of the day and closes at another, on the next day where that is not later. */
export interface SessionInput {
  readonly openMinute: number;
  readonly closeMinute: number;
  /** Days on which a session opens: bit 0 is Monday. */
  readonly weekdays: number;
}

/** What the price collar compares with, and its narrower forms (0 = none). */
export interface CollarInput {
  readonly reference?: "mark" | "last" | "mid";
  readonly ticks?: number;
  readonly windowBps?: number;
  readonly windowMs?: number;
}

export interface InstrumentView extends InstrumentInput {
  readonly session: SessionInput;
  readonly paper: PaperInput & { readonly queue: "conservative" | "probabilistic" };
  readonly collar: Required<CollarInput>;
  readonly margin: NonNullable<InstrumentInput["margin"]>;
  readonly tradingState: TradingStateName;
  readonly currencyDecimals: number;
  readonly bookState: "synced" | "stale" | "resyncing";
  readonly lastTicks: number;
}

export const queryInstruments = (): readonly InstrumentView[] => JSON.parse(native.queryInstruments()) as InstrumentView[];

export interface CurrencyEntry {
  readonly code: string;
  readonly decimals: number;
}

/** All currencies, in the order of their definition. */
export const queryCurrencies = (): readonly CurrencyEntry[] => JSON.parse(native.queryCurrencies()) as CurrencyEntry[];
