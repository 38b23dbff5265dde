/** What a user of the client asks for. */
import type { BarIntervalS } from "@jware/schemas";
import type { ContingencyName } from "@jware/schemas/order-names";
import type { RefusalDetail } from "./errors.js";
import type { ChannelName } from "./market-session.js";
import type { NewOrderTerms, OrderChange } from "./order-request.js";
import type { Order } from "./order.js";

export interface RequestOptions {
  /** Asks where the time of this request goes, told by a `latencyTrace` event; the client's own `trace` where absent. */
  readonly trace?: boolean;
}

export interface NewOrder extends NewOrderTerms {
  /** Needed where the user has several accounts. */
  readonly account?: string;
  readonly symbol: string;
  /** Made by the client where absent; 1 to 36 printable ASCII characters, unique per account. */
  readonly clOrdId?: string;
}

/** One order of a list: account and symbol are the list's. */
export interface ListedOrder extends NewOrderTerms {
  readonly clOrdId?: string;
}

/** Linked orders: `oco` has two legs, `oto` a parent and a child, `bracket` a parent, a take-profit and a stop-loss. */
export interface NewOrderList {
  readonly account?: string;
  readonly symbol: string;
  readonly contingency: ContingencyName;
  readonly orders: readonly ListedOrder[];
}

export type BatchRequest =
  | ({ readonly kind: "new" } & Omit<NewOrder, "account">)
  | { readonly kind: "cancel"; readonly order: Order }
  | { readonly kind: "replace"; readonly order: Order; readonly change: OrderChange };

export interface Batch {
  readonly account?: string;
  /** All or none: new orders and cancels only. False where absent: each by itself. */
  readonly atomic?: boolean;
  /** 1 to 64, carried out in this order. */
  readonly requests: readonly BatchRequest[];
}

/** How one request of a batch ended. */
export type BatchResult = { readonly ok: true; readonly order: Order } | { readonly ok: false; readonly refusal: RefusalDetail };

export interface ControlOptions {
  readonly account?: string;
  /** Closes the account's positions at the market afterwards. */
  readonly flatten?: boolean;
}

export interface Subscription {
  readonly symbols: readonly string[];
  readonly channels: readonly ChannelName[];
  /** Of `bars`: 1, 60, 300, 900, 3600 or 86400; 60 where absent. */
  readonly barIntervalS?: BarIntervalS;
}

export interface MassCancelResult {
  readonly account: string;
  readonly canceledCount: number;
}
