/** What an algorithm asks for, in decimal text, as the terms of the wire. Throws InvalidRequest where a number has no exact form. */
import type { OrderTerms } from "@jware/schemas/client-frames";
import {
  hasPrice,
  hasTrigger,
  ORD_TYPE_BY_NAME,
  type OrdTypeName,
  POST_ONLY_BY_NAME,
  type PostOnlyName,
  SELF_TRADE_PREVENTION_BY_NAME,
  type SelfTradePreventionName,
  SIDE_BY_NAME,
  type SideName,
  TIME_IN_FORCE_BY_NAME,
  type TimeInForceName,
  TRIGGER_SOURCE_BY_NAME,
  type TriggerSourceName,
} from "@jware/schemas/order-names";
import { type Instrument, minorOf, unitsOf } from "./instrument.js";
import type { Order } from "./order.js";

/** What goes with what, the server judges; see docs/protocol.md. */
export interface NewOrderTerms {
  readonly side: SideName;
  readonly ordType: OrdTypeName;
  /** `ioc` for market orders and `gtc` for all others where absent. */
  readonly timeInForce?: TimeInForceName;
  /** Absent where `cashQty` says it. */
  readonly orderQty?: string;
  /** Of limit, stopLimit and limitIfTouched orders. */
  readonly price?: string;
  /** Of all types that wait but trailing stops, which find their own. */
  readonly triggerPrice?: string;
  /** `last` where absent. */
  readonly triggerSource?: TriggerSourceName;
  /** Of trailing stops: how far they stay behind, as a price or in basis points. */
  readonly trailAmount?: string;
  readonly trailBps?: number;
  /** How much is shown at once; all where absent. */
  readonly displayQty?: string;
  /** A market order's size in the quote currency. */
  readonly cashQty?: string;
  /** When a `gtd` order ends, milliseconds since the UNIX epoch. */
  readonly expireTsMs?: number;
  readonly postOnly?: PostOnlyName;
  /** Only to make a position smaller. */
  readonly reduceOnly?: boolean;
  /** `cancelNewest` where absent. */
  readonly selfTradePrevention?: SelfTradePreventionName;
  /** A number that the owner gives: cancels and controls can name it. */
  readonly strategy?: number;
  /** The server must not take it after this moment. */
  readonly deadlineTsMs?: number;
}

/** What a replace changes; what is not given stays. */
export interface OrderChange {
  /** Total quantity, filled part included. */
  readonly orderQty?: string;
  readonly price?: string;
  readonly triggerPrice?: string;
}

export function termsOf(terms: NewOrderTerms, instrument: Instrument): OrderTerms {
  const units = (what: Parameters<typeof unitsOf>[1]) => {
    const text = terms[what];
    return text === undefined ? undefined : unitsOf(instrument, what, text);
  };
  return {
    side: SIDE_BY_NAME[terms.side],
    ordType: ORD_TYPE_BY_NAME[terms.ordType],
    timeInForce: TIME_IN_FORCE_BY_NAME[terms.timeInForce ?? (terms.ordType === "market" ? "ioc" : "gtc")],
    orderQtyLots: units("orderQty"),
    priceTicks: units("price"),
    triggerPriceTicks: units("triggerPrice"),
    triggerSource: terms.triggerSource === undefined ? undefined : TRIGGER_SOURCE_BY_NAME[terms.triggerSource],
    trailTicks: units("trailAmount"),
    trailBps: terms.trailBps,
    displayQtyLots: units("displayQty"),
    cashQtyMinor: terms.cashQty === undefined ? undefined : minorOf(instrument, "cashQty", terms.cashQty),
    expireTsNs: nsOf(terms.expireTsMs),
    postOnly: terms.postOnly === undefined ? undefined : POST_ONLY_BY_NAME[terms.postOnly],
    reduceOnly: terms.reduceOnly,
    selfTradePrevention:
      terms.selfTradePrevention === undefined ? undefined : SELF_TRADE_PREVENTION_BY_NAME[terms.selfTradePrevention],
    strategy: terms.strategy,
    deadlineTsNs: nsOf(terms.deadlineTsMs),
  };
}

/** The new terms of an order: all of them, changed or not. A trailing stop finds its own trigger. */
export function changeOf(order: Order, change: OrderChange, instrument: Instrument) {
  const price = change.price ?? (hasPrice(order.ordType) ? order.price : undefined);
  const ownTrigger = hasTrigger(order.ordType) && order.ordType !== "trailingStop" ? order.triggerPrice : undefined;
  const trigger = change.triggerPrice ?? ownTrigger;
  return {
    orderQtyLots: unitsOf(instrument, "orderQty", change.orderQty ?? order.orderQty),
    priceTicks: price === undefined ? undefined : unitsOf(instrument, "price", price),
    triggerPriceTicks: trigger === undefined ? undefined : unitsOf(instrument, "triggerPrice", trigger),
  };
}

const NS_PER_US = 1000n;
/** Milliseconds with microseconds as the fraction, as `msOf` gives them. */
const nsOf = (tsMs: number | undefined): bigint | undefined =>
  tsMs === undefined ? undefined : BigInt(Math.round(tsMs * 1000)) * NS_PER_US;
