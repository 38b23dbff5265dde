/** An instrument's static facts, and its exact ways between decimal text and the wire's ticks and lots. */
import { formatDecimal, formatUnits, parseDecimal, parseUnits, type UnitScale } from "@jware/schemas";
import { COLLAR_REFERENCE_NAMES, type CollarReferenceName } from "@jware/schemas/limit-names";
import type { InstrumentDefinition } from "@jware/schemas/wire";
import { InvalidRequest } from "./errors.js";

/** Digits of an average price beyond the instrument's own; the rest is cut off. */
const AVERAGE_DECIMALS_EXTRA = 4;

export interface Instrument {
  readonly id: number;
  readonly symbol: string;
  readonly name: string;
  readonly assetClass: string;
  readonly baseCurrency: string;
  readonly quoteCurrency: string;
  readonly currencyDecimals: number;
  readonly priceScale: UnitScale;
  readonly qtyScale: UnitScale;
  /** One tick on one lot, in minor units of the quote currency. */
  readonly tickLotMinor: bigint;
  readonly qtyMin: string;
  readonly qtyMax: string;
  /** How far a limit price may be beyond the reference (basis points, and ticks where not 0), and what that is. */
  readonly collar: { readonly bps: number; readonly ticks: bigint; readonly reference: CollarReferenceName };
  /** Parts of a million of a position's value that margin accounts pay to open it, and must keep. */
  readonly margin: { readonly initialPpm: number; readonly maintenancePpm: number };
}

export function instrumentOf(definition: InstrumentDefinition): Instrument {
  const qtyScale = { decimals: definition.qtyDecimals(), mantissa: Number(definition.lotMantissa()) };
  return {
    id: definition.instrument(),
    symbol: definition.symbol() ?? "",
    name: definition.name() ?? "",
    assetClass: definition.assetClass() ?? "",
    baseCurrency: definition.baseCurrency() ?? "",
    quoteCurrency: definition.quoteCurrency() ?? "",
    currencyDecimals: definition.currencyDecimals(),
    priceScale: { decimals: definition.priceDecimals(), mantissa: Number(definition.tickMantissa()) },
    qtyScale,
    tickLotMinor: definition.tickLotMinor(),
    qtyMin: formatUnits(definition.qtyLotsMin(), qtyScale),
    qtyMax: formatUnits(definition.qtyLotsMax(), qtyScale),
    collar: {
      bps: definition.collarBps(),
      ticks: definition.collarTicks(),
      reference: COLLAR_REFERENCE_NAMES[definition.collarReference()] ?? "mark",
    },
    margin: { initialPpm: definition.initialMarginPpm(), maintenancePpm: definition.maintenanceMarginPpm() },
  };
}

export const priceText = (instrument: Instrument, ticks: bigint | number): string => formatUnits(ticks, instrument.priceScale);
export const qtyText = (instrument: Instrument, lots: bigint | number): string => formatUnits(lots, instrument.qtyScale);

/** Average price of `lotTicks` (sum of quantity times price) over `lots`; undefined for no lots. */
export function averagePriceText(instrument: Instrument, lotTicks: bigint, lots: bigint): string | undefined {
  if (lots === 0n) return undefined;
  const { decimals, mantissa } = instrument.priceScale;
  const scaled = (lotTicks * BigInt(mantissa) * 10n ** BigInt(AVERAGE_DECIMALS_EXTRA)) / lots;
  return formatDecimal(scaled, decimals + AVERAGE_DECIMALS_EXTRA);
}

const PRICES = ["price", "triggerPrice", "trailAmount"] as const;
const QUANTITIES = ["orderQty", "displayQty"] as const;
type UnitField = (typeof PRICES)[number] | (typeof QUANTITIES)[number];

/** Reads a price or quantity exactly; throws InvalidRequest where it is no whole number of steps. */
export function unitsOf(instrument: Instrument, what: UnitField, text: string): bigint {
  const scale = PRICES.some((each) => each === what) ? instrument.priceScale : instrument.qtyScale;
  const parsed = parseUnits(text, scale);
  if (parsed.ok) return BigInt(parsed.units);
  const step = formatDecimal(scale.mantissa, scale.decimals);
  const why = {
    malformed: "is not a decimal number",
    "off-step": `is not a multiple of ${step}`,
    overflow: "is too large",
  }[parsed.reason];
  throw new InvalidRequest(`${what} "${text}" of ${instrument.symbol} ${why}`);
}

export const moneyText = (instrument: Instrument, minor: bigint): string => formatDecimal(minor, instrument.currencyDecimals);

/** Reads money of the quote currency exactly; throws InvalidRequest. */
export function minorOf(instrument: Instrument, what: "cashQty", text: string): bigint {
  const parsed = parseDecimal(text, instrument.currencyDecimals);
  if (parsed.ok) return parsed.mantissa;
  const why = parsed.reason === "malformed" ? "is not a decimal number" : `has more than ${instrument.currencyDecimals} decimals`;
  throw new InvalidRequest(`${what} "${text}" in ${instrument.quoteCurrency} ${why}`);
}
