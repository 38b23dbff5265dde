/**
 * Instruments by symbol and id, and exact decimals to and from their units.
 *
 * Static definitions are kept for a second; a symbol that is not known is looked up at once, so a new instrument can be
 * traded as soon as the core has it. Book states and prices come fresh by `all()`.
 */
import type { InstrumentView } from "@jware/core-native";
import { formatDecimal, formatUnits, type UnitScale } from "@jware/schemas";
import type { CorePort } from "./core-port.js";

const KEPT_MS = 1000;
/** Digits of an average price beyond the instrument's own; it is a quotient and rarely ends. */
const AVERAGE_EXTRA_DECIMALS = 8;

export class InstrumentCatalog {
  readonly #core: CorePort;
  readonly #accountNameOf: (account: number) => string | undefined;
  #bySymbol = new Map<string, InstrumentView>();
  #byId = new Map<number, InstrumentView>();
  #loadedTsMs = Number.NEGATIVE_INFINITY;

  constructor(core: CorePort, accountNameOf: (account: number) => string | undefined) {
    this.#core = core;
    this.#accountNameOf = accountNameOf;
  }

  all(): readonly InstrumentView[] {
    this.#load();
    return [...this.#byId.values()];
  }

  bySymbol(symbol: string): InstrumentView | undefined {
    if (performance.now() - this.#loadedTsMs > KEPT_MS || !this.#bySymbol.has(symbol)) this.#load();
    return this.#bySymbol.get(symbol);
  }

  byId(instrument: number): InstrumentView | undefined {
    if (!this.#byId.has(instrument)) this.#load();
    return this.#byId.get(instrument);
  }

  /** An account's name, for figures that are said to be of it; its number where it has none. */
  accountName(account: number): string {
    return this.#accountNameOf(account) ?? String(account);
  }

  /** Decimals of a currency; undefined where no instrument is quoted in it. */
  currencyDecimals(code: string): number | undefined {
    return this.all().find((view) => view.quoteCurrency === code)?.currencyDecimals;
  }

  #load(): void {
    const views = this.#core.queryInstruments();
    this.#bySymbol = new Map(views.map((view) => [view.symbol, view]));
    this.#byId = new Map(views.map((view) => [view.instrument, view]));
    this.#loadedTsMs = performance.now();
  }
}

export const priceScale = (view: InstrumentView): UnitScale => ({ decimals: view.priceDecimals, mantissa: view.tickMantissa });
export const qtyScale = (view: InstrumentView): UnitScale => ({ decimals: view.qtyDecimals, mantissa: view.lotMantissa });

export const formatPrice = (ticks: number | bigint, view: InstrumentView): string => formatUnits(ticks, priceScale(view));
export const formatQty = (lots: number | bigint, view: InstrumentView): string => formatUnits(lots, qtyScale(view));
export const formatQuoteMoney = (minor: bigint | string, view: InstrumentView): string =>
  formatDecimal(BigInt(minor), view.currencyDecimals);

/** Average price of fills: lot-ticks over lots; null where nothing filled. */
export const formatFillAverage = (cumLotTicks: bigint, cumQtyLots: bigint, view: InstrumentView): string | null =>
  cumQtyLots === 0n ? null : formatQuotient(cumLotTicks * BigInt(view.tickMantissa), cumQtyLots, view.priceDecimals);

/** Average price of a position: cost over quantity; null where it is flat. */
export const formatPositionAverage = (costMinor: bigint, qtyLots: bigint, view: InstrumentView): string | null =>
  qtyLots === 0n
    ? null
    : formatQuotient(costMinor * BigInt(view.tickMantissa), qtyLots * BigInt(view.tickLotMinor), view.priceDecimals);

/** A quotient of `10^-decimals` units, rounded half away from zero to 8 digits more, without the zeros at its end. */
function formatQuotient(dividend: bigint, divisor: bigint, decimals: number): string {
  const negative = dividend < 0n !== divisor < 0n;
  const [top, bottom] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const scaled = (top * 10n ** BigInt(AVERAGE_EXTRA_DECIMALS) * 2n + bottom) / (bottom * 2n);
  const text = formatDecimal(negative ? -scaled : scaled, decimals + AVERAGE_EXTRA_DECIMALS);
  return text.replace(new RegExp(`0{1,${AVERAGE_EXTRA_DECIMALS}}$`), "").replace(/\.$/, "");
}
