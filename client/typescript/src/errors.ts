/**
 * Everything that this SDK throws or rejects with. Each class is one situation that calls for one kind of answer; nothing else
 * leaves a documented call.
 */
import { type LimitScopeRef, limitScopeText } from "@jware/schemas/limit-names";

/** The unit of `limit`, `value` and `headroom`: what their decimal text counts. */
export type LimitUnit = "price" | "quantity" | "money" | "count" | "bytes";

/** Whose limit: all together, an account (by its name), a strategy of it, a user or an API key (by their numbers). */
export type LimitScope = LimitScopeRef<string>;

/** What the server says when it does not carry out a request. Codes: docs/refusals.md. */
export interface RefusalDetail {
  readonly code: number;
  /** Stable name, such as `INSUFFICIENT_FUNDS`. */
  readonly rule: string;
  /** One sentence for people. */
  readonly text: string;
  /** Whether the same request may succeed later. */
  readonly isTransient: boolean;
  readonly account?: string;
  readonly symbol?: string;
  readonly clOrdId?: string;
  /** The rule's limit, the value found, and what is left of the limit: decimal text, absent where the rule has none. */
  readonly unit?: LimitUnit;
  readonly currency?: string;
  readonly limit?: string;
  readonly value?: string;
  readonly headroom?: string;
  /** Whose limit it was; absent where the rule is of none that an administrator set. */
  readonly scope?: LimitScope;
}

/** The server refused a request: nothing was changed by it. */
export class Refused extends Error {
  readonly detail: RefusalDetail;

  constructor(detail: RefusalDetail) {
    const { rule, text, limit, value, headroom, scope } = detail;
    const figures =
      limit === undefined
        ? ""
        : ` (limit ${limit}${scope === undefined ? "" : ` of ${limitScopeText(scope)}`}, value ${value}, headroom ${headroom})`;
    super(`${rule}: ${text}${figures}`);
    this.name = new.target.name;
    this.detail = detail;
  }

  get code(): number {
    return this.detail.code;
  }

  get rule(): string {
    return this.detail.rule;
  }
}

/** The server refused an order, a cancel, a replace, a mass cancel or a control. */
export class OrderRefused extends Refused {
  get limit(): string | undefined {
    return this.detail.limit;
  }

  get value(): string | undefined {
    return this.detail.value;
  }

  get headroom(): string | undefined {
    return this.detail.headroom;
  }
}

/** The request was never sent: an unknown symbol or account, or a number that is no whole number of ticks or lots. */
export class InvalidRequest extends Error {
  override readonly name = "InvalidRequest";
}

/** The request was never sent: there is no connection at this moment. The client is connecting again, or was closed. */
export class NotConnected extends Error {
  override readonly name = "NotConnected";
}

/**
 * The request was sent and the connection was lost before its answer: it may or may not have been carried out. Nothing is sent
 * again by itself. After the `resync` event the client's orders and positions are the truth.
 */
export class OutcomeUnknown extends Error {
  override readonly name = "OutcomeUnknown";
  readonly clOrdId: string;

  /** `cause`: why the history could not be asked, where that was tried. */
  constructor(clOrdId: string, cause?: unknown) {
    const options = cause === undefined ? {} : { cause };
    super(`the connection was lost before request ${clOrdId} was answered; look at the orders after the resync`, options);
    this.clOrdId = clOrdId;
  }
}

/** No connection could be made, or it cannot be kept: wrong address, wrong credentials, replaced by another session. */
export class ConnectionFailed extends Error {
  override readonly name = "ConnectionFailed";
  /** Whether trying again with the same credentials is pointless. */
  readonly isPermanent: boolean;

  constructor(message: string, isPermanent: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isPermanent = isPermanent;
  }
}

/** An event iteration fell behind by more events than it may hold, and was ended. */
export class ConsumerTooSlow extends Error {
  override readonly name = "ConsumerTooSlow";
}
