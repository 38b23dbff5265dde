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
export { BOOK_SIDE, bookOp, OrderBook, type BookSide } from "./order-book.js";
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
  openCore,
  startCore,
  startOpenedCore,
  stopCore,
  copyJournal,
  type CoreConfig,
  type JournalCopy,
} from "./lifecycle.js";
export { coreMetrics, coreStateHash, coreStatus, type CoreStatus, type SnapshotView } from "./status.js";
export { awaitDurable, confirmProjected, durableSeq } from "./durability.js";
export { yieldThread } from "./yield-thread.js";
export { execute, type AdminCommand, type ControlScope, type ExecuteResult } from "./admin-command.js";
export {
  putCredential,
  removeCredential,
  removeUserCredentials,
  type Credential,
} from "./credential.js";
export {
  accountNamed,
  queryAccount,
  queryAccounts,
  queryTransfer,
  type AccountEntry,
  type AccountView,
  type BalanceView,
  type BaseEquityView,
  type PositionView,
  type TransferView,
} from "./account.js";
export { queryTrade, type OrderView, type TradeSideView } from "./order.js";
export { messagesLeft, queryLimits, type LimitInput, type LimitView } from "./limit.js";
export { queryAccountFees, queryFeeSchedules, type AccountFeesView, type FeeScheduleView, type FeeTier } from "./fee-schedule.js";
export {
  queryCurrencies,
  queryInstruments,
  type CurrencyEntry,
  type InstrumentView,
  type SessionInput,
} from "./instrument.js";
export { queryBars, queryBook, type BarView, type BookView } from "./market-view.js";
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
