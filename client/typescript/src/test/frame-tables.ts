/** The tables that a script's frames hold: one account, one instrument, and orders as a test states them. */
import {
  type ServerBody,
  BalanceReport,
  CollarReference,
  Contingency,
  ExecReason,
  ExecType,
  ExecutionReport,
  InstrumentDefinition,
  LimitScope,
  LimitUnit,
  LiquidityInd,
  OrdStatus,
  OrdType,
  Refusal,
  type RequestKind,
  Side,
  TimeInForce,
  TriggerSource,
  Venue,
} from "@jware/schemas/wire";
import type { Builder } from "flatbuffers";

/** Sends a frame of the given kind, on the socket that is meant. */
export type Tell = (kind: ServerBody, body: (b: Builder) => number) => void;

export const ACCOUNT = 1001;
export const BTC = 101;

/** Prices in 0.01, quantities in 0.00001; one tick on one lot is ten minor units of a currency with 8 decimals. */
const BTC_TERMS = { priceDecimals: 2, qtyDecimals: 5, currencyDecimals: 8, tickLotMinor: 10n };

export interface OrderFacts {
  readonly orderId: bigint;
  readonly clOrdId: string;
  readonly origClOrdId?: string;
  readonly execType?: ExecType;
  readonly ordStatus?: OrdStatus;
  readonly reason?: ExecReason;
  readonly qty?: bigint;
  readonly price?: bigint;
  readonly cum?: bigint;
  readonly cumLotTicks?: bigint;
  readonly last?: readonly [qty: bigint, price: bigint];
  readonly ordType?: OrdType;
  readonly trigger?: bigint;
  readonly listId?: bigint;
  /** Rule of a late refusal. */
  readonly refusal?: string;
}

export function executionReport(b: Builder, seq: bigint, facts: OrderFacts): number {
  const { qty = 1000n, price = 6_183_763n, cum = 0n, ordStatus = OrdStatus.New } = facts;
  const [lastQty, lastPx] = facts.last ?? [0n, 0n];
  const isDone = ordStatus === OrdStatus.Canceled || ordStatus === OrdStatus.Expired;
  const [clOrdId, orig] = [b.createString(facts.clOrdId), b.createString(facts.origClOrdId ?? "")];
  const refusal = facts.refusal === undefined ? 0 : lateRefusal(b, facts.refusal);
  ExecutionReport.startExecutionReport(b);
  ExecutionReport.addAccountSeq(b, seq);
  ExecutionReport.addSeq(b, 50n);
  ExecutionReport.addTsNs(b, 1_000_000n);
  ExecutionReport.addAccount(b, ACCOUNT);
  ExecutionReport.addInstrument(b, BTC);
  ExecutionReport.addOrderId(b, facts.orderId);
  ExecutionReport.addExecId(b, seq);
  ExecutionReport.addClOrdId(b, clOrdId);
  ExecutionReport.addOrigClOrdId(b, orig);
  ExecutionReport.addExecType(b, facts.execType ?? ExecType.New);
  ExecutionReport.addOrdStatus(b, ordStatus);
  ExecutionReport.addReason(b, facts.reason ?? ExecReason.None);
  ExecutionReport.addSide(b, Side.Buy);
  ExecutionReport.addOrdType(b, facts.ordType ?? OrdType.Limit);
  ExecutionReport.addTimeInForce(b, TimeInForce.Gtc);
  ExecutionReport.addOrderQtyLots(b, qty);
  ExecutionReport.addPriceTicks(b, price);
  ExecutionReport.addCumQtyLots(b, cum);
  ExecutionReport.addLeavesQtyLots(b, isDone ? 0n : qty - cum);
  ExecutionReport.addCumLotTicks(b, facts.cumLotTicks ?? 0n);
  ExecutionReport.addLastQtyLots(b, lastQty);
  ExecutionReport.addLastPxTicks(b, lastPx);
  ExecutionReport.addLastFeeMinor(b, lastQty * 3n);
  ExecutionReport.addLiquidity(b, lastQty > 0n ? LiquidityInd.Taker : LiquidityInd.None);
  ExecutionReport.addTradeId(b, lastQty > 0n ? 77n : 0n);
  ExecutionReport.addCreatedTsNs(b, 1_000_000n);
  ExecutionReport.addTriggerPriceTicks(b, facts.trigger ?? 0n);
  ExecutionReport.addTriggerSource(b, facts.trigger === undefined ? TriggerSource.None : TriggerSource.Mark);
  ExecutionReport.addWorking(b, !isDone && ordStatus !== OrdStatus.Held);
  ExecutionReport.addListId(b, facts.listId ?? 0n);
  ExecutionReport.addContingency(b, facts.listId === undefined ? Contingency.None : Contingency.Oco);
  if (refusal !== 0) ExecutionReport.addRefusal(b, refusal);
  return ExecutionReport.endExecutionReport(b);
}

export function balanceReport(b: Builder, seq: bigint): number {
  const money = 10n ** 8n;
  return BalanceReport.createBalanceReport(
    b,
    seq,
    ACCOUNT,
    b.createString("USDT"),
    1_000_000n * money,
    120n * money,
    money / 2n,
    999_879n * money + money / 2n,
    6_000n,
  );
}

export function instrument(b: Builder): number {
  const [symbol, name, asset] = [b.createString("BTCUSDT"), b.createString("Bitcoin"), b.createString("crypto")];
  const [base, quote] = [b.createString("BTC"), b.createString("USDT")];
  const { priceDecimals, qtyDecimals, currencyDecimals, tickLotMinor } = BTC_TERMS;
  return InstrumentDefinition.createInstrumentDefinition(
    b,
    BTC,
    symbol,
    name,
    asset,
    Venue.Paper,
    base,
    quote,
    priceDecimals,
    1n,
    qtyDecimals,
    1n,
    currencyDecimals,
    tickLotMinor,
    1n,
    900_000_000n,
    10n ** 16n,
    1000,
    100,
    200,
    0,
    0,
    127,
    CollarReference.Last,
    7n,
    0,
    0n,
    200_000,
    100_000,
  );
}

export interface RefusalFacts {
  readonly code: number;
  readonly rule: string;
  readonly text: string;
  readonly clOrdId?: string;
  readonly unit?: LimitUnit;
  readonly figures?: readonly [limit: bigint, value: bigint, headroom: bigint];
  readonly currency?: string;
  readonly scope?: readonly [of: LimitScope, account: number, id: number];
}

export function refusal(b: Builder, kind: RequestKind, facts: RefusalFacts): number {
  const [limit, value, headroom] = facts.figures ?? [0n, 0n, 0n];
  const [rule, text] = [b.createString(facts.rule), b.createString(facts.text)];
  const [clOrdId, orig] = [b.createString(facts.clOrdId ?? ""), b.createString("")];
  const currency = b.createString(facts.currency ?? "");
  const unit = facts.unit ?? LimitUnit.None;
  return Refusal.createRefusal(
    b,
    kind,
    facts.code,
    rule,
    text,
    false,
    ACCOUNT,
    BTC,
    clOrdId,
    orig,
    unit,
    limit,
    value,
    headroom,
    currency,
    5_000n,
    facts.scope?.[0] ?? LimitScope.None,
    facts.scope?.[1] ?? 0,
    facts.scope?.[2] ?? 0,
  );
}

export function lateRefusal(b: Builder, rule: string): number {
  const [name, text] = [b.createString(rule), b.createString("A check at the trigger.")];
  Refusal.startRefusal(b);
  Refusal.addCode(b, 504);
  Refusal.addRule(b, name);
  Refusal.addText(b, text);
  Refusal.addUnit(b, LimitUnit.Ticks);
  Refusal.addLimit(b, 6_100_000n);
  Refusal.addValue(b, 6_200_000n);
  Refusal.addHeadroom(b, 0n);
  return Refusal.endRefusal(b);
}
