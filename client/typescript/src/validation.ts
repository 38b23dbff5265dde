/** What would come of an order if it were sent now. */
import { tablesOf } from "@jware/schemas/table-list";
import type { OrderValidation, Refusal } from "@jware/schemas/wire";
import type { Directory } from "./directory.js";
import type { RefusalDetail } from "./errors.js";
import { priceText, qtyText } from "./instrument.js";
import { refusalFrom } from "./refusal.js";

export interface Validation {
  /** Whether it would be accepted. */
  readonly isAccepted: boolean;
  /** Every rule that would refuse it, in precedence. */
  readonly refusals: readonly RefusalDetail[];
  /** Every rule with figures that it passes: `limit`, `value` with this order, `headroom` without it. */
  readonly passed: readonly RefusalDetail[];
  /** What it would fill at once, best first. */
  readonly fills: readonly { readonly price: string; readonly qty: string }[];
  /** The worst price that it could trade at; absent where it waits, or where that is not known. */
  readonly price?: string;
}

/** Prices and quantities of an instrument that is not known cannot be printed: they are left out. */
export function validationOf(told: OrderValidation, directory: Directory): Validation {
  const instrument = directory.instrument(told.instrument());
  const readRule = (rule: Refusal): RefusalDetail => refusalFrom(rule, directory, instrument);
  const refusals = tablesOf(told.refusalsLength(), (index) => told.refusals(index)).map(readRule);
  const passed = tablesOf(told.passedLength(), (index) => told.passed(index)).map(readRule);
  if (instrument === undefined) return { isAccepted: refusals.length === 0, refusals, passed, fills: [] };
  return {
    isAccepted: refusals.length === 0,
    refusals,
    passed,
    fills: tablesOf(told.fillsLength(), (index) => told.fills(index)).map((fill) => ({
      price: priceText(instrument, fill.priceTicks()),
      qty: qtyText(instrument, fill.qtyLots()),
    })),
    ...(told.priceTicks() === 0n ? {} : { price: priceText(instrument, told.priceTicks()) }),
  };
}
