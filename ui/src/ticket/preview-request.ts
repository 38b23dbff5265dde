/** The ticket's order as the engine is asked about it (POST /api/v1/orders/validate), and its answer as lines. */
import {
  ORD_TYPE_NAMES,
  POST_ONLY_NAMES,
  SELF_TRADE_PREVENTION_NAMES,
  SIDE_NAMES,
  TIME_IN_FORCE_NAMES,
  TRIGGER_SOURCE_NAMES,
} from "@jware/schemas/order-names";
import { PostOnly } from "@jware/schemas/wire";
import type { InstrumentFormat } from "../format/instrument-format.js";
import type { Terms } from "../stream/order-terms.js";

/** A name of no order: asking takes none. */
const CL_ORD_ID = "ticket";

/** The request's body; everything that the order would be sent with. */
export function previewRequest(account: string, format: InstrumentFormat, terms: Terms): Record<string, unknown> {
  const { triggerTicks = 0, triggerSource = 0, trailTicks = 0, trailBps = 0, displayLots = 0, expireMs = 0 } = terms;
  const { postOnly = PostOnly.None, reduceOnly = false, selfTradePrevention = 0 } = terms;
  return {
    ...{ account, clOrdId: CL_ORD_ID, symbol: format.info.symbol, side: SIDE_NAMES[terms.side] },
    ...{ ordType: ORD_TYPE_NAMES[terms.ordType], timeInForce: TIME_IN_FORCE_NAMES[terms.timeInForce] },
    orderQty: format.qty(terms.lots),
    ...(terms.ticks === 0 ? {} : { price: format.price(terms.ticks) }),
    ...(triggerTicks === 0 ? {} : { triggerPrice: format.price(triggerTicks) }),
    ...(triggerSource === 0 ? {} : { triggerSource: TRIGGER_SOURCE_NAMES[triggerSource] }),
    ...(trailTicks === 0 ? {} : { trailAmount: format.price(trailTicks) }),
    ...(trailBps === 0 ? {} : { trailBps }),
    ...(displayLots === 0 ? {} : { displayQty: format.qty(displayLots) }),
    ...(expireMs === 0 ? {} : { expireTsMs: expireMs }),
    ...(postOnly === PostOnly.None ? {} : { postOnly: POST_ONLY_NAMES[postOnly] }),
    ...(reduceOnly ? { reduceOnly } : {}),
    ...(selfTradePrevention === 0 ? {} : { selfTradePrevention: SELF_TRADE_PREVENTION_NAMES[selfTradePrevention] }),
  };
}

interface RefusalJson {
  readonly rule: string;
  readonly text: string;
  readonly unit: string;
  readonly currency: string | null;
  readonly limit: string | null;
  readonly value: string | null;
  readonly headroom: string | null;
}

/** What the engine answers; see docs/api.md. */
export interface ValidationJson {
  readonly accepted: boolean;
  readonly refusals: readonly RefusalJson[];
  readonly fills: readonly { readonly price: string; readonly qty: string }[];
}

export interface Preview {
  readonly accepted: boolean;
  /** Each rule that would refuse it, with its figures. */
  readonly refusals: readonly { readonly rule: string; readonly text: string; readonly figures: string }[];
  /** What it would fill at once; empty where nothing. */
  readonly fills: string;
}

const LEVELS_SHOWN = 3;

export function previewOf({ accepted, refusals, fills }: ValidationJson): Preview {
  const levels = fills.slice(0, LEVELS_SHOWN).map(({ qty, price }) => `${qty} at ${price}`);
  const more = fills.length > LEVELS_SHOWN ? `, ${fills.length - LEVELS_SHOWN} more levels` : "";
  return {
    accepted,
    refusals: refusals.map((refusal) => ({ rule: refusal.rule, text: refusal.text, figures: figuresOf(refusal) })),
    fills: levels.length === 0 ? "" : `${levels.join(", ")}${more}`,
  };
}

function figuresOf({ limit, value, headroom, currency }: RefusalJson): string {
  if (limit === null) return "";
  const unit = currency === null ? "" : ` ${currency}`;
  return `limit ${limit}${unit}, would be ${value}, headroom ${headroom}`;
}
