/** Frames of the orders route as entries of a client's log, and units as the gateway's text gives them. */
import { tablesOf } from "@jware/schemas/table-list";
import {
  AccountSnapshot,
  AccountStatus,
  BalanceReport,
  ExecutionReport,
  MassCancelReport,
  PositionReport,
  Refusal,
  ServerBody,
  type ServerFrame,
} from "@jware/schemas/wire";
import type { Entry, PositionFact, Report } from "./client-log.js";

/** The entry of a frame; undefined for frames that tell nothing about orders. */
export function entryOf(frame: ServerFrame): Entry | undefined {
  switch (frame.bodyType()) {
    case ServerBody.ExecutionReport:
      return { t: "report", ...reportOf(frame.body(new ExecutionReport()) as ExecutionReport) };
    case ServerBody.Refusal: {
      const refusal = frame.body(new Refusal()) as Refusal;
      return { t: "refusal", clOrdId: refusal.clOrdId() ?? "", rule: refusal.rule() ?? "" };
    }
    case ServerBody.MassCancelReport: {
      const report = frame.body(new MassCancelReport()) as MassCancelReport;
      return { t: "massCanceled", clOrdId: report.clOrdId() ?? "", count: report.canceledCount() };
    }
    case ServerBody.PositionReport: {
      const report = frame.body(new PositionReport()) as PositionReport;
      return { t: "position", accountSeq: Number(report.accountSeq()), ...positionOf(report) };
    }
    case ServerBody.BalanceReport: {
      const report = frame.body(new BalanceReport()) as BalanceReport;
      return { t: "sequenced", accountSeq: Number(report.accountSeq()), what: "balance" };
    }
    case ServerBody.AccountStatus: {
      const status = frame.body(new AccountStatus()) as AccountStatus;
      return { t: "sequenced", accountSeq: Number(status.accountSeq()), what: "status" };
    }
    case ServerBody.AccountSnapshot:
      return snapshotOf(frame.body(new AccountSnapshot()) as AccountSnapshot);
    default:
      return undefined;
  }
}

const snapshotOf = (snapshot: AccountSnapshot): Entry => ({
  t: "snapshot",
  accountSeq: Number(snapshot.accountSeq()),
  orders: tablesOf(snapshot.ordersLength(), (index) => snapshot.orders(index)).map(reportOf),
  positions: tablesOf(snapshot.positionsLength(), (index) => snapshot.positions(index)).map(positionOf),
});

const positionOf = (report: PositionReport): PositionFact => ({ instrument: report.instrument(), qty: String(report.qtyLots()) });

const reportOf = (report: ExecutionReport): Report => ({
  accountSeq: Number(report.accountSeq()),
  execId: String(report.execId()),
  execType: report.execType(),
  orderId: String(report.orderId()),
  clOrdId: report.clOrdId() ?? "",
  origClOrdId: report.origClOrdId() ?? "",
  ordStatus: report.ordStatus(),
  instrument: report.instrument(),
  side: report.side(),
  orderQty: String(report.orderQtyLots()),
  price: String(report.priceTicks()),
  cumQty: String(report.cumQtyLots()),
  leavesQty: String(report.leavesQtyLots()),
  lastQty: String(report.lastQtyLots()),
  lastPx: String(report.lastPxTicks()),
  lastFee: String(report.lastFeeMinor()),
  reason: report.reason(),
});

/** Decimal text as a whole number of steps of `mantissa` at so many decimals. Throws where it is between two. */
export function stepsOf(text: string, decimals: number, mantissa: bigint): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  if (/[^0]/.test(fraction.slice(decimals))) throw new Error(`${text} has more than ${decimals} decimals`);
  const scaled = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, "0"));
  if (scaled % mantissa !== 0n) throw new Error(`${text} is not a multiple of ${mantissa} at ${decimals} decimals`);
  return scaled / mantissa;
}

/** A scaled whole number as decimal text. */
export function textOf(scaled: bigint, decimals: number): string {
  const digits = String(scaled).padStart(decimals + 1, "0");
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
