/** What a client is told of its orders and accounts, by name. */
import type { AccountState, Balance, Position, ScopeState } from "./account.js";
import type { RefusalDetail } from "./errors.js";
import type { LatencyTrace } from "./latency-trace.js";
import type { AccountConfigured, FeeSchedule, LimitState, Liquidation, LossLimitPassed } from "./limit.js";
import type { Execution, Order } from "./order.js";

/** The state of an account as of a snapshot: at the start, and after every lost connection. */
export interface Resync {
  readonly account: string;
  readonly accountSeq: number;
  /** Private events that happened while this client was away; their sum is in the state. 0 at the start. */
  readonly missedCount: number;
  /** Orders that were working when the client last heard, and are no longer: filled or canceled while it was away. */
  readonly ended: readonly Order[];
}

export interface OrderEvents {
  execution: Execution;
  /** Each new state of an order. */
  order: Order;
  position: Position;
  balance: Balance;
  accountState: AccountState;
  /** Of the firm, an instrument or a strategy; after a logon, also each that is not active. */
  scopeState: ScopeState;
  /** A limit that binds this session was set or taken away; with the permission Risk, any of the firm, of users and of keys too. */
  limit: LimitState;
  accountConfigured: AccountConfigured;
  /** Of an account of this session, or of the firm. What an account pays now: GET /api/v1/fees. */
  feeSchedule: FeeSchedule;
  /** What follows from it comes as order, position and accountState. */
  lossLimitPassed: LossLimitPassed;
  liquidation: Liquidation;
  /** Every refusal this client receives, those that reject a promise included. */
  refusal: RefusalDetail;
  /** Where the time of a request went that asked for it; comes some milliseconds after its answer. */
  latencyTrace: LatencyTrace;
  resync: Resync;
}
