/**
 * The account's orders as the server reports them, and the requests that wait for its answer.
 *
 * Invariant: only an execution report changes what an order is. A request of ours changes what is shown as asked for, never the
 * order itself; a refusal or a lost connection takes the request back and says so on the row.
 */
import {
  type Contingency,
  ExecReason,
  ExecType,
  OrdStatus,
  OrdType,
  type PostOnly,
  RequestKind,
  Side,
  TimeInForce,
} from "@jware/schemas/wire";
import type { ExecEvent, RefusalEvent, SnapshotEvent } from "../stream/own-event.js";
import type { Terms } from "../stream/order-terms.js";
import type { ListedOrder, NewListRequest, NewOrderRequest } from "../stream/worker-message.js";

/**
 * `sending` = asked for, no answer yet; `travelling` = accepted, on its way to its venue; `waiting` = for its trigger or its parent; `rejected` = refused after it was accepted; `unknown` = the connection went before the answer; `refused` = never became an order;
 * `gone` = left the book while nobody looked, and how is not known yet.
 */
export type OrderState =
  | "sending"
  | "travelling"
  | "waiting"
  | "working"
  | "filled"
  | "canceled"
  | "expired"
  | "rejected"
  | "refused"
  | "unknown"
  | "gone";

export interface PendingRequest {
  readonly kind: "cancel" | "replace";
  readonly clOrdId: string;
  readonly lots: number;
  readonly ticks: number;
  readonly triggerTicks: number;
}

export interface OrderRow {
  /** Stays the same over replaces: the first ClOrdID that was seen. */
  readonly key: string;
  readonly orderId: string;
  readonly clOrdId: string;
  readonly account: number;
  readonly instrument: number;
  readonly side: Side;
  readonly ordType: OrdType;
  readonly timeInForce: TimeInForce;
  readonly state: OrderState;
  readonly orderLots: number;
  readonly ticks: number;
  readonly cumLots: number;
  readonly leavesLots: number;
  readonly cumLotTicks: bigint;
  readonly reason: string;
  /** 0 = none. */
  readonly triggerTicks: number;
  readonly trailTicks: number;
  readonly trailBps: number;
  readonly displayLots: number;
  readonly expireMs: number;
  readonly postOnly: PostOnly;
  readonly reduceOnly: boolean;
  /** "0" = none. */
  readonly listId: string;
  readonly contingency: Contingency;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly pending: PendingRequest | undefined;
  readonly refusal: RefusalEvent | undefined;
}

export interface FillRow {
  readonly key: string;
  readonly tsMs: number;
  readonly account: number;
  readonly instrument: number;
  readonly side: Side;
  readonly lots: number;
  readonly ticks: number;
  readonly feeMinor: bigint;
  readonly maker: boolean;
  readonly clOrdId: string;
  /** What an administrator did to it since, and why; absent where nothing. */
  readonly adjusted?: { readonly how: "bust" | "corrected"; readonly why: string };
}

/** A fill as it is from now on, by the key of the fill. */
export interface FillAdjustment {
  readonly key: string;
  readonly how: "bust" | "corrected";
  readonly why: string;
  readonly lots: number;
  readonly ticks: number;
  readonly feeMinor: bigint;
}

/** A bust fill keeps its figures: what it was is what was taken back. */
export const adjustedFill = (fill: FillRow, { how, why, lots, ticks, feeMinor }: FillAdjustment): FillRow =>
  how === "bust" ? { ...fill, adjusted: { how, why } } : { ...fill, lots, ticks, feeMinor, adjusted: { how, why } };

export const FILLS_MAX = 5000;
export const CLOSED_ORDERS_MAX = 500;

export const isOpen = (row: OrderRow): boolean => isLive(row) || row.state === "sending" || row.state === "unknown";
/** The server has it: it works, waits or is on its way. */
export const isLive = (row: OrderRow): boolean =>
  row.state === "working" || row.state === "waiting" || row.state === "travelling";
/** It rests in the book at a limit, as far as reports tell: a stop that was triggered may. */
export const isInBook = (row: OrderRow): boolean => row.state === "working" && row.ticks > 0;
/** Where an order stands on a price axis: a waiting one at its trigger, unless its price is all it has; 0 = nowhere. */
export const lineTicks = (row: OrderRow): number =>
  row.state === "waiting" && row.triggerTicks > 0 ? row.triggerTicks : row.ticks > 0 ? row.ticks : row.triggerTicks;

export class OwnOrders {
  private readonly rows = new Map<string, OrderRow>();
  private readonly keyOfOrder = new Map<string, string>();
  private readonly keyOfRequest = new Map<string, string>();
  /** Names of all orders of a list, by each of them. */
  private readonly listOfName = new Map<string, readonly string[]>();
  private readonly fillKeys = new Set<string>();
  private fillRows: FillRow[] = [];

  /** Newest first. */
  list(): OrderRow[] {
    return [...this.rows.values()].reverse();
  }

  /** Newest first. */
  fills(): readonly FillRow[] {
    return this.fillRows;
  }

  get(key: string): OrderRow | undefined {
    return this.rows.get(key);
  }

  /** A list's orders go in together: what refuses one refuses all. */
  sent(request: NewOrderRequest | NewListRequest, nowMs: number): void {
    const orders: readonly (ListedOrder & Terms)[] = request.kind === "new-list" ? request.orders : [request];
    for (const order of orders) this.put(sentRow(order, request.account, request.instrument, nowMs));
    for (const { clOrdId } of orders) this.keyOfRequest.set(clOrdId, clOrdId);
    if (request.kind === "new-list")
      for (const { clOrdId } of orders)
        this.listOfName.set(
          clOrdId,
          orders.map((each) => each.clOrdId),
        );
  }

  asked(key: string, pending: PendingRequest): void {
    this.keyOfRequest.set(pending.clOrdId, key);
    this.change(key, { pending, refusal: undefined });
  }

  /** Takes a report in; the fill where it brought one. */
  report(event: ExecEvent): FillRow | undefined {
    const key = this.keyOf(event);
    this.keyOfOrder.set(event.orderId, key);
    const known = this.rows.get(key);
    // That a request is on its way is no answer to it, and the order keeps its name until it is there.
    const isOnItsWay = event.execType === ExecType.PendingCancel || event.execType === ExecType.PendingReplace;
    const answersPending =
      known?.pending !== undefined && !isOnItsWay && (known.pending.clOrdId === event.clOrdId || endsOrder(event));
    this.put({
      key,
      orderId: event.orderId,
      clOrdId: isOnItsWay && event.origClOrdId !== "" ? event.origClOrdId : event.clOrdId,
      account: event.account,
      instrument: event.instrument,
      side: event.side,
      ordType: event.ordType,
      timeInForce: event.timeInForce,
      state: stateOf(event.ordStatus, known?.state),
      orderLots: event.orderLots,
      ticks: event.priceTicks,
      cumLots: event.cumLots,
      leavesLots: event.leavesLots,
      cumLotTicks: event.cumLotTicks,
      reason: REASON_TEXT[event.reason],
      triggerTicks: event.triggerTicks,
      trailTicks: event.trailTicks,
      trailBps: event.trailBps,
      displayLots: event.displayLots,
      expireMs: event.expireMs,
      postOnly: event.postOnly,
      reduceOnly: event.reduceOnly,
      listId: event.listId,
      contingency: event.contingency,
      createdMs: event.createdMs,
      updatedMs: event.tsMs,
      pending: answersPending ? undefined : known?.pending,
      refusal: event.refusal ?? known?.refusal,
    });
    this.trim();
    if (event.execType === ExecType.TradeCancel || event.execType === ExecType.TradeCorrect) this.adjust(event);
    return event.execType === ExecType.Trade ? this.fill(event) : undefined;
  }

  /** The row that a refusal belongs to, after it was marked; undefined where the request is not an order's. */
  refused(refusal: RefusalEvent): OrderRow | undefined {
    const key = this.keyOfRequest.get(refusal.clOrdId);
    const row = key === undefined ? undefined : this.rows.get(key);
    if (row === undefined) return undefined;
    const isNew = row.state === "sending" || row.state === "unknown";
    if (!isNew) return this.change(row.key, { pending: undefined, refusal });
    for (const name of this.listOfName.get(row.clOrdId) ?? []) {
      if (name !== row.clOrdId) this.change(name, { state: "refused", leavesLots: 0, reason: "with its list" });
    }
    return this.change(row.key, { state: "refused", leavesLots: 0, refusal });
  }

  /** Whether it refuses to cancel what is canceled: with an order that it was linked to, or by another's hand. */
  isDone({ responseTo, clOrdId }: RefusalEvent): boolean {
    const key = this.keyOfRequest.get(clOrdId);
    return responseTo === RequestKind.Cancel && key !== undefined && this.rows.get(key)?.state === "canceled";
  }

  dismiss(key: string): void {
    const row = this.rows.get(key);
    if (row?.state === "refused") this.rows.delete(key);
    else this.change(key, { refusal: undefined });
  }

  lost(clOrdIds: readonly string[]): void {
    for (const clOrdId of clOrdIds.flatMap((name) => this.listOfName.get(name) ?? [name])) {
      const key = this.keyOfRequest.get(clOrdId);
      const row = key === undefined ? undefined : this.rows.get(key);
      if (row?.state === "sending") this.change(row.key, { state: "unknown" });
    }
  }

  /**
   * The whole truth of one account. Orders of ours that it does not name are no longer working; those whose end is not known
   * are given back, to be asked for.
   */
  snapshot(snapshot: SnapshotEvent): OrderRow[] {
    const present = new Set<string>();
    for (const report of snapshot.orders) {
      this.report({ ...report, execType: ExecType.Status });
      present.add(this.keyOf(report));
    }
    const missing: OrderRow[] = [];
    for (const row of this.rows.values()) {
      if (row.account !== snapshot.account) continue;
      if (present.has(row.key)) {
        if (row.pending !== undefined) this.change(row.key, { pending: undefined });
      } else if (isOpen(row)) {
        const changed = this.change(row.key, { state: isLive(row) ? "gone" : "unknown", pending: undefined });
        if (changed !== undefined) missing.push(changed);
      }
    }
    return missing;
  }

  /** What history says of an order whose end was missed; undefined = the server never got it. */
  resolve(key: string, found: { readonly state: OrderState; readonly cumLots: number } | undefined): void {
    const row = this.rows.get(key);
    if (row === undefined || (row.state !== "unknown" && row.state !== "gone")) return;
    if (found === undefined) {
      if (row.state === "unknown") this.change(key, { state: "refused", leavesLots: 0, reason: "never reached the server" });
      return;
    }
    this.change(key, { state: found.state, cumLots: found.cumLots, leavesLots: 0 });
  }

  /** Older fills from history, behind those that were seen live. */
  addHistory(fills: readonly FillRow[]): void {
    const unseen = fills.filter((fill) => !this.fillKeys.has(fill.key));
    for (const fill of unseen) this.fillKeys.add(fill.key);
    this.fillRows = [...this.fillRows, ...unseen].sort((a, b) => b.tsMs - a.tsMs).slice(0, FILLS_MAX);
  }

  /** A trade was taken back or corrected: so is its fill, if it is shown. */
  private adjust(event: ExecEvent): void {
    const how = event.execType === ExecType.TradeCancel ? "bust" : "corrected";
    const { execRefId: key, text: why, lastLots: lots, lastTicks: ticks, lastFeeMinor: feeMinor } = event;
    const adjustment = { key, how, why, lots, ticks, feeMinor } as const;
    this.fillRows = this.fillRows.map((fill) => (fill.key === key ? adjustedFill(fill, adjustment) : fill));
  }

  private fill(event: ExecEvent): FillRow | undefined {
    if (this.fillKeys.has(event.execId)) return undefined;
    this.fillKeys.add(event.execId);
    const fill: FillRow = {
      key: event.execId,
      tsMs: event.tsMs,
      account: event.account,
      instrument: event.instrument,
      side: event.side,
      lots: event.lastLots,
      ticks: event.lastTicks,
      feeMinor: event.lastFeeMinor,
      maker: event.liquidity === 1,
      clOrdId: event.clOrdId,
    };
    this.fillRows = [fill, ...this.fillRows].slice(0, FILLS_MAX);
    return fill;
  }

  private keyOf(event: ExecEvent): string {
    return (
      this.keyOfOrder.get(event.orderId) ??
      this.keyOfRequest.get(event.clOrdId) ??
      this.keyOfRequest.get(event.origClOrdId) ??
      event.clOrdId
    );
  }

  private change(key: string, change: Partial<OrderRow>): OrderRow | undefined {
    const row = this.rows.get(key);
    if (row === undefined) return undefined;
    const changed = { ...row, ...change };
    this.rows.set(key, changed);
    return changed;
  }

  private put(row: OrderRow): void {
    this.rows.set(row.key, row);
  }

  /** Forgets the oldest closed orders beyond the cap. */
  private trim(): void {
    if (this.rows.size <= CLOSED_ORDERS_MAX) return;
    let surplus = this.rows.size - CLOSED_ORDERS_MAX;
    for (const row of this.rows.values()) {
      if (surplus === 0) return;
      if (isOpen(row)) continue;
      this.rows.delete(row.key);
      this.keyOfOrder.delete(row.orderId);
      this.keyOfRequest.delete(row.clOrdId);
      this.listOfName.delete(row.clOrdId);
      surplus--;
    }
  }
}

const endsOrder = (event: ExecEvent): boolean => ENDED.has(event.ordStatus);
const ENDED: ReadonlySet<OrdStatus> = new Set([
  OrdStatus.Filled,
  OrdStatus.Canceled,
  OrdStatus.Expired,
  OrdStatus.Denied,
  OrdStatus.Rejected,
]);

const sentRow = (order: ListedOrder, account: number, instrument: number, nowMs: number): OrderRow => ({
  key: order.clOrdId,
  orderId: "",
  clOrdId: order.clOrdId,
  account,
  instrument,
  side: order.side,
  ordType: order.ordType,
  timeInForce: order.timeInForce,
  state: "sending",
  orderLots: order.lots,
  ticks: order.ticks,
  cumLots: 0,
  leavesLots: order.lots,
  cumLotTicks: 0n,
  reason: "",
  triggerTicks: order.triggerTicks ?? 0,
  trailTicks: order.trailTicks ?? 0,
  trailBps: order.trailBps ?? 0,
  displayLots: order.displayLots ?? 0,
  expireMs: order.expireMs ?? 0,
  postOnly: order.postOnly ?? 0,
  reduceOnly: order.reduceOnly ?? false,
  listId: "0",
  contingency: 0,
  createdMs: nowMs,
  updatedMs: nowMs,
  pending: undefined,
  refusal: undefined,
});

function stateOf(status: OrdStatus, known: OrderState | undefined): OrderState {
  switch (status) {
    case OrdStatus.PendingNew:
      return "travelling";
    case OrdStatus.PendingCancel:
    case OrdStatus.PendingReplace:
      // The status is about the request; where the order is it does not say.
      return known === "travelling" || known === "waiting" ? known : "working";
    case OrdStatus.Filled:
      return "filled";
    case OrdStatus.Canceled:
      return "canceled";
    case OrdStatus.Expired:
      return "expired";
    case OrdStatus.Denied:
      return "refused";
    case OrdStatus.Held:
      return "waiting";
    case OrdStatus.Rejected:
      return "rejected";
    default:
      return "working";
  }
}

export const REASON_TEXT: Readonly<Record<ExecReason, string>> = {
  [ExecReason.None]: "",
  [ExecReason.Requested]: "",
  [ExecReason.MassCancel]: "mass cancel",
  [ExecReason.Halted]: "halted",
  [ExecReason.IocRemainder]: "IOC remainder",
  [ExecReason.FokUnfillable]: "FOK not fillable",
  [ExecReason.MarketRemainder]: "market remainder",
  [ExecReason.Disconnect]: "disconnect",
  [ExecReason.ReplaceBelowCum]: "replaced below filled",
  [ExecReason.SelfTrade]: "would meet own order",
  [ExecReason.TimeReached]: "its time came",
  [ExecReason.SessionClosed]: "session closed",
  [ExecReason.Linked]: "by its linked order",
  [ExecReason.ReduceOnly]: "less position to close",
  [ExecReason.PostOnly]: "would have taken",
  [ExecReason.Refused]: "refused at its trigger",
  [ExecReason.Flatten]: "flatten",
  [ExecReason.Liquidation]: "liquidation",
};

export const SIDE_TEXT: Readonly<Record<Side, string>> = { [Side.None]: "", [Side.Buy]: "Buy", [Side.Sell]: "Sell" };
export const TYPE_TEXT: Readonly<Record<OrdType, string>> = {
  [OrdType.None]: "",
  [OrdType.Market]: "Market",
  [OrdType.Limit]: "Limit",
  [OrdType.Stop]: "Stop",
  [OrdType.StopLimit]: "Stop limit",
  [OrdType.TrailingStop]: "Trailing stop",
  [OrdType.MarketIfTouched]: "MIT",
  [OrdType.LimitIfTouched]: "LIT",
};
export const TIF_TEXT: Readonly<Record<TimeInForce, string>> = {
  [TimeInForce.None]: "",
  [TimeInForce.Gtc]: "GTC",
  [TimeInForce.Day]: "DAY",
  [TimeInForce.Ioc]: "IOC",
  [TimeInForce.Fok]: "FOK",
  [TimeInForce.Gtd]: "GTD",
};
