/**
 * The decimal text of an order as ticks, lots and money. What has no exact form is refused with the core's own codes, and in its order
 * of precedence: a halted account, an unknown instrument or a stale book come before a price off the tick.
 */
import type { InstrumentView } from "@jware/core-native";
import type { TradingStateName } from "@jware/schemas/order-names";
import { formatUnits, parseDecimal, parseUnits, REFUSALS, type RefusalName } from "@jware/schemas";
import type { OrderTerms } from "@jware/schemas/client-frames";
import {
  hasPrice,
  hasTrigger,
  ORD_TYPE_BY_NAME,
  POST_ONLY_BY_NAME,
  SELF_TRADE_PREVENTION_BY_NAME,
  SIDE_BY_NAME,
  TIME_IN_FORCE_BY_NAME,
  TRIGGER_SOURCE_BY_NAME,
} from "@jware/schemas/order-names";
import type { CorePort } from "./core-port.js";
import { formatQty, priceScale, qtyScale, type InstrumentCatalog } from "./instrument-catalog.js";
import { RefusedError, type RefusalFigures } from "./refusal-problem.js";
import type { OrderTermsJson } from "./shapes/order-terms.js";

const NS_PER_MS = 1_000_000n;
const INT64_MAX = (1n << 63n) - 1n;
/** A price that stands for any other: the core refuses an order that has one and may not. */
const ANY_TICKS = 1;

interface Fault {
  readonly rule: RefusalName;
  readonly figures: RefusalFigures | undefined;
}

/** Whose order it is, for the refusals that come first. */
export interface OrderOwner {
  readonly account: number;
  readonly clOrdId: string;
  readonly strategy?: number | undefined;
}

/** The instrument of a symbol; throws the refusal. */
export function instrumentOf(symbol: string, owner: OrderOwner, catalog: InstrumentCatalog, core: CorePort): InstrumentView {
  const instrument = catalog.bySymbol(symbol);
  if (instrument !== undefined) return instrument;
  refuseIfHalted(owner, core);
  throw RefusedError.byRule("UNKNOWN_INSTRUMENT", owner.clOrdId);
}

/** Throws RefusedError where a text has no exact form. */
export function readTerms(json: OrderTermsJson, owner: OrderOwner, instrument: InstrumentView, core: CorePort): OrderTerms {
  const faults: Fault[] = [];
  const read = <T>(text: string | undefined, parse: (text: string) => T | Fault): T | undefined => {
    const found = text === undefined ? undefined : parse(text);
    if (!isFault(found)) return found;
    faults.push(found);
    return undefined;
  };
  const { ordType } = json;
  const price = (text: string) => readPrice(text, "PRICE_INVALID", instrument);
  const trigger = (text: string) => readPrice(text, "TRIGGER_INVALID", instrument);
  const units = {
    priceTicks: read(json.price, hasPrice(ordType) ? price : () => ANY_TICKS),
    triggerPriceTicks: read(json.triggerPrice, hasTrigger(ordType) ? trigger : () => ANY_TICKS),
    trailTicks: read(json.trailAmount, trigger),
    orderQtyLots: read(json.orderQty, (text) => readQty(text, instrument)),
    displayQtyLots: read(json.displayQty, (text) => readQty(text, instrument, "DISPLAY_QTY_INVALID")),
    cashQtyMinor: read(json.cashQty, (text) => readCash(text, instrument)),
  };
  if (faults.length > 0) refuseFor(faults, owner, instrument, core);
  return {
    side: SIDE_BY_NAME[json.side],
    ordType: ORD_TYPE_BY_NAME[ordType],
    timeInForce: TIME_IN_FORCE_BY_NAME[json.timeInForce ?? (ordType === "market" ? "ioc" : "gtc")],
    ...units,
    triggerSource: json.triggerSource === undefined ? undefined : TRIGGER_SOURCE_BY_NAME[json.triggerSource],
    trailBps: json.trailBps,
    expireTsNs: json.expireTsMs === undefined ? undefined : BigInt(json.expireTsMs) * NS_PER_MS,
    postOnly: json.postOnly === undefined ? undefined : POST_ONLY_BY_NAME[json.postOnly],
    reduceOnly: json.reduceOnly,
    selfTradePrevention:
      json.selfTradePrevention === undefined ? undefined : SELF_TRADE_PREVENTION_BY_NAME[json.selfTradePrevention],
    strategy: json.strategy,
    deadlineTsNs: json.deadlineTsMs === undefined ? undefined : BigInt(json.deadlineTsMs) * NS_PER_MS,
  };
}

const isFault = (value: unknown): value is Fault => typeof value === "object" && value !== null && "rule" in value;

const PRECEDENCE = new Map<string, number>(REFUSALS.map(({ name }, index) => [name, index]));

function refuseFor(faults: readonly Fault[], owner: OrderOwner, instrument: InstrumentView, core: CorePort): never {
  refuseIfHalted(owner, core);
  const view = core.queryInstruments().find((each) => each.instrument === instrument.instrument);
  if (view?.tradingState === "halted") throw RefusedError.byRule("INSTRUMENT_HALTED", owner.clOrdId);
  if (view?.bookState !== "synced") throw RefusedError.byRule("BOOK_NOT_SYNCED", owner.clOrdId);
  const place = ({ rule }: Fault) => PRECEDENCE.get(rule) ?? 0;
  const first = faults.reduce((before, fault) => (place(fault) < place(before) ? fault : before));
  throw RefusedError.byRule(first.rule, owner.clOrdId, first.figures);
}

function refuseIfHalted({ account, clOrdId, strategy }: OrderOwner, core: CorePort): void {
  const view = core.queryAccount(account);
  const ofStrategy = view?.strategyStates.find((each) => each.strategy === strategy)?.state;
  const states: readonly [TradingStateName | undefined, RefusalName][] = [
    [core.coreStatus().firmState, "FIRM_HALTED"],
    [view?.state, "ACCOUNT_HALTED"],
    [ofStrategy, "STRATEGY_HALTED"],
  ];
  for (const [state, rule] of states) if (state === "halted") throw RefusedError.byRule(rule, clOrdId);
}

function readPrice(text: string, tooLarge: RefusalName, instrument: InstrumentView): number | Fault {
  const parsed = parseUnits(text, priceScale(instrument));
  if (parsed.ok) return parsed.units;
  if (parsed.reason === "overflow") {
    return { rule: tooLarge, figures: { unit: "price", limit: null, value: text, headroom: null } };
  }
  const tick = formatUnits(1, priceScale(instrument));
  return { rule: "PRICE_OFF_TICK", figures: { unit: "price", limit: tick, value: text, headroom: null } };
}

function readQty(text: string, instrument: InstrumentView, tooLarge?: RefusalName): number | Fault {
  const parsed = parseUnits(text, qtyScale(instrument));
  if (parsed.ok) return parsed.units;
  if (parsed.reason === "overflow") {
    const most = formatQty(instrument.qtyLotsMax, instrument);
    const [rule, limit] = text.startsWith("-")
      ? (["QTY_BELOW_MIN", formatQty(instrument.qtyLotsMin, instrument)] as const)
      : (["QTY_ABOVE_MAX", most] as const);
    return { rule: tooLarge ?? rule, figures: { unit: "quantity", limit, value: text, headroom: most } };
  }
  const lot = formatUnits(1, qtyScale(instrument));
  return { rule: "QTY_OFF_LOT", figures: { unit: "quantity", limit: lot, value: text, headroom: null } };
}

function readCash(text: string, instrument: InstrumentView): bigint | Fault {
  const parsed = parseDecimal(text, instrument.currencyDecimals);
  const isExact = parsed.ok && parsed.mantissa <= INT64_MAX && parsed.mantissa >= -INT64_MAX;
  return isExact ? parsed.mantissa : { rule: "CASH_QTY_INVALID", figures: undefined };
}
