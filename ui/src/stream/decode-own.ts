/** Private frames to plain objects. Cold: a few per second at most, so the generated readers with their BigInts serve. */
import {
  ACCOUNT_KIND_NAMES,
  LIMIT_NAMES,
  limitScopeOf,
  POSITION_LEG_NAMES,
  POSITION_MODE_NAMES,
  type PositionModeName,
} from "@jware/schemas/limit-names";
import { tablesOf } from "@jware/schemas/table-list";
import {
  AccountConfiguration,
  AccountSnapshot,
  AccountStatus,
  AckMode,
  BalanceReport,
  ExecutionReport,
  FeeScheduleStatus,
  InstrumentList,
  LimitStatus,
  LiquidationReport,
  LogonAck,
  LossLimitReport,
  MassCancelReport,
  type PositionMode,
  PositionReport,
  Refusal,
  ScopeStatus,
  ServerBody,
  type InstrumentDefinition,
  type ServerFrame,
} from "@jware/schemas/wire";
import { msField } from "./int64.js";
import type {
  AccountInfo,
  BalanceEvent,
  ConfiguredEvent,
  ExecEvent,
  InstrumentInfo,
  LimitEvent,
  LogonEvent,
  LossLimitEvent,
  OwnEvent,
  PositionEvent,
  RefusalEvent,
  SnapshotEvent,
  StatusEvent,
} from "./own-event.js";

/** The frame's event, or undefined where its body is none of the private ones. */
export function decodeOwn(frame: ServerFrame): OwnEvent | undefined {
  switch (frame.bodyType()) {
    case ServerBody.LogonAck:
      return logonOf(frame.body(new LogonAck()) as LogonAck);
    case ServerBody.InstrumentList:
      return instrumentsOf(frame.body(new InstrumentList()) as InstrumentList);
    case ServerBody.AccountSnapshot:
      return snapshotOf(frame.body(new AccountSnapshot()) as AccountSnapshot);
    case ServerBody.ExecutionReport:
      return execOf(frame.body(new ExecutionReport()) as ExecutionReport);
    case ServerBody.PositionReport:
      return positionOf(frame.body(new PositionReport()) as PositionReport);
    case ServerBody.BalanceReport:
      return balanceOf(frame.body(new BalanceReport()) as BalanceReport);
    case ServerBody.AccountStatus:
      return statusOf(frame.body(new AccountStatus()) as AccountStatus);
    case ServerBody.MassCancelReport: {
      const report = frame.body(new MassCancelReport()) as MassCancelReport;
      return {
        kind: "mass-cancel",
        account: report.account(),
        clOrdId: report.clOrdId() ?? "",
        canceledCount: report.canceledCount(),
      };
    }
    case ServerBody.ScopeStatus: {
      const status = frame.body(new ScopeStatus()) as ScopeStatus;
      return {
        kind: "scope",
        scope: status.scope(),
        account: status.account(),
        instrument: status.instrument(),
        strategy: status.strategy(),
        state: status.state(),
        canceledCount: status.canceledCount(),
        reason: status.reason() ?? "",
        tsMs: msOf(status.tsNs()),
      };
    }
    case ServerBody.LimitStatus:
      return limitOf(frame.body(new LimitStatus()) as LimitStatus);
    case ServerBody.AccountConfiguration:
      return configuredOf(frame.body(new AccountConfiguration()) as AccountConfiguration);
    case ServerBody.FeeScheduleStatus: {
      const told = frame.body(new FeeScheduleStatus()) as FeeScheduleStatus;
      return {
        ...{ kind: "fee-schedule", account: told.account(), currency: told.currency() ?? "", tierCount: told.tiersLength() },
        ...{ reason: told.reason() ?? "", tsMs: msOf(told.tsNs()) },
      };
    }
    case ServerBody.LossLimitReport:
      return lossOf(frame.body(new LossLimitReport()) as LossLimitReport);
    case ServerBody.LiquidationReport: {
      const report = frame.body(new LiquidationReport()) as LiquidationReport;
      return {
        kind: "liquidation",
        account: report.account(),
        currency: report.currency() ?? "",
        equityMinor: report.equityMinor(),
        maintenanceMinor: report.maintenanceMinor(),
        tsMs: msOf(report.tsNs()),
      };
    }
    case ServerBody.Refusal:
      return refusalOf(frame.body(new Refusal()) as Refusal);
    default:
      return undefined;
  }
}

function logonOf(ack: LogonAck): LogonEvent {
  const accounts: AccountInfo[] = tablesOf(ack.accountsLength(), (index) => ack.accounts(index)).map((ref) => ({
    id: ref.account(),
    name: ref.name() ?? String(ref.account()),
    permissions: ref.permissions(),
  }));
  return { kind: "logon", user: ack.user() ?? "", durable: ack.ackMode() === AckMode.Durable, accounts };
}

const instrumentsOf = (list: InstrumentList): OwnEvent => ({
  kind: "instruments",
  instruments: tablesOf(list.instrumentsLength(), (index) => list.instruments(index)).map(instrumentOf),
});

const instrumentOf = (definition: InstrumentDefinition): InstrumentInfo => ({
  id: definition.instrument(),
  symbol: definition.symbol() ?? "",
  name: definition.name() ?? "",
  assetClass: definition.assetClass() ?? "",
  venue: definition.venue(),
  baseCurrency: definition.baseCurrency() ?? "",
  quoteCurrency: definition.quoteCurrency() ?? "",
  priceDecimals: definition.priceDecimals(),
  tickMantissa: Number(definition.tickMantissa()),
  qtyDecimals: definition.qtyDecimals(),
  lotMantissa: Number(definition.lotMantissa()),
  currencyDecimals: definition.currencyDecimals(),
  tickLotMinor: Number(definition.tickLotMinor()),
  qtyLotsMin: Number(definition.qtyLotsMin()),
  qtyLotsMax: Number(definition.qtyLotsMax()),
  notionalMinorMax: definition.notionalMinorMax(),
  collarBps: definition.collarBps(),
  makerFeePpm: definition.makerFeePpm(),
  takerFeePpm: definition.takerFeePpm(),
});

/** An engine that does not say has netting accounts alone. */
const modeOf = (mode: PositionMode): PositionModeName => POSITION_MODE_NAMES[mode] ?? "netting";

const snapshotOf = (snapshot: AccountSnapshot): SnapshotEvent => ({
  kind: "snapshot",
  account: snapshot.account(),
  accountSeq: Number(snapshot.accountSeq()),
  state: snapshot.state(),
  positionMode: modeOf(snapshot.positionMode()),
  orders: tablesOf(snapshot.ordersLength(), (index) => snapshot.orders(index)).map(execOf),
  positions: tablesOf(snapshot.positionsLength(), (index) => snapshot.positions(index)).map(positionOf),
  balances: tablesOf(snapshot.balancesLength(), (index) => snapshot.balances(index)).map(balanceOf),
});

const NS_PER_MS = 1_000_000n;

function execOf(report: ExecutionReport): ExecEvent {
  const late = report.refusal();
  return {
    kind: "exec",
    account: report.account(),
    accountSeq: Number(report.accountSeq()),
    tsMs: msField(report, 8),
    createdMs: msField(report, 56),
    instrument: report.instrument(),
    orderId: report.orderId().toString(),
    execId: report.execId().toString(),
    clOrdId: report.clOrdId() ?? "",
    origClOrdId: report.origClOrdId() ?? "",
    execType: report.execType(),
    ordStatus: report.ordStatus(),
    reason: report.reason(),
    side: report.side(),
    ordType: report.ordType(),
    timeInForce: report.timeInForce(),
    orderLots: Number(report.orderQtyLots()),
    priceTicks: Number(report.priceTicks()),
    cumLots: Number(report.cumQtyLots()),
    leavesLots: Number(report.leavesQtyLots()),
    cumLotTicks: report.cumLotTicks(),
    lastLots: Number(report.lastQtyLots()),
    lastTicks: Number(report.lastPxTicks()),
    lastFeeMinor: report.lastFeeMinor(),
    liquidity: report.liquidity(),
    tradeId: report.tradeId().toString(),
    execRefId: report.execRefId().toString(),
    text: report.text() ?? "",
    triggerTicks: Number(report.triggerPriceTicks()),
    triggerSource: report.triggerSource(),
    trailTicks: Number(report.trailTicks()),
    trailBps: report.trailBps(),
    displayLots: Number(report.displayQtyLots()),
    expireMs: Number(report.expireTsNs() / NS_PER_MS),
    postOnly: report.postOnly(),
    reduceOnly: report.reduceOnly(),
    selfTradePrevention: report.selfTradePrevention(),
    listId: report.listId().toString(),
    contingency: report.contingency(),
    refusal: late === null ? undefined : { ...refusalOf(late), account: report.account(), instrument: report.instrument() },
  };
}

const positionOf = (report: PositionReport): PositionEvent => ({
  kind: "position",
  account: report.account(),
  accountSeq: Number(report.accountSeq()),
  instrument: report.instrument(),
  leg: POSITION_LEG_NAMES[report.leg()] ?? "net",
  lots: Number(report.qtyLots()),
  costMinor: report.costMinor(),
  realisedMinor: report.realisedMinor(),
  feesMinor: report.feesMinor(),
});

const balanceOf = (report: BalanceReport): BalanceEvent => ({
  kind: "balance",
  account: report.account(),
  accountSeq: Number(report.accountSeq()),
  currency: report.currency() ?? "",
  cashMinor: report.cashMinor(),
  usedMinor: report.usedMinor(),
  heldMinor: report.heldMinor(),
  availableMinor: report.availableMinor(),
});

const statusOf = (status: AccountStatus): StatusEvent => ({
  kind: "status",
  account: status.account(),
  accountSeq: Number(status.accountSeq()),
  state: status.state(),
  reason: status.reason() ?? "",
  tsMs: msField(status, 12),
});

const refusalOf = (refusal: Refusal): RefusalEvent => ({
  kind: "refusal",
  responseTo: refusal.responseTo(),
  code: refusal.code(),
  rule: refusal.rule() ?? "",
  text: refusal.text() ?? "",
  transient: refusal.transient(),
  account: refusal.account(),
  instrument: refusal.instrument(),
  clOrdId: refusal.clOrdId() ?? "",
  origClOrdId: refusal.origClOrdId() ?? "",
  unit: refusal.unit(),
  limit: refusal.limit(),
  value: refusal.value(),
  headroom: refusal.headroom(),
  currency: refusal.currency() ?? "",
  scope: limitScopeOf(refusal.scope(), refusal.scopeAccount(), refusal.scopeId()),
});

/** Undefined for a scope or kind of a later version. */
function limitOf(status: LimitStatus): LimitEvent | undefined {
  const scope = limitScopeOf(status.scope(), status.scopeAccount(), status.scopeId());
  const limit = LIMIT_NAMES[status.kind()];
  if (scope === undefined || limit === undefined) return undefined;
  return {
    ...{ kind: "limit", scope, limit, instrument: status.instrument(), currency: status.currency() ?? "" },
    max: status.isSet() ? status.max() : undefined,
    ...{ windowMs: msOf(status.windowNs()), reason: status.reason() ?? "", tsMs: msOf(status.tsNs()) },
  };
}

function configuredOf(told: AccountConfiguration): ConfiguredEvent | undefined {
  const accountKind = ACCOUNT_KIND_NAMES[told.kind()];
  if (accountKind === undefined) return undefined;
  return {
    positionMode: modeOf(told.positionMode()),
    ...{ kind: "configured", account: told.account(), accountKind, selfTradeGroup: told.selfTradeGroup() },
    ...{ baseCurrency: told.baseCurrency() ?? "", reason: told.reason() ?? "", tsMs: msOf(told.tsNs()) },
  };
}

function lossOf(report: LossLimitReport): LossLimitEvent | undefined {
  const limit = LIMIT_NAMES[report.kind()];
  if (limit === undefined) return undefined;
  return {
    ...{ kind: "loss-limit", account: report.account(), limit, currency: report.currency() ?? "" },
    ...{ maxMinor: report.maxMinor(), lossMinor: report.lossMinor(), tsMs: msOf(report.tsNs()) },
  };
}

const msOf = (tsNs: bigint): number => Number(tsNs / NS_PER_MS);
