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
import { grouped, rescaled } from "../format/fixed.js";
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

interface RuleJson {
  readonly rule: string;
  readonly currency: string | null;
  readonly limit: string | null;
  readonly value: string | null;
  readonly headroom: string | null;
}

interface RefusalJson extends RuleJson {
  readonly text: string;
}

/** What the engine answers; see docs/api.md. */
export interface ValidationJson {
  readonly accepted: boolean;
  readonly refusals: readonly RefusalJson[];
  readonly passed: readonly RuleJson[];
  readonly fills: readonly { readonly price: string; readonly qty: string }[];
}

export interface Preview {
  readonly accepted: boolean;
  /** Each rule that would refuse it, with its figures. */
  readonly refusals: readonly { readonly rule: string; readonly text: string; readonly figures: string }[];
  /** The limit that the order uses most of; empty where none is told. */
  readonly closest: string;
  /** Every limit that it passes, a line each. */
  readonly passed: string;
  /** What it would fill at once; empty where nothing. */
  readonly fills: string;
}

const LEVELS_SHOWN = 3;
const MONEY_DECIMALS = 2;
/** Rules whose value is not to stay below a limit that is used up. */
const NO_CEILINGS = ["QTY_BELOW_MIN", "PRICE_COLLAR", "PRICE_COLLAR_WINDOW", "DISPLAY_QTY_INVALID"];

export function previewOf({ accepted, refusals, passed, fills }: ValidationJson): Preview {
  const levels = fills.slice(0, LEVELS_SHOWN).map(({ qty, price }) => `${qty} at ${price}`);
  const more = fills.length > LEVELS_SHOWN ? `, ${fills.length - LEVELS_SHOWN} more levels` : "";
  const used = passed.filter(({ rule }) => !NO_CEILINGS.includes(rule)).sort((a, b) => shareOf(b) - shareOf(a));
  return {
    accepted,
    closest: used[0] === undefined ? "" : passedLine(used[0]),
    passed: passed.map(passedLine).join("\n"),
    refusals: refusals.map((refusal) => ({ rule: refusal.rule, text: refusal.text, figures: figuresOf(refusal) })),
    fills: levels.length === 0 ? "" : `${levels.join(", ")}${more}`,
  };
}

/** How much of its limit an order uses. */
function shareOf({ limit, value }: RuleJson): number {
  const most = Number(limit);
  return most > 0 ? Number(value) / most : 0;
}

/** What a rule that is kept is about, where the name of its refusal would read oddly. */
const ABOUT: Readonly<Record<string, string>> = {
  INSUFFICIENT_FUNDS: "funds",
  SHORT_SALE: "to sell",
  QTY_ABOVE_MAX: "quantity",
  NOTIONAL_ABOVE_MAX: "value",
  QTY_BELOW_MIN: "least quantity",
  OPEN_ORDER_LIMIT: "open orders",
  RATE_LIMIT: "messages",
};

/** As the rows above it show money: to the hundredth, in groups. */
function moneyText(figure: string): string {
  const [whole = "", part = ""] = figure.split(".");
  return grouped(rescaled(BigInt(`${whole}${part}`), part.length, MONEY_DECIMALS), MONEY_DECIMALS);
}

function passedLine({ rule, limit, value, currency }: RuleJson): string {
  const about =
    ABOUT[rule] ??
    rule
      .toLowerCase()
      .replace(/_limit$/, "")
      .replaceAll("_", " ");
  const than = NO_CEILINGS.includes(rule) ? "against" : "of";
  const [of, most] = [value, limit].map((figure) => (currency === null ? figure : moneyText(figure ?? "")));
  return `${about}: ${of} ${than} ${most}${currency === null ? "" : ` ${currency}`}`;
}

function figuresOf({ limit, value, headroom, currency }: RefusalJson): string {
  if (limit === null) return "";
  const unit = currency === null ? "" : ` ${currency}`;
  return `limit ${limit}${unit}, would be ${value}, headroom ${headroom}`;
}
