/** Requests under way. */
import type { TradingStateName } from "@jware/schemas/order-names";
import type { AccountState, ScopeState } from "./account.js";
import type { TraceStart } from "./latency-trace.js";
import type { Order } from "./order.js";
import type { MassCancelResult } from "./requests.js";
import type { Validation } from "./validation.js";

export type Answer = Order | MassCancelResult | AccountState | ScopeState | Validation;

/** Requests that went out in one frame: what refuses the frame refuses each. */
export interface RequestGroup {
  readonly kind: "list" | "batch";
}

/** A request that was sent, and who waits for its answer. */
export interface Pending {
  readonly kind: "new" | "cancel" | "replace" | "massCancel" | "control" | "validate";
  readonly account: number;
  readonly clOrdId: string;
  /** Of a cancel or replace: the order it is about. */
  readonly origClOrdId?: string;
  /** Of a control: the state asked for, and the strategy where it is of one. */
  readonly state?: TradingStateName;
  readonly strategy?: number;
  readonly group?: RequestGroup;
  /** Where it is traced: the same of all requests that went out in its frame. */
  readonly trace?: TraceStart;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** A request that is to be sent. */
export type RequestTerms = Omit<Pending, "resolve" | "reject">;
