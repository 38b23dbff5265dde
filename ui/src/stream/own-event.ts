/**
 * The private side of the stream as plain objects: few, lossless, in order. Money is BigInt (it outgrows 2^53), ids are text.
 */
import type {
  AccountKindName,
  LimitKindName,
  LimitScopeRef,
  PositionLegName,
  PositionModeName,
} from "@jware/schemas/limit-names";
import type {
  Contingency,
  ExecReason,
  ExecType,
  LimitUnit,
  LiquidityInd,
  OrdStatus,
  OrdType,
  PostOnly,
  RequestKind,
  ScopeKind,
  SelfTradePrevention,
  Side,
  TimeInForce,
  TradingState,
  TriggerSource,
  Venue,
} from "@jware/schemas/wire";

export interface InstrumentInfo {
  readonly id: number;
  readonly symbol: string;
  readonly name: string;
  readonly assetClass: string;
  readonly venue: Venue;
  readonly baseCurrency: string;
  readonly quoteCurrency: string;
  readonly priceDecimals: number;
  readonly tickMantissa: number;
  readonly qtyDecimals: number;
  readonly lotMantissa: number;
  readonly currencyDecimals: number;
  /** Minor units of the quote currency that one tick on one lot is worth. */
  readonly tickLotMinor: number;
  readonly qtyLotsMin: number;
  readonly qtyLotsMax: number;
  readonly notionalMinorMax: bigint;
  readonly collarBps: number;
  readonly makerFeePpm: number;
  readonly takerFeePpm: number;
}

export interface AccountInfo {
  readonly id: number;
  readonly name: string;
  readonly permissions: number;
}

export interface ExecEvent {
  readonly kind: "exec";
  readonly account: number;
  readonly accountSeq: number;
  readonly tsMs: number;
  readonly createdMs: number;
  readonly instrument: number;
  readonly orderId: string;
  readonly execId: string;
  readonly clOrdId: string;
  readonly origClOrdId: string;
  readonly execType: ExecType;
  readonly ordStatus: OrdStatus;
  readonly reason: ExecReason;
  readonly side: Side;
  readonly ordType: OrdType;
  readonly timeInForce: TimeInForce;
  readonly orderLots: number;
  readonly priceTicks: number;
  readonly cumLots: number;
  readonly leavesLots: number;
  readonly cumLotTicks: bigint;
  readonly lastLots: number;
  readonly lastTicks: number;
  readonly lastFeeMinor: bigint;
  readonly liquidity: LiquidityInd;
  readonly tradeId: string;
  /** The fill that this takes back or corrects, "0" = none; and why. */
  readonly execRefId: string;
  readonly text: string;
  /** Of a trailing stop: where it stands. 0 = none. */
  readonly triggerTicks: number;
  readonly triggerSource: TriggerSource;
  readonly trailTicks: number;
  readonly trailBps: number;
  readonly displayLots: number;
  /** 0 = none. */
  readonly expireMs: number;
  readonly postOnly: PostOnly;
  readonly reduceOnly: boolean;
  readonly selfTradePrevention: SelfTradePrevention;
  /** Order id of the list's first order; "0" = none. */
  readonly listId: string;
  readonly contingency: Contingency;
  /** Why a check refused it after it was accepted. */
  readonly refusal: RefusalEvent | undefined;
}

export interface PositionEvent {
  readonly kind: "position";
  readonly account: number;
  readonly accountSeq: number;
  readonly instrument: number;
  /** Of a hedging account long or short, each a position of its own; else net. */
  readonly leg: PositionLegName;
  /** Signed: short below 0. */
  readonly lots: number;
  /** Signed like the quantity: the average price is cost over quantity. */
  readonly costMinor: bigint;
  readonly realisedMinor: bigint;
  readonly feesMinor: bigint;
}

export interface BalanceEvent {
  readonly kind: "balance";
  readonly account: number;
  readonly accountSeq: number;
  readonly currency: string;
  readonly cashMinor: bigint;
  readonly usedMinor: bigint;
  readonly heldMinor: bigint;
  readonly availableMinor: bigint;
}

export interface StatusEvent {
  readonly kind: "status";
  readonly account: number;
  readonly accountSeq: number;
  readonly state: TradingState;
  readonly reason: string;
  readonly tsMs: number;
}

/** Of the firm, an instrument or a strategy. */
export interface ScopeEvent {
  readonly kind: "scope";
  readonly scope: ScopeKind;
  readonly account: number;
  readonly instrument: number;
  readonly strategy: number;
  readonly state: TradingState;
  readonly canceledCount: number;
  readonly reason: string;
  readonly tsMs: number;
}

export interface SnapshotEvent {
  readonly kind: "snapshot";
  readonly account: number;
  readonly accountSeq: number;
  readonly state: TradingState;
  readonly positionMode: PositionModeName;
  readonly orders: readonly ExecEvent[];
  readonly positions: readonly PositionEvent[];
  readonly balances: readonly BalanceEvent[];
}

export interface MassCancelEvent {
  readonly kind: "mass-cancel";
  readonly account: number;
  readonly clOrdId: string;
  readonly canceledCount: number;
}

export interface RefusalEvent {
  readonly kind: "refusal";
  readonly responseTo: RequestKind;
  readonly code: number;
  readonly rule: string;
  readonly text: string;
  readonly transient: boolean;
  readonly account: number;
  readonly instrument: number;
  readonly clOrdId: string;
  readonly origClOrdId: string;
  readonly unit: LimitUnit;
  readonly limit: bigint;
  readonly value: bigint;
  readonly headroom: bigint;
  readonly currency: string;
  /** Whose limit it was; undefined where the rule is of none that was set. */
  readonly scope: LimitScopeRef | undefined;
}

/** A limit was set or (`max` undefined) taken away. */
export interface LimitEvent {
  readonly kind: "limit";
  readonly scope: LimitScopeRef;
  readonly limit: LimitKindName;
  readonly instrument: number;
  readonly currency: string;
  readonly max: bigint | undefined;
  readonly windowMs: number;
  readonly reason: string;
  readonly tsMs: number;
}

export interface ConfiguredEvent {
  readonly kind: "configured";
  readonly account: number;
  readonly accountKind: AccountKindName;
  readonly positionMode: PositionModeName;
  readonly selfTradeGroup: number;
  /** Empty where the account's equity is not counted in one money. */
  readonly baseCurrency: string;
  readonly reason: string;
  readonly tsMs: number;
}

/** A fee schedule was set, or (no tiers) taken away. */
export interface FeeScheduleEvent {
  readonly kind: "fee-schedule";
  /** 0 = the firm's. */
  readonly account: number;
  readonly currency: string;
  readonly tierCount: number;
  readonly reason: string;
  readonly tsMs: number;
}

/** A rung of the loss ladder was passed. */
export interface LossLimitEvent {
  readonly kind: "loss-limit";
  readonly account: number;
  readonly limit: LimitKindName;
  readonly currency: string;
  readonly maxMinor: bigint;
  readonly lossMinor: bigint;
  readonly tsMs: number;
}

export interface LiquidationEvent {
  readonly kind: "liquidation";
  readonly account: number;
  readonly currency: string;
  readonly equityMinor: bigint;
  readonly maintenanceMinor: bigint;
  readonly tsMs: number;
}

export interface LogonEvent {
  readonly kind: "logon";
  readonly user: string;
  readonly durable: boolean;
  readonly accounts: readonly AccountInfo[];
}

export interface InstrumentsEvent {
  readonly kind: "instruments";
  readonly instruments: readonly InstrumentInfo[];
}

/** The orders connection is gone: requests without an answer may or may not have been carried out. */
export interface LostEvent {
  readonly kind: "lost";
  readonly unansweredClOrdIds: readonly string[];
}

export type OwnEvent =
  | LogonEvent
  | InstrumentsEvent
  | SnapshotEvent
  | ExecEvent
  | PositionEvent
  | BalanceEvent
  | StatusEvent
  | ScopeEvent
  | LimitEvent
  | ConfiguredEvent
  | FeeScheduleEvent
  | LossLimitEvent
  | LiquidationEvent
  | MassCancelEvent
  | RefusalEvent
  | LostEvent;
