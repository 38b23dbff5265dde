/**
 * The order side of a client: requests and their answers, and the accounts' state by sequence.
 *
 * Invariant: every private event is taken exactly once and in order (`account_seq` is dense per account). An old one is
 * dropped; after a gap the connection is made anew, and the snapshot that follows is the truth. A state that is told again
 * (Status) answers a request that was sent twice and is outside the sequence. A request's promise settles exactly once: by its
 * answer, or as OutcomeUnknown where the connection was lost before one came.
 */
import {
  AccountConfiguration,
  AccountSnapshot,
  AccountStatus,
  BalanceReport,
  ExecReason,
  ExecType,
  ExecutionReport,
  FeeScheduleStatus,
  LatencyTrace as TraceFrame,
  LimitStatus,
  LiquidationReport,
  LossLimitReport,
  MassCancelReport,
  OrderValidation,
  PositionReport,
  Refusal,
  RequestKind,
  ScopeKind,
  ScopeStatus,
  ServerBody,
  type ServerFrame,
} from "@jware/schemas/wire";
import { TRADING_STATE_NAMES, type TradingStateName } from "@jware/schemas/order-names";
import { type AccountState, type Balance, balanceOf, type Position, positionOf, type ScopeState } from "./account.js";
import type { ClientEvents } from "./client-events.js";
import type { Directory } from "./directory.js";
import { OrderRefused, OutcomeUnknown, type RefusalDetail } from "./errors.js";
import type { Emitter } from "./events.js";
import { type Execution, executionOf, msOf, type Order, orderOf } from "./order.js";
import { priceText, qtyText } from "./instrument.js";
import {
  type AccountConfigured,
  configuredOf,
  type FeeSchedule,
  feeScheduleOf,
  type LimitState,
  limitOf,
  type Liquidation,
  liquidationOf,
  type LossLimitPassed,
  lossLimitOf,
} from "./limit.js";
import { type LatencyTrace, type TraceStart, Tracer } from "./latency-trace.js";
import { refusalOf } from "./refusal.js";

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

export interface MassCancelResult {
  readonly account: string;
  readonly canceledCount: number;
}

/** What would come of an order if it were sent now. */
export interface Validation {
  /** Whether it would be accepted. */
  readonly isAccepted: boolean;
  /** Every rule that would refuse it, in precedence. */
  readonly refusals: readonly RefusalDetail[];
  /** Every rule with figures that it passes: `limit`, `value` with this order, `headroom` without it. */
  readonly passed: readonly RefusalDetail[];
  /** What it would fill at once, best first. */
  readonly fills: readonly { readonly price: string; readonly qty: string }[];
  /** The worst price that it could trade at; absent where it waits, or where that is not known. */
  readonly price?: string;
}

export type Answer = Order | MassCancelResult | AccountState | ScopeState | Validation;

/** Requests that went out in one frame: what refuses the frame refuses each. */
export interface RequestGroup {
  readonly kind: "list" | "batch";
}

interface Pending {
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

/** Finds an order in the server's history; undefined where there is no such order, or no way to ask. */
export type OrderLookUp = (account: string, isWanted: (order: Order) => boolean) => Promise<Order | undefined>;

/** Done orders that are remembered, for `completion` and `order`. */
const DONE_ORDERS_MAX = 10_000;

interface AccountBook {
  seq: number | undefined;
  readonly working: Map<number, Order>;
  readonly done: Map<number, Order>;
  /** Those of `done` that a fill ended, until the position is there that the fill made. */
  readonly filled: Map<number, Order>;
  /** By symbol and leg. */
  readonly positions: Map<string, Position>;
  readonly balances: Map<string, Balance>;
  state: AccountState | undefined;
}

export class OrderSession {
  readonly tracer = new Tracer();
  readonly #directory: Directory;
  readonly #events: Emitter<ClientEvents>;
  readonly #onGap: (reason: string) => void;
  readonly #lookUp: OrderLookUp;
  readonly #accounts = new Map<number, AccountBook>();
  readonly #pending = new Map<string, Pending>();
  readonly #completions = new Map<string, { resolve: (order: Order) => void; reject: (error: Error) => void }[]>();

  constructor(directory: Directory, events: Emitter<ClientEvents>, onGap: (reason: string) => void, lookUp: OrderLookUp) {
    this.#directory = directory;
    this.#events = events;
    this.#onGap = onGap;
    this.#lookUp = lookUp;
  }

  /** Sends a request and resolves with its answer. `send` throws where it cannot be sent; nothing is then awaited. */
  request<T extends Answer>(terms: RequestTerms, send: () => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      send();
      this.#pending.set(keyOf(terms.kind, terms.clOrdId), { ...terms, resolve: resolve as (answer: Answer) => void, reject });
    });
  }

  /** Sends one frame with several requests, each with a promise of its own. */
  requestAll(items: readonly RequestTerms[], send: () => void): Promise<Order>[] {
    let isSent = false;
    return items.map((item) =>
      this.request<Order>(item, () => {
        if (!isSent) send();
        isSent = true;
      }),
    );
  }

  workingOrders(): Order[] {
    return [...this.#accounts.values()].flatMap(({ working }) => [...working.values()]);
  }

  positions(): Position[] {
    return [...this.#accounts.values()].flatMap(({ positions }) => [...positions.values()]);
  }

  balances(): Balance[] {
    return [...this.#accounts.values()].flatMap(({ balances }) => [...balances.values()]);
  }

  accountStates(): AccountState[] {
    return [...this.#accounts.values()].flatMap(({ state }) => (state === undefined ? [] : [state]));
  }

  /** The order's last known state; undefined for one never heard of, or done long ago. */
  find(orderId: number): Order | undefined {
    for (const { working, done } of this.#accounts.values()) {
      const order = working.get(orderId) ?? done.get(orderId);
      if (order !== undefined) return order;
    }
    return undefined;
  }

  /**
   * Resolves when nothing more can happen to the order and the position shows its fills; rejects with OutcomeUnknown
   * where it ended while away.
   */
  completion(order: Order): Promise<Order> {
    const known = this.find(order.orderId) ?? order;
    const isSettled = ![...this.#accounts.values()].some(({ filled }) => filled.has(order.orderId));
    if (known.isDone && isSettled) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const key = `${order.account}:${order.orderId}`;
      const waiting = this.#completions.get(key) ?? [];
      waiting.push({ resolve, reject });
      this.#completions.set(key, waiting);
    });
  }

  /** Nothing more will come: whoever waits hears it. */
  end(): void {
    for (const { clOrdId, reject } of this.#pending.values()) reject(new OutcomeUnknown(clOrdId));
    this.#pending.clear();
    for (const waiting of this.#completions.values()) for (const { reject } of waiting) reject(new OutcomeUnknown(""));
    this.#completions.clear();
  }

  takeFrame(frame: ServerFrame): void {
    switch (frame.bodyType()) {
      case ServerBody.AccountSnapshot:
        this.#takeSnapshot(frame.body(new AccountSnapshot()));
        break;
      case ServerBody.ExecutionReport:
        this.#takeExecution(frame.body(new ExecutionReport()));
        break;
      case ServerBody.PositionReport:
        this.#takePosition(frame.body(new PositionReport()));
        break;
      case ServerBody.BalanceReport:
        this.#takeBalance(frame.body(new BalanceReport()));
        break;
      case ServerBody.AccountStatus:
        this.#takeStatus(frame.body(new AccountStatus()));
        break;
      case ServerBody.ScopeStatus:
        this.#takeScope(frame.body(new ScopeStatus()));
        return;
      case ServerBody.LimitStatus:
        this.#tell("limit", limitOf(frame.body(new LimitStatus()), this.#directory));
        return;
      case ServerBody.AccountConfiguration:
        this.#tell("accountConfigured", configuredOf(frame.body(new AccountConfiguration()), this.#directory));
        return;
      case ServerBody.FeeScheduleStatus:
        this.#tell("feeSchedule", feeScheduleOf(frame.body(new FeeScheduleStatus()), this.#directory));
        return;
      case ServerBody.LossLimitReport:
        this.#tell("lossLimitPassed", lossLimitOf(frame.body(new LossLimitReport()), this.#directory));
        return;
      case ServerBody.LiquidationReport:
        this.#tell("liquidation", liquidationOf(frame.body(new LiquidationReport()), this.#directory));
        break;
      case ServerBody.LatencyTrace:
        this.#tell("latencyTrace", this.tracer.take(frame.body(new TraceFrame()), this.#accountName));
        return;
      case ServerBody.OrderValidation:
        this.#takeValidation(frame.body(new OrderValidation()));
        break;
      case ServerBody.MassCancelReport:
        this.#takeMassCancel(frame.body(new MassCancelReport()));
        break;
      case ServerBody.Refusal:
        this.#takeRefusal(frame.body(new Refusal()));
        break;
      default:
    }
  }

  #account(id: number): AccountBook {
    let account = this.#accounts.get(id);
    if (account === undefined) {
      account = {
        seq: undefined,
        working: new Map(),
        done: new Map(),
        filled: new Map(),
        positions: new Map(),
        balances: new Map(),
        state: undefined,
      };
      this.#accounts.set(id, account);
    }
    return account;
  }

  /** The account where the event is the next one; undefined where it is old, too early, or after a gap. */
  #next(id: number, accountSeq: bigint): AccountBook | undefined {
    const account = this.#account(id);
    const seq = Number(accountSeq);
    if (account.seq === undefined || seq <= account.seq) return undefined;
    if (seq > account.seq + 1) {
      this.#onGap(`account ${this.#directory.accountName(id)}: event ${account.seq + 1} is missing`);
      return undefined;
    }
    account.seq = seq;
    return account;
  }

  #takeSnapshot(snapshot: AccountSnapshot): void {
    const id = snapshot.account();
    const name = this.#directory.accountName(id);
    const account = this.#account(id);
    const accountSeq = Number(snapshot.accountSeq());
    const before = [...account.working.values()];
    this.tracer.forget();
    const missedCount = account.seq === undefined ? 0 : accountSeq - account.seq;
    account.seq = accountSeq;
    account.working.clear();
    account.positions.clear();
    account.balances.clear();
    const tsMs = msOf(snapshot.tsNs());
    account.state = { account: name, state: TRADING_STATE_NAMES[snapshot.state()] ?? "halted", reason: "", tsMs };
    for (let index = 0; index < snapshot.ordersLength(); index += 1) {
      const report = snapshot.orders(index);
      const instrument = report === null ? undefined : this.#directory.instrument(report.instrument());
      if (report !== null && instrument !== undefined)
        account.working.set(Number(report.orderId()), orderOf(report, instrument, name));
    }
    for (let index = 0; index < snapshot.positionsLength(); index += 1) {
      const report = snapshot.positions(index);
      if (report !== null) this.#keepPosition(account, report, name);
    }
    for (let index = 0; index < snapshot.balancesLength(); index += 1) {
      const report = snapshot.balances(index);
      if (report !== null) this.#keepBalance(account, report, name);
    }
    const ended = before.filter(({ orderId }) => !account.working.has(orderId));
    this.#settleFilled(account, () => true);
    this.#settleAfterLoss(id, account, ended);
    this.#events.emit("resync", { account: name, accountSeq, missedCount, ended });
  }

  /** What was asked before the connection was lost: answered where the snapshot or the history shows it, else unknown. */
  #settleAfterLoss(id: number, account: AccountBook, ended: readonly Order[]): void {
    const name = this.#directory.accountName(id);
    for (const pending of [...this.#pending.values()].filter((each) => each.account === id)) {
      this.#forget(pending);
      const order = [...account.working.values()].find(({ clOrdId }) => clOrdId === pending.clOrdId);
      const isOrder = pending.kind === "new" || pending.kind === "replace";
      if (order !== undefined && isOrder) pending.resolve(order);
      else if (pending.strategy === undefined && account.state?.state === (pending.state ?? "not asked for"))
        pending.resolve(account.state);
      else if (isOrder) void this.#settleFromHistory(name, ({ clOrdId }) => clOrdId === pending.clOrdId, pending);
      else pending.reject(new OutcomeUnknown(pending.clOrdId));
    }
    for (const order of ended) {
      const key = `${order.account}:${order.orderId}`;
      const waiting = this.#completions.get(key) ?? [];
      this.#completions.delete(key);
      for (const each of waiting) {
        void this.#settleFromHistory(name, ({ orderId }) => orderId === order.orderId, { clOrdId: order.clOrdId, ...each });
      }
    }
  }

  async #settleFromHistory(
    account: string,
    isWanted: (order: Order) => boolean,
    waiting: { readonly clOrdId: string; readonly resolve: (order: Order) => void; readonly reject: (error: Error) => void },
  ): Promise<void> {
    const order = await this.#lookUp(account, isWanted).catch(() => undefined);
    if (order === undefined) waiting.reject(new OutcomeUnknown(waiting.clOrdId));
    else waiting.resolve(order);
  }

  #takeExecution(report: ExecutionReport): void {
    if (report.execType() === ExecType.Status) {
      this.#takeAgain(report);
      return;
    }
    const id = report.account();
    const account = this.#next(id, report.accountSeq());
    const instrument = this.#directory.instrument(report.instrument());
    if (account === undefined || instrument === undefined) return;
    const order = orderOf(report, instrument, this.#directory.accountName(id));
    this.#keepOrder(account, order);
    this.#events.emit("execution", executionOf(report, instrument, order));
    this.#events.emit("order", order);
    this.#answer(report, order);
    if (order.isDone && report.execType() === ExecType.Trade) account.filled.set(order.orderId, order);
    else if (order.isDone) this.#complete(order);
  }

  /** An order's state as it is, told to us alone because we asked for it again. */
  #takeAgain(report: ExecutionReport): void {
    const instrument = this.#directory.instrument(report.instrument());
    if (instrument === undefined) return;
    const order = orderOf(report, instrument, this.#directory.accountName(report.account()));
    this.#keepOrder(this.#account(report.account()), order);
    this.#answer(report, order);
  }

  #keepOrder(account: AccountBook, order: Order): void {
    if (!order.isDone) {
      account.working.set(order.orderId, order);
      return;
    }
    account.working.delete(order.orderId);
    account.done.set(order.orderId, order);
    const [eldest] = account.done.keys();
    if (account.done.size > DONE_ORDERS_MAX && eldest !== undefined) account.done.delete(eldest);
  }

  /** Settles the request that this report answers, if it is ours. */
  #answer(report: ExecutionReport, order: Order): void {
    const named = this.#pending.get(keyOf("new", order.clOrdId));
    if (named !== undefined) {
      this.#forget(named);
      named.resolve(order);
    }
    // A cancel (or a replace to less than was filled) is answered under the order's own name.
    const isCancel = report.execType() === ExecType.Canceled;
    if (!isCancel) return;
    const kind = report.reason() === ExecReason.ReplaceBelowCum ? "replace" : "cancel";
    const names = new Set([order.clOrdId, report.origClOrdId() ?? ""]);
    for (const pending of this.#pending.values()) {
      if (pending.kind !== kind || pending.account !== report.account() || !names.has(pending.origClOrdId ?? "")) continue;
      this.#forget(pending);
      pending.resolve(order);
      return;
    }
  }

  #complete(order: Order): void {
    const key = `${order.account}:${order.orderId}`;
    for (const { resolve } of this.#completions.get(key) ?? []) resolve(order);
    this.#completions.delete(key);
  }

  #takePosition(report: PositionReport): void {
    const account = this.#next(report.account(), report.accountSeq());
    if (account === undefined) return;
    const position = this.#keepPosition(account, report, this.#directory.accountName(report.account()));
    if (position === undefined) return;
    this.#events.emit("position", position);
    this.#settleFilled(account, ({ symbol }) => symbol === position.symbol);
  }

  #settleFilled(account: AccountBook, isShown: (order: Order) => boolean): void {
    for (const order of [...account.filled.values()].filter(isShown)) {
      account.filled.delete(order.orderId);
      this.#complete(order);
    }
  }

  #keepPosition(account: AccountBook, report: PositionReport, name: string): Position | undefined {
    const instrument = this.#directory.instrument(report.instrument());
    if (instrument === undefined) return undefined;
    const position = positionOf(report, instrument, name);
    account.positions.set(`${position.symbol} ${position.leg}`, position);
    return position;
  }

  #takeBalance(report: BalanceReport): void {
    const account = this.#next(report.account(), report.accountSeq());
    if (account === undefined) return;
    const balance = this.#keepBalance(account, report, this.#directory.accountName(report.account()));
    if (balance !== undefined) this.#events.emit("balance", balance);
  }

  /** A currency that no instrument is quoted in has no known decimals here, and nothing that could be bought with it. */
  #keepBalance(account: AccountBook, report: BalanceReport, name: string): Balance | undefined {
    const decimals = this.#directory.currencyDecimals(report.currency() ?? "");
    if (decimals === undefined) return undefined;
    const balance = balanceOf(report, decimals, name);
    account.balances.set(balance.currency, balance);
    return balance;
  }

  readonly #accountName = (account: number): string => this.#directory.accountName(account);

  #takeStatus(status: AccountStatus): void {
    const id = status.account();
    const account = this.#next(id, status.accountSeq());
    if (account === undefined) return;
    const name = this.#directory.accountName(id);
    const state = {
      ...{ account: name, state: TRADING_STATE_NAMES[status.state()] ?? "halted" },
      ...{ reason: status.reason() ?? "", tsMs: msOf(status.tsNs()) },
    };
    account.state = state;
    this.#events.emit("accountState", state);
    for (const pending of this.#pending.values()) {
      if (pending.kind !== "control" || pending.account !== id || pending.state !== state.state) continue;
      if (pending.strategy !== undefined) continue;
      this.#forget(pending);
      pending.resolve(state);
    }
  }

  /** Tells what is of a kind that this version knows. */
  #tell<Name extends "latencyTrace" | "limit" | "accountConfigured" | "feeSchedule" | "lossLimitPassed" | "liquidation">(
    name: Name,
    event: ClientEvents[Name] | undefined,
  ): void {
    if (event !== undefined) this.#events.emit(name, event);
  }

  #takeScope(status: ScopeStatus): void {
    const scope = SCOPES[status.scope()];
    if (scope === undefined) return;
    const symbol = this.#directory.instrument(status.instrument())?.symbol;
    const state: ScopeState = {
      scope,
      ...(scope === "strategy" ? { account: this.#directory.accountName(status.account()), strategy: status.strategy() } : {}),
      ...(scope === "instrument" && symbol !== undefined ? { symbol } : {}),
      state: TRADING_STATE_NAMES[status.state()] ?? "halted",
      canceledCount: status.canceledCount(),
      reason: status.reason() ?? "",
      tsMs: msOf(status.tsNs()),
    };
    this.#events.emit("scopeState", state);
    for (const pending of this.#pending.values()) {
      if (pending.kind !== "control" || pending.account !== status.account() || pending.state !== state.state) continue;
      if (scope !== "strategy" || pending.strategy !== status.strategy()) continue;
      this.#forget(pending);
      pending.resolve(state);
    }
  }

  #takeValidation(validation: OrderValidation): void {
    const pending = this.#pending.get(keyOf("validate", validation.clOrdId() ?? ""));
    const instrument = this.#directory.instrument(validation.instrument());
    if (pending === undefined) return;
    this.#forget(pending);
    const listOf = <Table, Item>(length: number, at: (index: number) => Table | null, read: (table: Table) => Item): Item[] =>
      Array.from({ length }, (_, index) => at(index)).flatMap((table) => (table === null ? [] : [read(table)]));
    const readRule = (rule: Refusal): RefusalDetail => {
      const currencyDecimals = this.#directory.currencyDecimals(rule.currency() ?? "");
      return refusalOf(rule, { instrument, account: undefined, currencyDecimals, accountName: this.#accountName });
    };
    const refusals = listOf(validation.refusalsLength(), (index) => validation.refusals(index), readRule);
    const fills = listOf(
      instrument === undefined ? 0 : validation.fillsLength(),
      (index) => validation.fills(index),
      (fill) => fill,
    );
    pending.resolve({
      isAccepted: refusals.length === 0,
      refusals,
      passed: listOf(validation.passedLength(), (index) => validation.passed(index), readRule),
      fills:
        instrument === undefined
          ? []
          : fills.map((fill) => ({ price: priceText(instrument, fill.priceTicks()), qty: qtyText(instrument, fill.qtyLots()) })),
      ...(instrument === undefined || validation.priceTicks() === 0n
        ? {}
        : { price: priceText(instrument, validation.priceTicks()) }),
    });
  }

  #takeMassCancel(report: MassCancelReport): void {
    const pending = this.#pending.get(keyOf("massCancel", report.clOrdId() ?? ""));
    if (pending?.kind !== "massCancel") return;
    this.#forget(pending);
    pending.resolve({ account: this.#directory.accountName(report.account()), canceledCount: report.canceledCount() });
  }

  #takeRefusal(refusal: Refusal): void {
    const account = refusal.account();
    const detail = refusalOf(refusal, {
      instrument: this.#directory.instrument(refusal.instrument()),
      account: account === 0 ? undefined : this.#directory.accountName(account),
      currencyDecimals: this.#directory.currencyDecimals(refusal.currency() ?? ""),
      accountName: this.#accountName,
    });
    this.#events.emit("refusal", detail);
    for (const pending of this.#refusedBy(refusal.responseTo(), detail.clOrdId ?? "")) {
      this.#forget(pending);
      pending.reject(new OrderRefused(detail));
    }
  }

  /** A list is refused as a whole, under the name of one of its orders; a batch too, without a name that could tell which. */
  #refusedBy(kind: RequestKind, clOrdId: string): Pending[] {
    const all = [...this.#pending.values()];
    const named = this.#pending.get(keyOf(kind === RequestKind.Validate ? "validate" : "new", clOrdId));
    const group =
      kind === RequestKind.NewOrderList
        ? named?.group
        : kind === RequestKind.Batch
          ? (named?.group ?? all.find((pending) => pending.group?.kind === "batch")?.group)
          : undefined;
    if (group !== undefined) return all.filter((pending) => pending.group === group);
    return named === undefined ? [] : [named];
  }

  #forget({ kind, clOrdId, trace }: Pick<Pending, "kind" | "clOrdId" | "trace">): void {
    if (trace !== undefined) trace.receivedMs ??= performance.now();
    this.#pending.delete(keyOf(kind, clOrdId));
  }
}

/** The name of an order that is only checked may be that of one that is sent. */
const keyOf = (kind: Pending["kind"], clOrdId: string): string => (kind === "validate" ? `validate ${clOrdId}` : clOrdId);

const SCOPES: Readonly<Record<number, ScopeState["scope"]>> = {
  [ScopeKind.Firm]: "firm",
  [ScopeKind.Instrument]: "instrument",
  [ScopeKind.Strategy]: "strategy",
};
