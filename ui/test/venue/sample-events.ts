/** Private events with every field set, for tests to change what they are about. */
import {
  ExecReason,
  ExecType,
  LimitUnit,
  LiquidityInd,
  OrdStatus,
  OrdType,
  RequestKind,
  Side,
  TimeInForce,
} from "@jware/schemas/wire";
import type { BalanceEvent, ExecEvent, PositionEvent, RefusalEvent } from "../../src/stream/own-event.js";

export const EXEC: ExecEvent = {
  kind: "exec",
  account: 1001,
  accountSeq: 5,
  tsMs: 1_723_075_200_500,
  createdMs: 1_723_075_200_000,
  instrument: 1,
  orderId: "77",
  execId: "900",
  clOrdId: "ui-1",
  origClOrdId: "",
  execType: ExecType.New,
  ordStatus: OrdStatus.New,
  reason: ExecReason.None,
  side: Side.Buy,
  ordType: OrdType.Limit,
  timeInForce: TimeInForce.Gtc,
  orderLots: 10,
  priceTicks: 6_418_250,
  cumLots: 0,
  leavesLots: 10,
  cumLotTicks: 0n,
  lastLots: 0,
  lastTicks: 0,
  lastFeeMinor: 0n,
  liquidity: LiquidityInd.None,
  tradeId: "0",
};

export const POSITION: PositionEvent = {
  kind: "position",
  account: 1001,
  accountSeq: 6,
  instrument: 1,
  lots: -4,
  costMinor: -25_673_000n,
  realisedMinor: 12n,
  feesMinor: 3n,
};

export const BALANCE: BalanceEvent = {
  kind: "balance",
  account: 1001,
  accountSeq: 7,
  currency: "USD",
  cashMinor: 99_007_199_254_740_993n,
  usedMinor: 1n,
  heldMinor: 2n,
  availableMinor: 99_007_199_254_740_990n,
};

export const REFUSAL: RefusalEvent = {
  kind: "refusal",
  responseTo: RequestKind.NewOrder,
  code: 506,
  rule: "INSUFFICIENT_FUNDS",
  text: "The order needs more than the account has available.",
  transient: false,
  account: 1001,
  instrument: 1,
  clOrdId: "ui-1",
  origClOrdId: "",
  unit: LimitUnit.Minor,
  limit: 1_000_000_000_000n,
  value: 5_000_000_000_000n,
  headroom: 1_000_000_000_000n,
  currency: "USD",
};
