/** The words of orders in JSON and in SDKs, by the numbers of the wire, both ways. Vocabulary: docs/protocol.md. */
import {
  Contingency,
  ExecReason,
  ExecType,
  OrdStatus,
  OrdType,
  PostOnly,
  SelfTradePrevention,
  Side,
  TimeInForce,
  TradingState,
  TriggerSource,
} from "../gen/ts/jware/wire.js";

export const SIDE_BY_NAME = { buy: Side.Buy, sell: Side.Sell } as const;
export type SideName = keyof typeof SIDE_BY_NAME;

export const ORD_TYPE_BY_NAME = {
  market: OrdType.Market,
  limit: OrdType.Limit,
  stop: OrdType.Stop,
  stopLimit: OrdType.StopLimit,
  trailingStop: OrdType.TrailingStop,
  marketIfTouched: OrdType.MarketIfTouched,
  limitIfTouched: OrdType.LimitIfTouched,
} as const;
export type OrdTypeName = keyof typeof ORD_TYPE_BY_NAME;

export const TIME_IN_FORCE_BY_NAME = {
  gtc: TimeInForce.Gtc,
  day: TimeInForce.Day,
  ioc: TimeInForce.Ioc,
  fok: TimeInForce.Fok,
  gtd: TimeInForce.Gtd,
} as const;
export type TimeInForceName = keyof typeof TIME_IN_FORCE_BY_NAME;

const ORD_STATUS_BY_NAME = {
  new: OrdStatus.New,
  partiallyFilled: OrdStatus.PartiallyFilled,
  filled: OrdStatus.Filled,
  canceled: OrdStatus.Canceled,
  expired: OrdStatus.Expired,
  denied: OrdStatus.Denied,
  held: OrdStatus.Held,
  rejected: OrdStatus.Rejected,
  pendingNew: OrdStatus.PendingNew,
  pendingCancel: OrdStatus.PendingCancel,
  pendingReplace: OrdStatus.PendingReplace,
  unknown: OrdStatus.Unknown,
} as const;
export type OrdStatusName = keyof typeof ORD_STATUS_BY_NAME;

const EXEC_TYPE_BY_NAME = {
  new: ExecType.New,
  trade: ExecType.Trade,
  replaced: ExecType.Replaced,
  canceled: ExecType.Canceled,
  expired: ExecType.Expired,
  status: ExecType.Status,
  triggered: ExecType.Triggered,
  restated: ExecType.Restated,
  rejected: ExecType.Rejected,
  pendingNew: ExecType.PendingNew,
  pendingCancel: ExecType.PendingCancel,
  pendingReplace: ExecType.PendingReplace,
  unknown: ExecType.Unknown,
  tradeCancel: ExecType.TradeCancel,
  tradeCorrect: ExecType.TradeCorrect,
} as const;
export type ExecTypeName = keyof typeof EXEC_TYPE_BY_NAME;

const EXEC_REASON_BY_NAME = {
  none: ExecReason.None,
  requested: ExecReason.Requested,
  massCancel: ExecReason.MassCancel,
  halted: ExecReason.Halted,
  iocRemainder: ExecReason.IocRemainder,
  fokUnfillable: ExecReason.FokUnfillable,
  marketRemainder: ExecReason.MarketRemainder,
  disconnect: ExecReason.Disconnect,
  replaceBelowCum: ExecReason.ReplaceBelowCum,
  selfTrade: ExecReason.SelfTrade,
  timeReached: ExecReason.TimeReached,
  sessionClosed: ExecReason.SessionClosed,
  linked: ExecReason.Linked,
  reduceOnly: ExecReason.ReduceOnly,
  postOnly: ExecReason.PostOnly,
  refused: ExecReason.Refused,
  flatten: ExecReason.Flatten,
  liquidation: ExecReason.Liquidation,
} as const;
export type ExecReasonName = keyof typeof EXEC_REASON_BY_NAME;

export const TRIGGER_SOURCE_BY_NAME = {
  last: TriggerSource.Last,
  mark: TriggerSource.Mark,
  quote: TriggerSource.Quote,
  mid: TriggerSource.Mid,
} as const;
export type TriggerSourceName = keyof typeof TRIGGER_SOURCE_BY_NAME;

export const POST_ONLY_BY_NAME = { reject: PostOnly.Reject, reprice: PostOnly.Reprice } as const;
export type PostOnlyName = keyof typeof POST_ONLY_BY_NAME;

export const SELF_TRADE_PREVENTION_BY_NAME = {
  allow: SelfTradePrevention.Allow,
  cancelNewest: SelfTradePrevention.CancelNewest,
  cancelOldest: SelfTradePrevention.CancelOldest,
  cancelBoth: SelfTradePrevention.CancelBoth,
  decrement: SelfTradePrevention.Decrement,
} as const;
export type SelfTradePreventionName = keyof typeof SELF_TRADE_PREVENTION_BY_NAME;

export const CONTINGENCY_BY_NAME = { oco: Contingency.Oco, oto: Contingency.Oto, bracket: Contingency.Bracket } as const;
export type ContingencyName = keyof typeof CONTINGENCY_BY_NAME;

export const TRADING_STATE_BY_NAME = {
  active: TradingState.Active,
  reducing: TradingState.Reducing,
  halted: TradingState.Halted,
} as const;
export type TradingStateName = keyof typeof TRADING_STATE_BY_NAME;

/** Name by number; undefined for a number that this version does not know. */
export type Names<Name extends string> = Readonly<Record<number, Name>>;

/** The names alone, as they are listed. */
export const wordsOf = <Name extends string>(numbers: Readonly<Record<Name, number>>): Name[] => Object.keys(numbers) as Name[];

/** Names of numbers, from numbers of names. */
export const inverted = <Name extends string>(numbers: Readonly<Record<Name, number>>): Names<Name> =>
  Object.fromEntries(Object.entries<number>(numbers).map(([name, number]) => [number, name as Name]));

export const SIDE_NAMES = inverted<SideName>(SIDE_BY_NAME);
export const ORD_TYPE_NAMES = inverted<OrdTypeName>(ORD_TYPE_BY_NAME);
export const TIME_IN_FORCE_NAMES = inverted<TimeInForceName>(TIME_IN_FORCE_BY_NAME);
export const ORD_STATUS_NAMES = inverted<OrdStatusName>(ORD_STATUS_BY_NAME);
export const EXEC_TYPE_NAMES = inverted<ExecTypeName>(EXEC_TYPE_BY_NAME);
export const EXEC_REASON_NAMES = inverted<ExecReasonName>(EXEC_REASON_BY_NAME);
export const TRIGGER_SOURCE_NAMES = inverted<TriggerSourceName>(TRIGGER_SOURCE_BY_NAME);
export const POST_ONLY_NAMES = inverted<PostOnlyName>(POST_ONLY_BY_NAME);
export const SELF_TRADE_PREVENTION_NAMES = inverted<SelfTradePreventionName>(SELF_TRADE_PREVENTION_BY_NAME);
export const CONTINGENCY_NAMES = inverted<ContingencyName>(CONTINGENCY_BY_NAME);
export const TRADING_STATE_NAMES = inverted<TradingStateName>(TRADING_STATE_BY_NAME);

/** Whether an order of this type has a limit price of its own. */
export const hasPrice = (type: OrdTypeName): boolean => type === "limit" || type === "stopLimit" || type === "limitIfTouched";
/** Whether it waits for a trigger. */
export const hasTrigger = (type: OrdTypeName): boolean => type !== "market" && type !== "limit";
/** Whether nothing more can happen to an order of this status, but for the corrections of a venue. */
export const isDoneStatus = (status: OrdStatusName): boolean => DONE.has(status);
const DONE: ReadonlySet<OrdStatusName> = new Set(["filled", "canceled", "expired", "denied", "rejected"]);
/** The numbers of those statuses. */
export const DONE_ORD_STATUSES: ReadonlySet<number> = new Set([...DONE].map((name) => ORD_STATUS_BY_NAME[name]));
