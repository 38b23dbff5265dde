/** The SDK for algorithms: `connect`, then orders and market data with typed events. */
export type { Client, ClientOptions } from "./client.js";
export { connect, type Credentials } from "./connect.js";
export type {
  Batch,
  BatchRequest,
  BatchResult,
  ControlOptions,
  ListedOrder,
  NewOrder,
  NewOrderList,
  RequestOptions,
  Subscription,
  MassCancelResult,
} from "./requests.js";
export {
  ConnectionFailed,
  ConsumerTooSlow,
  InvalidRequest,
  type LimitScope,
  type LimitUnit,
  NotConnected,
  OrderRefused,
  OutcomeUnknown,
  Refused,
  type RefusalDetail,
} from "./errors.js";
export type { Account, AccountState, Balance, PermissionName, Position, ScopeState } from "./account.js";
export type { Book } from "./book.js";
export type { ClientEvents, ConnectionEvent } from "./client-events.js";
export type { AccountConfigured, FeeSchedule, FeeTier, LimitState, Liquidation, LossLimitPassed, Who } from "./limit.js";
export type { ConnectionState, Route } from "./connection.js";
export type { Instrument } from "./instrument.js";
export type { LatencyStages, LatencyTrace, TracedRequest } from "./latency-trace.js";
export type { Bar, BookStateName, Level, Quote, Trade } from "./market.js";
export type { ChannelName } from "./market-session.js";
export type { Execution, Order } from "./order.js";
export type { NewOrderTerms, OrderChange } from "./order-request.js";
export type { Resync } from "./order-events.js";
export type { Validation } from "./validation.js";
export type { AccountKindName, LimitKindName, PositionLegName, PositionModeName } from "@jware/schemas/limit-names";
export type {
  ContingencyName,
  ExecTypeName,
  OrdStatusName,
  OrdTypeName,
  PostOnlyName,
  SelfTradePreventionName,
  SideName,
  TimeInForceName,
  TradingStateName,
  TriggerSourceName,
} from "@jware/schemas/order-names";
