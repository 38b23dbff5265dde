/** Orders and executions as an algorithm sees them: FIX vocabulary, decimal text. Read from ExecutionReports alone. */
import {
  ExecReason,
  type ExecutionReport,
  ExecType,
  LiquidityInd,
  OrdStatus,
  OrdType,
  Side,
  TimeInForce,
} from "@jware/schemas/wire";
import { formatDecimal } from "@jware/schemas";
import { averagePriceText, type Instrument, priceText, qtyText } from "./instrument.js";

export type SideName = "buy" | "sell";
export type OrdTypeName = "market" | "limit";
export type TimeInForceName = "gtc" | "ioc" | "fok";
export type OrdStatusName = "new" | "partiallyFilled" | "filled" | "canceled" | "expired";
export type ExecTypeName = "new" | "trade" | "replaced" | "canceled" | "expired" | "status";

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
  readonly ordStatus: OrdStatusName;
  readonly orderQty: string;
  /** Absent for market orders. */
  readonly price?: string;
  readonly cumQty: string;
  readonly leavesQty: string;
  /** Absent before the first fill. Digits beyond the price's own plus four are cut off. */
  readonly avgPx?: string;
  /**
   * Why it left the book, where that was neither a fill nor a cancel of its own: massCancel, accountHalted, iocRemainder,
   * fokUnfillable, marketRemainder, disconnect, replaceBelowCum.
   */
  readonly reason?: string;
  readonly createdTsMs: number;
  readonly isDone: boolean;
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
  /** Of a trade. */
  readonly lastQty?: string;
  readonly lastPx?: string;
  /** In the quote currency; negative is a rebate. */
  readonly lastFee?: string;
  readonly liquidity?: "maker" | "taker";
  readonly tradeId?: number;
  /** Of a replace: whether time priority was kept. */
  readonly isPriorityKept?: boolean;
  readonly order: Order;
}

/** Milliseconds since the UNIX epoch, with microseconds as the fraction. */
export const msOf = (ns: bigint): number => Number(ns / 1000n) / 1000;

const SIDES: Readonly<Record<number, SideName>> = { [Side.Buy]: "buy", [Side.Sell]: "sell" };
const ORD_TYPES: Readonly<Record<number, OrdTypeName>> = { [OrdType.Market]: "market", [OrdType.Limit]: "limit" };
const TIMES_IN_FORCE: Readonly<Record<number, TimeInForceName>> = {
  [TimeInForce.Gtc]: "gtc",
  [TimeInForce.Ioc]: "ioc",
  [TimeInForce.Fok]: "fok",
};
const STATUSES: Readonly<Record<number, OrdStatusName>> = {
  [OrdStatus.New]: "new",
  [OrdStatus.PartiallyFilled]: "partiallyFilled",
  [OrdStatus.Filled]: "filled",
  [OrdStatus.Canceled]: "canceled",
  [OrdStatus.Expired]: "expired",
};
const EXEC_TYPES: Readonly<Record<number, ExecTypeName>> = {
  [ExecType.New]: "new",
  [ExecType.Trade]: "trade",
  [ExecType.Replaced]: "replaced",
  [ExecType.Canceled]: "canceled",
  [ExecType.Expired]: "expired",
  [ExecType.Status]: "status",
};
const REASONS: Readonly<Record<number, string>> = {
  [ExecReason.MassCancel]: "massCancel",
  [ExecReason.AccountHalted]: "accountHalted",
  [ExecReason.IocRemainder]: "iocRemainder",
  [ExecReason.FokUnfillable]: "fokUnfillable",
  [ExecReason.MarketRemainder]: "marketRemainder",
  [ExecReason.Disconnect]: "disconnect",
  [ExecReason.ReplaceBelowCum]: "replaceBelowCum",
};

export const sideCode = (side: SideName): Side => (side === "buy" ? Side.Buy : Side.Sell);
export const sideName = (side: Side): SideName => SIDES[side] ?? "buy";
export const ordTypeCode = (type: OrdTypeName): OrdType => (type === "market" ? OrdType.Market : OrdType.Limit);
export const timeInForceCode = (time: TimeInForceName): TimeInForce =>
  ({ gtc: TimeInForce.Gtc, ioc: TimeInForce.Ioc, fok: TimeInForce.Fok })[time];

/** Whether nothing more can happen to an order of this status. */
export const isDoneStatus = (status: OrdStatusName): boolean => DONE.has(status);
const DONE: ReadonlySet<OrdStatusName> = new Set(["filled", "canceled", "expired"]);

export function orderOf(report: ExecutionReport, instrument: Instrument, account: string): Order {
  const ordStatus = STATUSES[report.ordStatus()] ?? "new";
  const ordType = ORD_TYPES[report.ordType()] ?? "limit";
  const avgPx = averagePriceText(instrument, report.cumLotTicks(), report.cumQtyLots());
  const reason = REASONS[report.reason()];
  return {
    orderId: Number(report.orderId()),
    clOrdId: report.clOrdId() ?? "",
    account,
    symbol: instrument.symbol,
    side: sideName(report.side()),
    ordType,
    timeInForce: TIMES_IN_FORCE[report.timeInForce()] ?? "gtc",
    ordStatus,
    orderQty: qtyText(instrument, report.orderQtyLots()),
    ...(ordType === "limit" ? { price: priceText(instrument, report.priceTicks()) } : {}),
    cumQty: qtyText(instrument, report.cumQtyLots()),
    leavesQty: qtyText(instrument, report.leavesQtyLots()),
    ...(avgPx === undefined ? {} : { avgPx }),
    ...(reason === undefined ? {} : { reason }),
    createdTsMs: msOf(report.createdTsNs()),
    isDone: isDoneStatus(ordStatus),
  };
}

export function executionOf(report: ExecutionReport, instrument: Instrument, order: Order): Execution {
  const execType = EXEC_TYPES[report.execType()] ?? "status";
  const origClOrdId = report.origClOrdId() ?? "";
  return {
    accountSeq: Number(report.accountSeq()),
    execId: Number(report.execId()),
    execType,
    tsMs: msOf(report.tsNs()),
    ...(origClOrdId === "" ? {} : { origClOrdId }),
    ...(execType === "trade"
      ? {
          lastQty: qtyText(instrument, report.lastQtyLots()),
          lastPx: priceText(instrument, report.lastPxTicks()),
          lastFee: formatDecimal(report.lastFeeMinor(), instrument.currencyDecimals),
          liquidity: report.liquidity() === LiquidityInd.Maker ? "maker" : "taker",
          tradeId: Number(report.tradeId()),
        }
      : {}),
    ...(execType === "replaced" ? { isPriorityKept: report.priorityKept() } : {}),
    order,
  };
}
