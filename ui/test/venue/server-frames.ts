/** Private ServerFrames from plain values, with the generated builders: the other end of the page's decoder. */
import {
  ACCOUNT_KIND_BY_NAME,
  LIMIT_BY_NAME,
  type LimitScopeRef,
  POSITION_LEG_BY_NAME,
  POSITION_MODE_BY_NAME,
  type PositionModeName,
} from "@jware/schemas/limit-names";
import {
  AccountConfiguration,
  AccountKind,
  AccountRef,
  AccountSnapshot,
  AccountStatus,
  BalanceReport,
  CollarReference,
  ExecutionReport,
  FeeScheduleStatus,
  FeeTier,
  Heartbeat,
  InstrumentDefinition,
  InstrumentList,
  LimitScope,
  LimitStatus,
  LiquidationReport,
  LogonAck,
  LossLimitReport,
  MassCancelReport,
  OrdStatus,
  PositionReport,
  Refusal,
  ScopeStatus,
  ServerBody,
  type TradingState,
} from "@jware/schemas/wire";
import type { Builder } from "flatbuffers";
import type {
  BalanceEvent,
  ConfiguredEvent,
  ExecEvent,
  FeeScheduleEvent,
  InstrumentInfo,
  LimitEvent,
  LiquidationEvent,
  LossLimitEvent,
  MassCancelEvent,
  PositionEvent,
  RefusalEvent,
  ScopeEvent,
} from "../../src/stream/own-event.js";
import { frame, ns } from "./frame.js";

export const logonAckFrame = (
  user: string,
  accounts: readonly { id: number; name: string; permissions: number }[],
  nowMs: number,
): Uint8Array =>
  frame(ServerBody.LogonAck, (builder) => {
    const refs = accounts.map(({ id, name, permissions }) => {
      const nameAt = builder.createString(name);
      return AccountRef.createAccountRef(builder, id, nameAt, permissions);
    });
    const refsAt = LogonAck.createAccountsVector(builder, refs);
    const userAt = builder.createString(user);
    return LogonAck.createLogonAck(builder, userAt, 7, 1, ns(nowMs), 5000, refsAt, 0);
  });

export const heartbeatFrame = (clientNs: bigint, nowMs: number): Uint8Array =>
  frame(ServerBody.Heartbeat, (builder) => Heartbeat.createHeartbeat(builder, clientNs, ns(nowMs)));

export const instrumentListFrame = (instruments: readonly InstrumentInfo[]): Uint8Array =>
  frame(ServerBody.InstrumentList, (builder) => {
    const rows = instruments.map((info) => {
      const [symbol, name, assetClass, base, quote] = [
        info.symbol,
        info.name,
        info.assetClass,
        info.baseCurrency,
        info.quoteCurrency,
      ].map((text) => builder.createString(text)) as [number, number, number, number, number];
      return InstrumentDefinition.createInstrumentDefinition(
        builder,
        info.id,
        symbol,
        name,
        assetClass,
        info.venue,
        base,
        quote,
        info.priceDecimals,
        BigInt(info.tickMantissa),
        info.qtyDecimals,
        BigInt(info.lotMantissa),
        info.currencyDecimals,
        BigInt(info.tickLotMinor),
        BigInt(info.qtyLotsMin),
        BigInt(info.qtyLotsMax),
        info.notionalMinorMax,
        info.collarBps,
        info.makerFeePpm,
        info.takerFeePpm,
        0,
        0,
        127,
        CollarReference.Mark,
        0n,
        0,
        0n,
        1_000_000,
        500_000,
      );
    });
    return InstrumentList.createInstrumentList(builder, InstrumentList.createInstrumentsVector(builder, rows));
  });

function execAt(builder: Builder, exec: ExecEvent): number {
  const clOrdId = builder.createString(exec.clOrdId);
  const orig = builder.createString(exec.origClOrdId);
  const refusal = exec.refusal === undefined ? 0 : refusalAt(builder, exec.refusal);
  const text = exec.text === "" ? 0 : builder.createString(exec.text);
  ExecutionReport.startExecutionReport(builder);
  ExecutionReport.addAccountSeq(builder, BigInt(exec.accountSeq));
  ExecutionReport.addSeq(builder, BigInt(exec.accountSeq));
  ExecutionReport.addTsNs(builder, ns(exec.tsMs));
  ExecutionReport.addAccount(builder, exec.account);
  ExecutionReport.addInstrument(builder, exec.instrument);
  ExecutionReport.addOrderId(builder, BigInt(exec.orderId));
  ExecutionReport.addExecId(builder, BigInt(exec.execId));
  ExecutionReport.addClOrdId(builder, clOrdId);
  ExecutionReport.addOrigClOrdId(builder, orig);
  ExecutionReport.addExecType(builder, exec.execType);
  ExecutionReport.addOrdStatus(builder, exec.ordStatus);
  ExecutionReport.addReason(builder, exec.reason);
  ExecutionReport.addSide(builder, exec.side);
  ExecutionReport.addOrdType(builder, exec.ordType);
  ExecutionReport.addTimeInForce(builder, exec.timeInForce);
  ExecutionReport.addOrderQtyLots(builder, BigInt(exec.orderLots));
  ExecutionReport.addPriceTicks(builder, BigInt(exec.priceTicks));
  ExecutionReport.addCumQtyLots(builder, BigInt(exec.cumLots));
  ExecutionReport.addLeavesQtyLots(builder, BigInt(exec.leavesLots));
  ExecutionReport.addCumLotTicks(builder, exec.cumLotTicks);
  ExecutionReport.addLastQtyLots(builder, BigInt(exec.lastLots));
  ExecutionReport.addLastPxTicks(builder, BigInt(exec.lastTicks));
  ExecutionReport.addLastFeeMinor(builder, exec.lastFeeMinor);
  ExecutionReport.addLiquidity(builder, exec.liquidity);
  ExecutionReport.addTradeId(builder, BigInt(exec.tradeId));
  ExecutionReport.addPriorityKept(builder, true);
  ExecutionReport.addCreatedTsNs(builder, ns(exec.createdMs));
  ExecutionReport.addTriggerPriceTicks(builder, BigInt(exec.triggerTicks));
  ExecutionReport.addTriggerSource(builder, exec.triggerSource);
  ExecutionReport.addTrailTicks(builder, BigInt(exec.trailTicks));
  ExecutionReport.addTrailBps(builder, exec.trailBps);
  ExecutionReport.addDisplayQtyLots(builder, BigInt(exec.displayLots));
  ExecutionReport.addExpireTsNs(builder, ns(exec.expireMs));
  ExecutionReport.addPostOnly(builder, exec.postOnly);
  ExecutionReport.addReduceOnly(builder, exec.reduceOnly);
  ExecutionReport.addSelfTradePrevention(builder, exec.selfTradePrevention);
  ExecutionReport.addWorking(builder, exec.leavesLots > 0 && exec.ordStatus !== OrdStatus.Held);
  ExecutionReport.addListId(builder, BigInt(exec.listId));
  ExecutionReport.addContingency(builder, exec.contingency);
  ExecutionReport.addExecRefId(builder, BigInt(exec.execRefId));
  if (text !== 0) ExecutionReport.addText(builder, text);
  if (refusal !== 0) ExecutionReport.addRefusal(builder, refusal);
  return ExecutionReport.endExecutionReport(builder);
}

export const execFrame = (exec: ExecEvent): Uint8Array => frame(ServerBody.ExecutionReport, (builder) => execAt(builder, exec));

function positionAt(builder: Builder, position: PositionEvent): number {
  return PositionReport.createPositionReport(
    builder,
    BigInt(position.accountSeq),
    position.account,
    position.instrument,
    BigInt(position.lots),
    position.costMinor,
    position.realisedMinor,
    position.feesMinor,
    0n,
    POSITION_LEG_BY_NAME[position.leg],
  );
}

export const positionFrame = (position: PositionEvent): Uint8Array =>
  frame(ServerBody.PositionReport, (builder) => positionAt(builder, position));

function balanceAt(builder: Builder, balance: BalanceEvent): number {
  const currency = builder.createString(balance.currency);
  return BalanceReport.createBalanceReport(
    builder,
    BigInt(balance.accountSeq),
    balance.account,
    currency,
    balance.cashMinor,
    balance.usedMinor,
    balance.heldMinor,
    balance.availableMinor,
    0n,
  );
}

export const balanceFrame = (balance: BalanceEvent): Uint8Array =>
  frame(ServerBody.BalanceReport, (builder) => balanceAt(builder, balance));

export const statusFrame = (
  account: number,
  accountSeq: number,
  state: TradingState,
  reason: string,
  nowMs: number,
): Uint8Array =>
  frame(ServerBody.AccountStatus, (builder) => {
    const reasonAt = builder.createString(reason);
    return AccountStatus.createAccountStatus(builder, BigInt(accountSeq), account, state, reasonAt, ns(nowMs));
  });

export const snapshotFrame = (
  account: number,
  accountSeq: number,
  state: TradingState,
  mode: PositionModeName,
  orders: readonly ExecEvent[],
  positions: readonly PositionEvent[],
  balances: readonly BalanceEvent[],
): Uint8Array =>
  frame(ServerBody.AccountSnapshot, (builder) => {
    const ordersAt = AccountSnapshot.createOrdersVector(
      builder,
      orders.map((exec) => execAt(builder, exec)),
    );
    const positionsAt = AccountSnapshot.createPositionsVector(
      builder,
      positions.map((position) => positionAt(builder, position)),
    );
    const balancesAt = AccountSnapshot.createBalancesVector(
      builder,
      balances.map((balance) => balanceAt(builder, balance)),
    );
    return AccountSnapshot.createAccountSnapshot(
      builder,
      BigInt(accountSeq),
      account,
      state,
      ordersAt,
      positionsAt,
      balancesAt,
      0n,
      AccountKind.Standard,
      0,
      POSITION_MODE_BY_NAME[mode],
    );
  });

export const massCancelFrame = (report: MassCancelEvent): Uint8Array =>
  frame(ServerBody.MassCancelReport, (builder) => {
    const id = builder.createString(report.clOrdId);
    return MassCancelReport.createMassCancelReport(builder, report.account, id, report.canceledCount, 0n);
  });

export const refusalFrame = (refusal: RefusalEvent): Uint8Array =>
  frame(ServerBody.Refusal, (builder) => refusalAt(builder, refusal));

function refusalAt(builder: Builder, refusal: RefusalEvent): number {
  const rule = builder.createString(refusal.rule);
  const text = builder.createString(refusal.text);
  const id = builder.createString(refusal.clOrdId);
  const orig = builder.createString(refusal.origClOrdId);
  const currency = builder.createString(refusal.currency);
  return Refusal.createRefusal(
    builder,
    refusal.responseTo,
    refusal.code,
    rule,
    text,
    refusal.transient,
    refusal.account,
    refusal.instrument,
    id,
    orig,
    refusal.unit,
    refusal.limit,
    refusal.value,
    refusal.headroom,
    currency,
    0n,
    ...scopeFields(refusal.scope),
  );
}

/** A scope as the wire has it: what it is, its account, its number. */
function scopeFields(scope: LimitScopeRef | undefined): [LimitScope, number, number] {
  if (scope === undefined) return [LimitScope.None, 0, 0];
  if (scope.of === "firm") return [LimitScope.Firm, 0, 0];
  if (scope.of === "account") return [LimitScope.Account, scope.account, 0];
  if (scope.of === "strategy") return [LimitScope.Strategy, scope.account, scope.strategy];
  return scope.of === "user" ? [LimitScope.User, 0, scope.user] : [LimitScope.Key, 0, scope.key];
}

export const scopeFrame = (scope: ScopeEvent): Uint8Array =>
  frame(ServerBody.ScopeStatus, (builder) => {
    const reason = builder.createString(scope.reason);
    const { account, instrument, strategy, state } = scope;
    return ScopeStatus.createScopeStatus(
      builder,
      scope.scope,
      account,
      instrument,
      strategy,
      state,
      scope.canceledCount,
      reason,
      ns(scope.tsMs),
    );
  });

export const limitFrame = (event: LimitEvent): Uint8Array =>
  frame(ServerBody.LimitStatus, (builder) => {
    const [currency, reason] = [builder.createString(event.currency), builder.createString(event.reason)];
    const [scope, account, id] = scopeFields(event.scope);
    LimitStatus.startLimitStatus(builder);
    LimitStatus.addScope(builder, scope);
    LimitStatus.addScopeAccount(builder, account);
    LimitStatus.addScopeId(builder, id);
    LimitStatus.addKind(builder, LIMIT_BY_NAME[event.limit]);
    LimitStatus.addInstrument(builder, event.instrument);
    LimitStatus.addCurrency(builder, currency);
    LimitStatus.addIsSet(builder, event.max !== undefined);
    LimitStatus.addMax(builder, event.max ?? 0n);
    LimitStatus.addWindowNs(builder, ns(event.windowMs));
    LimitStatus.addReason(builder, reason);
    LimitStatus.addTsNs(builder, ns(event.tsMs));
    return LimitStatus.endLimitStatus(builder);
  });

export const configuredFrame = (event: ConfiguredEvent): Uint8Array =>
  frame(ServerBody.AccountConfiguration, (builder) => {
    const reason = builder.createString(event.reason);
    const base = builder.createString(event.baseCurrency);
    AccountConfiguration.startAccountConfiguration(builder);
    AccountConfiguration.addAccount(builder, event.account);
    AccountConfiguration.addKind(builder, ACCOUNT_KIND_BY_NAME[event.accountKind]);
    AccountConfiguration.addPositionMode(builder, POSITION_MODE_BY_NAME[event.positionMode]);
    AccountConfiguration.addSelfTradeGroup(builder, event.selfTradeGroup);
    AccountConfiguration.addReason(builder, reason);
    AccountConfiguration.addTsNs(builder, ns(event.tsMs));
    AccountConfiguration.addBaseCurrency(builder, base);
    return AccountConfiguration.endAccountConfiguration(builder);
  });

export const feeScheduleFrame = (event: FeeScheduleEvent): Uint8Array =>
  frame(ServerBody.FeeScheduleStatus, (builder) => {
    const [currency, reason] = [builder.createString(event.currency), builder.createString(event.reason)];
    FeeScheduleStatus.startTiersVector(builder, event.tierCount);
    for (let tier = event.tierCount; tier > 0; tier--) FeeTier.createFeeTier(builder, BigInt(tier), tier, tier);
    const tiers = builder.endVector();
    FeeScheduleStatus.startFeeScheduleStatus(builder);
    FeeScheduleStatus.addAccount(builder, event.account);
    FeeScheduleStatus.addCurrency(builder, currency);
    FeeScheduleStatus.addTiers(builder, tiers);
    FeeScheduleStatus.addReason(builder, reason);
    FeeScheduleStatus.addTsNs(builder, ns(event.tsMs));
    return FeeScheduleStatus.endFeeScheduleStatus(builder);
  });

export const lossFrame = ({ account, limit, currency, maxMinor, lossMinor, tsMs }: LossLimitEvent): Uint8Array =>
  frame(ServerBody.LossLimitReport, (builder) => {
    const code = builder.createString(currency);
    const kind = LIMIT_BY_NAME[limit];
    return LossLimitReport.createLossLimitReport(builder, account, kind, code, maxMinor, lossMinor, ns(tsMs));
  });

export const liquidationFrame = ({ account, currency, equityMinor, maintenanceMinor, tsMs }: LiquidationEvent): Uint8Array =>
  frame(ServerBody.LiquidationReport, (builder) => {
    const code = builder.createString(currency);
    return LiquidationReport.createLiquidationReport(builder, account, code, equityMinor, maintenanceMinor, ns(tsMs));
  });
