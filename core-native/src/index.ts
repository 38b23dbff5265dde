/**
 * The native core as TypeScript sees it: one core per process, called from any thread.
 *
 * Hot calls (`submit`, `Outbox.drain`, `market`) take and give bytes in buffers the caller owns: no object is made per
 * message. Everything else is cold and speaks plain objects; 64-bit values are decimal strings there, except ticks, lots,
 * ids and sequences, which stay below 2^53.
 */
export {
  Outbox,
  openSession,
  closeSession,
  submit,
  submitInTurn,
  resyncMarket,
  sweepSessions,
  tracesWritten,
  type GatewayGrant,
} from "./session.js";
export { ROUTE, readRecords, type RecordVisitor } from "./record.js";
export { MarketBatch } from "./market-batch.js";
export { BOOK_SIDE, OrderBook, type BookSide } from "./order-book.js";
export {
  aggregateBars,
  computeIndicator,
  indicatorCatalogue,
  type BarColumns,
  type IndicatorColumns,
  type IndicatorEntry,
  type IndicatorParameter,
} from "./indicators.js";
export {
  accountNamed,
  awaitDurable,
  confirmProjected,
  copyJournal,
  coreMetrics,
  durableSeq,
  yieldThread,
  coreStateHash,
  coreStatus,
  execute,
  messagesLeft,
  openCore,
  putCredential,
  queryAccount,
  queryAccountFees,
  queryAccounts,
  queryBars,
  queryBook,
  queryCurrencies,
  queryFeeSchedules,
  queryInstruments,
  queryLimits,
  queryTrade,
  queryTransfer,
  removeCredential,
  removeUserCredentials,
  startCore,
  startOpenedCore,
  stopCore,
} from "./core.js";
export type {
  AccountEntry,
  AccountFeesView,
  AccountKindName,
  PositionLegName,
  PositionModeName,
  AccountPermission,
  AccountView,
  AdminCommand,
  BalanceView,
  BarView,
  BaseEquityView,
  BookView,
  ControlScope,
  CoreConfig,
  CoreStatus,
  Credential,
  CurrencyEntry,
  ExecuteResult,
  FeeScheduleView,
  FeeTier,
  InstrumentView,
  JournalCopy,
  LimitInput,
  LimitName,
  LimitScopeInput,
  LimitView,
  OrderView,
  PositionView,
  SnapshotView,
  SessionInput,
  TradeSideView,
  TradingStateName,
  TransferView,
} from "./core.js";
export { holdJournal, ProjectionReader, type ProjectionBatch, type TableRows } from "./projection.js";
export { SnapshotMaking } from "./snapshot-making.js";
export {
  JournalWalk,
  type Spread,
  type WalkAccount,
  type WalkBook,
  type WalkDamage,
  type WalkPlan,
  type WalkReport,
  type WalkStep,
} from "./journal-walk.js";
