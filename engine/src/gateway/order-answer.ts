/** The core's answers to order requests, read from ServerFrames into plain values that outlive the buffer. */
import {
  ExecReason,
  ExecType,
  ExecutionReport,
  LimitUnit,
  MassCancelReport,
  OrdStatus,
  OrdType,
  Refusal,
  ServerBody,
  ServerFrame,
  Side,
  TimeInForce,
} from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";

/** An order as every source gives it: live, from a frame, from the database. */
export interface OrderFacts {
  readonly orderId: string;
  readonly clOrdId: string;
  readonly instrument: number;
  readonly side: "buy" | "sell";
  readonly ordType: "market" | "limit";
  readonly timeInForce: "gtc" | "ioc" | "fok";
  readonly ordStatus: OrdStatusName;
  readonly reason: ExecReasonName;
  readonly orderQtyLots: bigint;
  readonly priceTicks: bigint;
  readonly cumQtyLots: bigint;
  readonly leavesQtyLots: bigint;
  readonly cumLotTicks: bigint;
  readonly createdTsNs: bigint;
}

export interface RefusalFacts {
  readonly code: number;
  readonly rule: string;
  readonly text: string;
  readonly transient: boolean;
  readonly instrument: number;
  readonly clOrdId: string;
  readonly unit: "none" | "price" | "quantity" | "money" | "count";
  readonly limit: bigint;
  readonly value: bigint;
  readonly headroom: bigint;
  readonly currency: string;
}

export type OrderAnswer =
  | { readonly kind: "order"; readonly order: OrderFacts; readonly seq: bigint }
  | { readonly kind: "massCanceled"; readonly canceledCount: number }
  | { readonly kind: "refused"; readonly refusal: RefusalFacts };

export const ORD_STATUS_NAMES = {
  [OrdStatus.New]: "new",
  [OrdStatus.PartiallyFilled]: "partiallyFilled",
  [OrdStatus.Filled]: "filled",
  [OrdStatus.Canceled]: "canceled",
  [OrdStatus.Expired]: "expired",
} as const;
export type OrdStatusName = (typeof ORD_STATUS_NAMES)[keyof typeof ORD_STATUS_NAMES];

export const EXEC_TYPE_NAMES = {
  [ExecType.New]: "new",
  [ExecType.Trade]: "trade",
  [ExecType.Replaced]: "replaced",
  [ExecType.Canceled]: "canceled",
  [ExecType.Expired]: "expired",
  [ExecType.Status]: "status",
} as const;

/** Why an order left the book other than by a fill; `none` while it works or where it was filled. */
export const EXEC_REASON_NAMES = {
  [ExecReason.None]: "none",
  [ExecReason.Requested]: "requested",
  [ExecReason.MassCancel]: "massCancel",
  [ExecReason.AccountHalted]: "accountHalted",
  [ExecReason.IocRemainder]: "iocRemainder",
  [ExecReason.FokUnfillable]: "fokUnfillable",
  [ExecReason.MarketRemainder]: "marketRemainder",
  [ExecReason.Disconnect]: "disconnect",
  [ExecReason.ReplaceBelowCum]: "replaceBelowCum",
} as const;
export type ExecReasonName = (typeof EXEC_REASON_NAMES)[keyof typeof EXEC_REASON_NAMES];

/** A name for a wire or database number; throws on one that this server does not know (a schema that ran ahead). */
export function nameOf<T extends string>(names: Readonly<Record<number, T>>, value: number): T {
  const name = names[value];
  if (name === undefined) throw new Error(`no name for the number ${value}; known: ${Object.values(names).join(" ")}`);
  return name;
}

export const SIDE_NAMES = { [Side.Buy]: "buy", [Side.Sell]: "sell" } as const;
export const ORD_TYPE_NAMES = { [OrdType.Market]: "market", [OrdType.Limit]: "limit" } as const;
export const TIME_IN_FORCE_NAMES = { [TimeInForce.Gtc]: "gtc", [TimeInForce.Ioc]: "ioc", [TimeInForce.Fok]: "fok" } as const;
const UNIT_NAMES = {
  [LimitUnit.None]: "none",
  [LimitUnit.Ticks]: "price",
  [LimitUnit.Lots]: "quantity",
  [LimitUnit.Minor]: "money",
  [LimitUnit.Count]: "count",
  [LimitUnit.Bytes]: "count",
} as const;

/** Reads one frame; undefined for frames that answer no order request. */
export function readAnswer(frame: Uint8Array): OrderAnswer | undefined {
  const server = ServerFrame.getRootAsServerFrame(new ByteBuffer(frame));
  switch (server.bodyType()) {
    case ServerBody.ExecutionReport: {
      const report = server.body(new ExecutionReport()) as ExecutionReport;
      return { kind: "order", order: readOrder(report), seq: report.seq() };
    }
    case ServerBody.MassCancelReport: {
      const report = server.body(new MassCancelReport()) as MassCancelReport;
      return { kind: "massCanceled", canceledCount: report.canceledCount() };
    }
    case ServerBody.Refusal:
      return { kind: "refused", refusal: readRefusal(server.body(new Refusal()) as Refusal) };
    default:
      return undefined;
  }
}

function readOrder(report: ExecutionReport): OrderFacts {
  return {
    orderId: report.orderId().toString(),
    clOrdId: report.clOrdId() ?? "",
    instrument: report.instrument(),
    side: nameOf(SIDE_NAMES, report.side()),
    ordType: nameOf(ORD_TYPE_NAMES, report.ordType()),
    timeInForce: nameOf(TIME_IN_FORCE_NAMES, report.timeInForce()),
    ordStatus: nameOf(ORD_STATUS_NAMES, report.ordStatus()),
    reason: nameOf(EXEC_REASON_NAMES, report.reason()),
    orderQtyLots: report.orderQtyLots(),
    priceTicks: report.priceTicks(),
    cumQtyLots: report.cumQtyLots(),
    leavesQtyLots: report.leavesQtyLots(),
    cumLotTicks: report.cumLotTicks(),
    createdTsNs: report.createdTsNs(),
  };
}

function readRefusal(refusal: Refusal): RefusalFacts {
  return {
    code: refusal.code(),
    rule: refusal.rule() ?? "",
    text: refusal.text() ?? "",
    transient: refusal.transient(),
    instrument: refusal.instrument(),
    clOrdId: refusal.clOrdId() ?? "",
    unit: nameOf(UNIT_NAMES, refusal.unit()),
    limit: refusal.limit(),
    value: refusal.value(),
    headroom: refusal.headroom(),
    currency: refusal.currency() ?? "",
  };
}
