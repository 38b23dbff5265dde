/**
 * The one formatter of an instrument: ticks, lots and money of its quote currency to text and back, exact.
 *
 * Nothing that goes into an order is ever rounded: text that is no whole number of ticks or lots is an error with the step named.
 */
import { parseUnits } from "@jware/schemas";
import type { InstrumentInfo } from "../stream/own-event.js";
import { divided, fixed, grouped, rescaled } from "./fixed.js";

export type Parsed = { readonly ok: true; readonly units: number } | { readonly ok: false; readonly problem: string };

const MONEY_DECIMALS_MAX = 2;
const THOUSAND = 1000;

export class InstrumentFormat {
  readonly info: InstrumentInfo;

  constructor(info: InstrumentInfo) {
    this.info = info;
  }

  price(ticks: number): string {
    return fixed(ticks * this.info.tickMantissa, this.info.priceDecimals);
  }

  qty(lots: number): string {
    return fixed(lots * this.info.lotMantissa, this.info.qtyDecimals);
  }

  /** Quantity with its sign always shown. */
  signedQty(lots: number): string {
    return lots > 0 ? `+${this.qty(lots)}` : this.qty(lots);
  }

  /** Quantity in at most five characters, for depth and volume only: `12.5K`, `0.512`. */
  shortQty(lots: number): string {
    const value = (lots * this.info.lotMantissa) / 10 ** this.info.qtyDecimals;
    return shortNumber(value, this.info.qtyDecimals);
  }

  /** Quantity without the zeros behind, for the narrow own-order chips: `0.05`, `12.5K`. */
  chipQty(lots: number): string {
    const text = this.shortQty(lots);
    return text.includes(".") ? text.replace(/\.?0+(?=[KMB]?$)/, "") : text;
  }

  /** Steps of the price as text: `0.01`. */
  get tickText(): string {
    return this.price(1);
  }

  get lotText(): string {
    return this.qty(1);
  }

  parsePrice(text: string): Parsed {
    return this.parse(text, { decimals: this.info.priceDecimals, mantissa: this.info.tickMantissa }, "Price", this.tickText);
  }

  parseQty(text: string): Parsed {
    return this.parse(text, { decimals: this.info.qtyDecimals, mantissa: this.info.lotMantissa }, "Qty", this.lotText);
  }

  /** Money of the quote currency, at most two decimals; `exactMoney` has them all. */
  money(minor: bigint): string {
    const decimals = Math.min(MONEY_DECIMALS_MAX, this.info.currencyDecimals);
    return grouped(rescaled(minor, this.info.currencyDecimals, decimals), decimals);
  }

  exactMoney(minor: bigint): string {
    return grouped(minor, this.info.currencyDecimals);
  }

  signedMoney(minor: bigint): string {
    const text = this.money(minor);
    return minor > 0n ? `+${text}` : text;
  }

  /** Average price of a position or of fills, rounded to the price's decimals: a display value, never an order's price. */
  averagePrice(costMinor: bigint, lots: number): string {
    const perTick = BigInt(lots) * BigInt(this.info.tickLotMinor);
    if (perTick === 0n) return this.price(0);
    return fixed(Number(divided(costMinor * BigInt(this.info.tickMantissa), perTick)), this.info.priceDecimals);
  }

  /** Same, as a (fractional) number of ticks, for drawing. */
  averageTicks(costMinor: bigint, lots: number): number {
    return Number(costMinor) / (lots * this.info.tickLotMinor);
  }

  /** What `lots` at `ticks` are worth, minor units of the quote currency. */
  notional(ticks: number, lots: number): bigint {
    return BigInt(ticks) * BigInt(lots) * BigInt(this.info.tickLotMinor);
  }

  private parse(text: string, scale: { decimals: number; mantissa: number }, name: string, step: string): Parsed {
    const clean = text.trim().replaceAll(",", "");
    if (clean === "") return { ok: false, problem: `${name} is missing` };
    const parsed = parseUnits(clean, scale);
    if (parsed.ok) return parsed;
    if (parsed.reason === "off-step") return { ok: false, problem: `${name} is not a multiple of ${step}` };
    return { ok: false, problem: parsed.reason === "overflow" ? `${name} is too large` : `${name} is not a number` };
  }
}

/** At most five characters where that can be; K, M, B above; what is not zero never reads as zero. */
export function shortNumber(value: number, decimalsMax: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= THOUSAND ** 3) return `${(value / THOUSAND ** 3).toPrecision(3)}B`;
  if (magnitude >= 999_500) return `${short3(value / THOUSAND ** 2)}M`;
  if (magnitude >= 9999.5) return `${short3(value / THOUSAND)}K`;
  const decimals = magnitude >= 100 ? 0 : magnitude >= 10 ? 2 : magnitude >= 1 ? 3 : 4;
  const text = value.toFixed(Math.min(decimals, decimalsMax));
  // A size that is there is never shown as nothing: the smallest ones get all their decimals.
  return magnitude > 0 && Number(text) === 0 ? value.toFixed(decimalsMax) : text;
}

const short3 = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1));

/**
 * Of instruments as they are told, which is after each logon. One that is what it was keeps its object, and where all are, the list is the
 * one before: who looks at formats is woken by changes alone.
 */
export function formatsOf(infos: readonly InstrumentInfo[], before: readonly InstrumentFormat[]): readonly InstrumentFormat[] {
  const known = new Map(before.map((format) => [format.info.id, format]));
  const formats = infos.map((info) => {
    const format = known.get(info.id);
    return format !== undefined && isSame(format.info, info) ? format : new InstrumentFormat(info);
  });
  return formats.length === before.length && formats.every((format, at) => format === before[at]) ? before : formats;
}

const isSame = (one: InstrumentInfo, other: InstrumentInfo): boolean =>
  (Object.keys(other) as (keyof InstrumentInfo)[]).every((field) => one[field] === other[field]);
