/**
 * Decimal text of an order as ticks and lots. What is no whole number of them is refused with the core's own codes, and in
 * its order of precedence: a halted account, an unknown instrument or a stale book come before a price off the tick.
 */
import type { InstrumentView } from "@jware/core-native";
import { formatUnits, parseUnits, type RefusalName } from "@jware/schemas";
import type { CorePort } from "./core-port.js";
import { formatQty, priceScale, qtyScale, type InstrumentCatalog } from "./instrument-catalog.js";
import { RefusedError, type RefusalFigures } from "./refusal-problem.js";

export interface OrderText {
  readonly account: number;
  readonly clOrdId: string;
  readonly symbol: string;
  readonly ordType: "limit" | "market";
  readonly orderQty: string;
  /** 0 ticks where absent; the core judges whether there may or must be one. */
  readonly price?: string | undefined;
}

export interface OrderUnits {
  readonly instrument: InstrumentView;
  readonly orderQtyLots: number;
  readonly priceTicks: number;
}

interface Fault {
  readonly rule: RefusalName;
  readonly figures: RefusalFigures;
}

/** Throws RefusedError where the text has no exact form. */
export function readOrderUnits(text: OrderText, catalog: InstrumentCatalog, core: CorePort): OrderUnits {
  const instrument = catalog.bySymbol(text.symbol);
  if (instrument === undefined) {
    refuseIfHalted(text, core);
    throw RefusedError.byRule("UNKNOWN_INSTRUMENT", text.clOrdId);
  }
  const price = text.price === undefined ? 0 : readPrice(text.price, text.ordType, instrument);
  const qty = readQty(text.orderQty, instrument);
  // The price's rules come before the quantity's, as in the core.
  const fault = typeof price === "number" ? (typeof qty === "number" ? undefined : qty) : price;
  if (fault === undefined && typeof price === "number" && typeof qty === "number") {
    return { instrument, orderQtyLots: qty, priceTicks: price };
  }
  refuseIfHalted(text, core);
  const bookState = core.queryInstruments().find((view) => view.instrument === instrument.instrument)?.bookState;
  if (bookState !== "synced") throw RefusedError.byRule("BOOK_NOT_SYNCED", text.clOrdId);
  throw RefusedError.byRule(fault?.rule ?? "FIELD_INVALID", text.clOrdId, fault?.figures);
}

function refuseIfHalted(text: OrderText, core: CorePort): void {
  if (core.queryAccount(text.account)?.state === "halted") throw RefusedError.byRule("ACCOUNT_HALTED", text.clOrdId);
}

/** A price that stands for any other: the core refuses a market order that has one. */
const ANY_PRICE_TICKS = 1;

function readPrice(text: string, ordType: "limit" | "market", instrument: InstrumentView): number | Fault {
  if (ordType === "market") return ANY_PRICE_TICKS;
  const parsed = parseUnits(text, priceScale(instrument));
  if (parsed.ok) return parsed.units;
  if (parsed.reason === "overflow") {
    return { rule: "PRICE_INVALID", figures: { unit: "price", limit: null, value: text, headroom: null } };
  }
  const tick = formatUnits(1, priceScale(instrument));
  return { rule: "PRICE_OFF_TICK", figures: { unit: "price", limit: tick, value: text, headroom: null } };
}

function readQty(text: string, instrument: InstrumentView): number | Fault {
  const parsed = parseUnits(text, qtyScale(instrument));
  if (parsed.ok) return parsed.units;
  if (parsed.reason === "overflow") {
    const most = formatQty(instrument.qtyLotsMax, instrument);
    const [rule, limit] = text.startsWith("-")
      ? (["QTY_BELOW_MIN", formatQty(instrument.qtyLotsMin, instrument)] as const)
      : (["QTY_ABOVE_MAX", most] as const);
    return { rule, figures: { unit: "quantity", limit, value: text, headroom: most } };
  }
  const lot = formatUnits(1, qtyScale(instrument));
  return { rule: "QTY_OFF_LOT", figures: { unit: "quantity", limit: lot, value: text, headroom: null } };
}
