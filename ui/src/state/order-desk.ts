/**
 * The one way from an intention to the wire. Every order, cancel, amendment and halt of this page goes through here.
 *
 * Invariants: what adds risk needs the page armed, fresh, permitted and the account active; cancel, flatten and kill need only a
 * line. One gesture sends one request: the same order within 100 ms is taken for a bouncing key.
 */
import { type Contingency, OrdType, Permission, Side, TimeInForce, TradingState } from "@jware/schemas/wire";
import type { InstrumentFormat } from "../format/instrument-format.js";
import type { Terms } from "../stream/order-terms.js";
import type { PositionEvent } from "../stream/own-event.js";
import type { ListedOrder, MassCancelRequest, NewListRequest, NewOrderRequest, OrderRequest } from "../stream/worker-message.js";
import { legOf } from "./account-books.js";
import { isLive, isOpen, type OrderRow, type OwnOrders } from "./own-orders.js";
import type { Freshness } from "./stale-lock.js";

export type Origin = "ticket" | "ladder" | "keys" | "blotter" | "chart";

export interface Draft extends Terms {
  readonly origin: Origin;
  /** What is sent with it: the other leg of an OCO, or the exits of a bracket (take-profit, stop-loss). */
  readonly linked?: { readonly contingency: Contingency; readonly orders: readonly Terms[] };
}

export type Sent = { readonly ok: true; readonly clOrdId: string } | { readonly ok: false; readonly problem: string };

/** What the desk has to know of the rest of the page. */
export interface DeskView {
  readonly account: { readonly id: number; readonly name: string; readonly permissions: number } | undefined;
  readonly format: InstrumentFormat | undefined;
  readonly armed: boolean;
  readonly freshness: Freshness;
  readonly tradingState: TradingState;
  /** Why all trading or the watched instrument is halted; empty where it is not. */
  readonly halted: string;
  readonly linesLive: boolean;
}

export interface DeskParts {
  view(): DeskView;
  send(request: OrderRequest): void;
  /** A request left; `draft` is given for new orders. */
  sent(request: OrderRequest, origin: Origin): void;
  changed(): void;
  nowMs(): number;
}

const BOUNCE_MS = 100;

export class OrderDesk {
  private readonly orders: OwnOrders;
  private readonly parts: DeskParts;
  private readonly prefix: string;
  private counter = 0;
  private last = { signature: "", ms: 0 };

  /** `prefix` makes the ids of this tab its own. */
  constructor(orders: OwnOrders, parts: DeskParts, prefix: string) {
    this.orders = orders;
    this.parts = parts;
    this.prefix = prefix;
  }

  /** Why an order that adds risk cannot be sent now; undefined = it can. */
  lockReason(): string | undefined {
    const { account, format, armed, freshness, tradingState } = this.parts.view();
    if (account === undefined) return "No account";
    if (format === undefined) return "No instrument";
    if ((account.permissions & Permission.Trade) === 0) return `You may look at ${account.name}, not trade on it`;
    if (freshness.state !== "fresh") return `Locked: ${freshness.why}`;
    if (tradingState === TradingState.Halted) return `${account.name} is halted`;
    const { halted } = this.parts.view();
    if (halted !== "") return halted;
    if (!armed) return "Disarmed: F2 arms";
    return undefined;
  }

  submit(draft: Draft): Sent {
    const reason = this.lockReason();
    if (reason !== undefined) return { ok: false, problem: reason };
    return this.place(draft);
  }

  /** Sends the opposite of a position at market, immediate or cancel. Reduces, so no arming is asked for. */
  flatten({ instrument, leg, lots }: Pick<PositionEvent, "instrument" | "leg" | "lots">): Sent {
    if (lots === 0) return { ok: false, problem: "Nothing to flatten" };
    const side = lots > 0 ? Side.Sell : Side.Buy;
    // Of two legs nothing else closes one; but a leg that a bust fill left on its wrong side is closed by what would open it.
    const reduceOnly = leg !== "net" && legOf({ side, reduceOnly: false }) !== leg;
    return this.place(
      {
        origin: "keys",
        side,
        ordType: OrdType.Market,
        timeInForce: TimeInForce.Ioc,
        lots: Math.abs(lots),
        ticks: 0,
        ...(reduceOnly ? { reduceOnly } : {}),
      },
      instrument,
    );
  }

  cancel(row: OrderRow, origin: Origin): Sent {
    if (!isOpen(row) || row.orderId === "") return { ok: false, problem: "The order is not working" };
    if (row.pending?.kind === "cancel") return { ok: false, problem: "Cancel is on its way" };
    const line = this.lineProblem();
    if (line !== undefined) return line;
    const clOrdId = this.nextId();
    this.orders.asked(row.key, { kind: "cancel", clOrdId, ...asIs(row) });
    return this.go({ kind: "cancel", account: row.account, clOrdId, origClOrdId: row.clOrdId, orderId: row.orderId }, origin);
  }

  /** `triggerTicks` of a waiting order; it stays where it is not given. A trailing stop finds its own. */
  replace(row: OrderRow, lots: number, ticks: number, origin: Origin, newTrigger?: number): Sent {
    if (!isLive(row)) return { ok: false, problem: "The order is not working" };
    const triggerTicks = row.ordType === OrdType.TrailingStop ? 0 : (newTrigger ?? row.triggerTicks);
    const moves = row.ordType !== OrdType.TrailingStop && triggerTicks !== row.triggerTicks;
    if (row.pending !== undefined) return { ok: false, problem: "A request for this order is on its way" };
    if (lots === row.orderLots && ticks === row.ticks && !moves) return { ok: false, problem: "Nothing was changed" };
    const addsRisk = lots > row.orderLots || ticks !== row.ticks || moves;
    const reason = addsRisk ? this.lockReason() : undefined;
    if (reason !== undefined) return { ok: false, problem: reason };
    const line = this.lineProblem();
    if (line !== undefined) return line;
    const clOrdId = this.nextId();
    this.orders.asked(row.key, { kind: "replace", clOrdId, lots, ticks, triggerTicks });
    const { account, clOrdId: origClOrdId, orderId } = row;
    return this.go({ kind: "replace", account, clOrdId, origClOrdId, orderId, lots, ticks, triggerTicks }, origin);
  }

  /** Cancels all orders of the account; of one instrument where it is given. */
  cancelAll(instrument = 0): Sent {
    const { account } = this.parts.view();
    if (account === undefined) return { ok: false, problem: "No account" };
    const line = this.lineProblem();
    if (line !== undefined) return line;
    const clOrdId = this.nextId();
    const request: MassCancelRequest = { kind: "mass-cancel", account: account.id, clOrdId, instrument, side: Side.None };
    for (const row of this.orders.list()) {
      if (row.account !== account.id || !isLive(row) || (instrument !== 0 && row.instrument !== instrument)) continue;
      this.orders.asked(row.key, { kind: "cancel", clOrdId, ...asIs(row) });
    }
    return this.go(request, "keys");
  }

  /** Cancels what is about one leg of a hedging account, order by order: no request names a leg. Gives the answers, none where nothing works. */
  cancelLeg(instrument: number, leg: "long" | "short"): readonly Sent[] {
    const { account } = this.parts.view();
    const isOfLeg = (row: OrderRow) => row.account === account?.id && row.instrument === instrument && legOf(row) === leg;
    const rows = this.orders.list().filter((row) => isLive(row) && row.pending?.kind !== "cancel" && isOfLeg(row));
    return rows.map((row) => this.cancel(row, "keys"));
  }

  /** Halts the account: its orders are canceled and new ones refused until someone with the right releases it. */
  kill(): Sent {
    const { account } = this.parts.view();
    if (account === undefined) return { ok: false, problem: "No account" };
    const line = this.lineProblem();
    if (line !== undefined) return line;
    return this.go({ kind: "halt", account: account.id, clOrdId: this.nextId(), reason: "kill switch of the terminal" }, "keys");
  }

  private place(draft: Draft, ofInstrument?: number): Sent {
    const { account, format } = this.parts.view();
    const instrument = ofInstrument ?? format?.info.id;
    if (account === undefined || instrument === undefined) return { ok: false, problem: "No account or instrument" };
    if (!Number.isSafeInteger(draft.lots) || draft.lots <= 0) return { ok: false, problem: "Qty is missing" };
    const line = this.lineProblem();
    if (line !== undefined) return line;
    const nowMs = this.parts.nowMs();
    const { origin, linked, ...terms } = draft;
    const signature = JSON.stringify([instrument, terms, linked]);
    if (signature === this.last.signature && nowMs - this.last.ms < BOUNCE_MS) {
      return { ok: false, problem: "The same order was sent a moment ago" };
    }
    this.last = { signature, ms: nowMs };
    const first: ListedOrder = { clOrdId: this.nextId(), ...terms };
    const to = { account: account.id, instrument, clOrdId: first.clOrdId };
    const request: NewOrderRequest | NewListRequest =
      linked === undefined
        ? { kind: "new-order", ...to, ...terms }
        : {
            ...{ kind: "new-list", ...to, contingency: linked.contingency },
            orders: [first, ...linked.orders.map((order) => ({ clOrdId: this.nextId(), ...order }))],
          };
    this.orders.sent(request, nowMs);
    return this.go(request, origin);
  }

  private lineProblem(): Sent | undefined {
    return this.parts.view().linesLive ? undefined : { ok: false, problem: "Not connected" };
  }

  private go(request: OrderRequest, origin: Origin): Sent {
    this.parts.send(request);
    this.parts.sent(request, origin);
    this.parts.changed();
    return { ok: true, clOrdId: request.clOrdId };
  }

  private nextId(): string {
    this.counter++;
    return `${this.prefix}-${this.counter.toString(36)}`;
  }
}

const asIs = ({ orderLots, ticks, triggerTicks }: OrderRow) => ({ lots: orderLots, ticks, triggerTicks });

/** Prefix of this tab's ClOrdIDs: long enough that two tabs of one account do not meet. */
export function tabPrefix(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): string {
  const bytes = random(new Uint8Array(8));
  return `ui${Array.from(bytes, (byte) => (byte % 36).toString(36)).join("")}`;
}
