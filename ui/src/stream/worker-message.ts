/** What page and worker say to each other. Quantities in lots, prices in ticks, ids as text. */
import type { Contingency, Side } from "@jware/schemas/wire";
import type { FrameBatch } from "./frame-batch.js";
import type { Terms } from "./order-terms.js";

export interface NewOrderRequest extends Terms {
  readonly kind: "new-order";
  readonly account: number;
  readonly instrument: number;
  readonly clOrdId: string;
}

export interface ListedOrder extends Terms {
  readonly clOrdId: string;
}

/** Linked orders; the request goes by the name of its first. */
export interface NewListRequest {
  readonly kind: "new-list";
  readonly account: number;
  readonly instrument: number;
  readonly clOrdId: string;
  readonly contingency: Contingency;
  readonly orders: readonly ListedOrder[];
}

export interface CancelRequest {
  readonly kind: "cancel";
  readonly account: number;
  readonly clOrdId: string;
  readonly origClOrdId: string;
  readonly orderId: string;
}

export interface ReplaceRequest {
  readonly kind: "replace";
  readonly account: number;
  readonly clOrdId: string;
  readonly origClOrdId: string;
  readonly orderId: string;
  readonly lots: number;
  readonly ticks: number;
  /** 0 for types that have none, and for trailing stops. */
  readonly triggerTicks: number;
}

/** `instrument` 0 and `side` None mean all. */
export interface MassCancelRequest {
  readonly kind: "mass-cancel";
  readonly account: number;
  readonly clOrdId: string;
  readonly instrument: number;
  readonly side: Side;
}

export interface HaltRequest {
  readonly kind: "halt";
  readonly account: number;
  readonly clOrdId: string;
  readonly reason: string;
}

export type OrderRequest = NewOrderRequest | NewListRequest | CancelRequest | ReplaceRequest | MassCancelRequest | HaltRequest;

/** Which of the two connections. */
export type RouteName = "orders" | "market";

export type ToWorker =
  | { readonly kind: "start"; readonly wsUrl: string }
  | { readonly kind: "stop" }
  /** The answer to `need-ticket`; without a ticket the worker tries again later. */
  | { readonly kind: "ticket"; readonly route: RouteName; readonly ticket: string | undefined }
  /** The page is ready for a batch: one comes as soon as there is something in it. */
  | { readonly kind: "pull"; readonly spent: readonly ArrayBuffer[] }
  | { readonly kind: "watch"; readonly instrument: number; readonly intervalS: number }
  | { readonly kind: "reconnect" }
  | { readonly kind: "request"; readonly request: OrderRequest };

export type FromWorker = FrameBatch | { readonly kind: "need-ticket"; readonly route: RouteName };
