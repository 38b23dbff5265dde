/** Orders and executions as an algorithm sees them: FIX vocabulary, decimal text. Read from ExecutionReports alone. */
import {
  CONTINGENCY_NAMES,
  type ContingencyName,
  EXEC_REASON_NAMES,
  EXEC_TYPE_NAMES,
  type ExecTypeName,
  hasPrice,
  isDoneStatus,
  ORD_STATUS_NAMES,
  ORD_TYPE_NAMES,
  type OrdStatusName,
  type OrdTypeName,
  POST_ONLY_NAMES,
  type PostOnlyName,
  SELF_TRADE_PREVENTION_NAMES,
  type SelfTradePreventionName,
  SIDE_NAMES,
  type SideName,
  TIME_IN_FORCE_NAMES,
  type TimeInForceName,
  TRIGGER_SOURCE_NAMES,
  type TriggerSourceName,
} from "@jware/schemas/order-names";
import { ExecType, type ExecutionReport, LiquidityInd, type Side } from "@jware/schemas/wire";
import type { RefusalDetail } from "./errors.js";
import { averagePriceText, type Instrument, moneyText, priceText, qtyText } from "./instrument.js";
import { refusalOf } from "./refusal.js";

/** An order's state after the last report about it. A new object per change: one held is never changed. */
export interface Order {
  readonly orderId: number;
  /** The order's present name; a replace gives it a new one. */
  readonly clOrdId: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: SideName;
  readonly ordType: OrdTypeName;
  readonly timeInForce: TimeInForceName;
  /**
   * `held`: accepted, and waiting for its trigger or its parent. `rejected`: refused after it was accepted. `pendingNew`,
   * `pendingReplace`, `pendingCancel`: it, or a request about it, is on its way to its venue.
   */
  readonly ordStatus: OrdStatusName;
  readonly orderQty: string;
  /** Absent for types without a limit. */
  readonly price?: string;
  readonly cumQty: string;
  readonly leavesQty: string;
  /** Absent before the first fill. Digits beyond the price's own plus four are cut off. */
  readonly avgPx?: string;
  /**
   * Why it ended or was changed, where that was neither a fill nor a request about it: massCancel, halted, iocRemainder,
   * fokUnfillable, marketRemainder, disconnect, replaceBelowCum, selfTrade, timeReached, sessionClosed, linked, reduceOnly,
   * postOnly, refused, flatten, liquidation.
   */
  readonly reason?: string;
  readonly createdTsMs: number;
  readonly isDone: boolean;
  /** In the book, or about to be matched: not waiting, and not done. */
  readonly isWorking: boolean;
  /** Of a trailing stop: where it stands, absent before it has seen a price. */
  readonly triggerPrice?: string;
  readonly triggerSource?: TriggerSourceName;
  readonly trailAmount?: string;
  readonly trailBps?: number;
  readonly displayQty?: string;
  /** The money that a market order's quantity was found for. */
  readonly cashQty?: string;
  readonly expireTsMs?: number;
  readonly postOnly?: PostOnlyName;
  readonly reduceOnly?: boolean;
  readonly selfTradePrevention?: SelfTradePreventionName;
  readonly strategy?: number;
  readonly deadlineTsMs?: number;
  /** `orderId` of the first order of its list. */
  readonly listId?: number;
  readonly contingency?: ContingencyName;
  /**
   * What traded before it at its price, house and own, when it was read: given by `fetchOpenOrders`, by the snapshot at logon, and
   * where the same request is answered again. Absent in other reports, and of an order that rests in no book.
   */
  readonly queueAheadQty?: string;
  /** Why a check refused it after it was accepted. */
  readonly refusal?: RefusalDetail;
}

/** One thing that happened to an order, with the order after it. */
export interface Execution {
  /** Dense per account over executions, positions, balances and statuses. */
  readonly accountSeq: number;
  readonly execId: number;
  readonly execType: ExecTypeName;
  readonly tsMs: number;
  /** The order's name before a replace or cancel. */
  readonly origClOrdId?: string;
  /** Of a trade, one taken back, or one that was corrected: as it is from now on. */
  readonly lastQty?: string;
  readonly lastPx?: string;
  /** In the quote currency; negative is a rebate. */
  readonly lastFee?: string;
  readonly liquidity?: "maker" | "taker";
  readonly tradeId?: number;
  /** `execId` of the fill that was taken back (tradeCancel) or corrected (tradeCorrect), and why. */
  readonly execRefId?: number;
  readonly text?: string;
  /** Of a replace: whether time priority was kept. */
  readonly isPriorityKept?: boolean;
  readonly order: Order;
}

/** Milliseconds since the UNIX epoch, with microseconds as the fraction. */
export const msOf = (ns: bigint): number => Number(ns / 1000n) / 1000;

export const sideName = (side: Side): SideName => SIDE_NAMES[side] ?? "buy";

export function orderOf(report: ExecutionReport, instrument: Instrument, account: string): Order {
  const ordStatus = ORD_STATUS_NAMES[report.ordStatus()] ?? "new";
  const ordType = ORD_TYPE_NAMES[report.ordType()] ?? "limit";
  const avgPx = averagePriceText(instrument, report.cumLotTicks(), report.cumQtyLots());
  const reason = EXEC_REASON_NAMES[report.reason()];
  return {
    orderId: Number(report.orderId()),
    clOrdId: presentName(report),
    account,
    symbol: instrument.symbol,
    side: sideName(report.side()),
    ordType,
    timeInForce: TIME_IN_FORCE_NAMES[report.timeInForce()] ?? "gtc",
    ordStatus,
    orderQty: qtyText(instrument, report.orderQtyLots()),
    ...(hasPrice(ordType) ? { price: priceText(instrument, report.priceTicks()) } : {}),
    cumQty: qtyText(instrument, report.cumQtyLots()),
    leavesQty: qtyText(instrument, report.leavesQtyLots()),
    ...(avgPx === undefined ? {} : { avgPx }),
    ...(reason === undefined || reason === "none" || reason === "requested" ? {} : { reason }),
    createdTsMs: msOf(report.createdTsNs()),
    isDone: isDoneStatus(ordStatus),
    isWorking: report.working(),
    ...furtherTerms(report, instrument),
  };
}

/** A cancel or replace that is on its way is told under its own name; the order has its old one until that has arrived. */
function presentName(report: ExecutionReport): string {
  const isAsked = report.execType() === ExecType.PendingCancel || report.execType() === ExecType.PendingReplace;
  const orig = report.origClOrdId() ?? "";
  return isAsked && orig !== "" ? orig : (report.clOrdId() ?? "");
}

/** What only some orders have. */
function furtherTerms(report: ExecutionReport, instrument: Instrument): Partial<Order> {
  const price = (ticks: bigint) => (ticks === 0n ? undefined : priceText(instrument, ticks));
  const qty = (lots: bigint) => (lots === 0n ? undefined : qtyText(instrument, lots));
  const moment = (tsNs: bigint) => (tsNs === 0n ? undefined : msOf(tsNs));
  const count = (value: bigint | number) => (Number(value) === 0 ? undefined : Number(value));
  const refusal = report.refusal();
  return givenOf({
    triggerPrice: price(report.triggerPriceTicks()),
    triggerSource: TRIGGER_SOURCE_NAMES[report.triggerSource()],
    trailAmount: price(report.trailTicks()),
    trailBps: count(report.trailBps()),
    displayQty: qty(report.displayQtyLots()),
    cashQty: report.cashQtyMinor() === 0n ? undefined : moneyText(instrument, report.cashQtyMinor()),
    expireTsMs: moment(report.expireTsNs()),
    postOnly: POST_ONLY_NAMES[report.postOnly()],
    reduceOnly: report.reduceOnly() || undefined,
    selfTradePrevention: SELF_TRADE_PREVENTION_NAMES[report.selfTradePrevention()],
    strategy: count(report.strategy()),
    deadlineTsMs: moment(report.deadlineTsNs()),
    listId: count(report.listId()),
    contingency: CONTINGENCY_NAMES[report.contingency()],
    queueAheadQty: report.queueAheadLots() < 0n ? undefined : qtyText(instrument, report.queueAheadLots()),
    refusal:
      refusal === null
        ? undefined
        : refusalOf(refusal, { instrument, account: undefined, currencyDecimals: instrument.currencyDecimals }),
  });
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined | null> };

/** The members that have a value. */
export const givenOf = <T extends object>(members: T): Given<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null)) as Given<T>;

export function executionOf(report: ExecutionReport, instrument: Instrument, order: Order): Execution {
  const execType = EXEC_TYPE_NAMES[report.execType()] ?? "status";
  const origClOrdId = report.origClOrdId() ?? "";
  return {
    accountSeq: Number(report.accountSeq()),
    execId: Number(report.execId()),
    execType,
    tsMs: msOf(report.tsNs()),
    ...(origClOrdId === "" ? {} : { origClOrdId }),
    ...(execType === "trade" || execType === "tradeCancel" || execType === "tradeCorrect"
      ? {
          lastQty: qtyText(instrument, report.lastQtyLots()),
          lastPx: priceText(instrument, report.lastPxTicks()),
          lastFee: moneyText(instrument, report.lastFeeMinor()),
          liquidity: report.liquidity() === LiquidityInd.Maker ? "maker" : "taker",
          tradeId: Number(report.tradeId()),
        }
      : {}),
    ...(report.execRefId() === 0n ? {} : { execRefId: Number(report.execRefId()), text: report.text() ?? "" }),
    ...(execType === "replaced" ? { isPriorityKept: report.priorityKept() } : {}),
    order,
  };
}
