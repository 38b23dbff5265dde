/** A refusal in words and figures, and the way out of it where there is one. */
import { limitScopeText } from "@jware/schemas/limit-names";
import { LimitUnit, OrdType } from "@jware/schemas/wire";
import type { RefusalEvent } from "../stream/own-event.js";
import { grouped, rescaled } from "./fixed.js";
import type { InstrumentFormat } from "./instrument-format.js";

/** Who said no: this page, or the engine. */
export type Refuser = "page" | "engine";

export interface RefusalView {
  readonly by: Refuser;
  /** `506 INSUFFICIENT_FUNDS`; empty for the page's own. */
  readonly code: string;
  readonly text: string;
  /** `limit`, `value`, `headroom` in their unit; undefined where the rule has none. */
  readonly figures: { readonly limit: string; readonly value: string; readonly headroom: string } | undefined;
  readonly fix: RefusalFix | undefined;
  readonly transient: boolean;
}

export type RefusalFix =
  | { readonly kind: "qty"; readonly lots: number; readonly label: string }
  | { readonly kind: "price"; readonly ticks: number; readonly label: string };

/** What the refused request asked for. */
export interface Asked {
  readonly lots: number;
  readonly ticks: number;
  readonly ordType: OrdType;
}

/** `accountName` is that of the account that the request was for, which a limit of an account or strategy is of. */
export function refusalView(
  refusal: RefusalEvent,
  format: InstrumentFormat | undefined,
  asked: Asked | undefined,
  accountName?: string,
): RefusalView {
  return {
    by: "engine",
    code: `${refusal.code} ${refusal.rule}`,
    text: refusal.scope === undefined ? refusal.text : `${refusal.text} Limit of ${limitScopeText(refusal.scope, accountName)}.`,
    figures: figuresOf(refusal, format),
    fix: format === undefined || asked === undefined ? undefined : fixFor(refusal, format, asked),
    transient: refusal.transient,
  };
}

/** The page's own refusal: nothing was sent. */
export const localRefusal = (text: string): RefusalView => ({
  by: "page",
  code: "",
  text,
  figures: undefined,
  fix: undefined,
  transient: false,
});

function figuresOf(refusal: RefusalEvent, format: InstrumentFormat | undefined): RefusalView["figures"] {
  const write = writerOf(refusal, format);
  if (write === undefined) return undefined;
  return { limit: write(refusal.limit), value: write(refusal.value), headroom: write(refusal.headroom) };
}

function writerOf(refusal: RefusalEvent, format: InstrumentFormat | undefined): ((figure: bigint) => string) | undefined {
  switch (refusal.unit) {
    case LimitUnit.None:
      return undefined;
    case LimitUnit.Ticks:
      return format === undefined ? String : (ticks) => format.price(Number(ticks));
    case LimitUnit.Lots:
      return format === undefined ? String : (lots) => format.qty(Number(lots));
    case LimitUnit.Minor: {
      const decimals = format?.info.quoteCurrency === refusal.currency ? format.info.currencyDecimals : undefined;
      if (decimals === undefined) return (minor) => `${grouped(minor, 0)} minor ${refusal.currency}`;
      return (minor) => `${grouped(rescaled(minor, decimals, 2), 2)} ${refusal.currency}`;
    }
    default:
      return String;
  }
}

/**
 * The nearest request that the same rule would let pass. Money scales with the quantity, so the headroom's share of what was
 * needed gives the quantity, rounded down to a lot.
 */
function fixFor(refusal: RefusalEvent, format: InstrumentFormat, asked: Asked): RefusalFix | undefined {
  if (refusal.unit === LimitUnit.Lots) return qtyFix(Number(refusal.limit), format, asked);
  if (refusal.unit === LimitUnit.Minor && refusal.value > 0n && refusal.headroom > 0n) {
    return qtyFix(Number((BigInt(asked.lots) * refusal.headroom) / refusal.value), format, asked);
  }
  if (refusal.unit === LimitUnit.Ticks && asked.ordType === OrdType.Limit && refusal.limit > 0n) {
    const ticks = Number(refusal.limit);
    return { kind: "price", ticks, label: `Set price ${format.price(ticks)}` };
  }
  return undefined;
}

function qtyFix(lots: number, format: InstrumentFormat, asked: Asked): RefusalFix | undefined {
  if (lots < format.info.qtyLotsMin || lots > format.info.qtyLotsMax || lots === asked.lots) return undefined;
  return { kind: "qty", lots, label: `Set qty ${format.qty(lots)}` };
}
