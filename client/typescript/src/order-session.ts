/**
 * The order side of a client: requests and their answers, and the accounts' state by sequence.
 *
 * Invariant: every private event is taken exactly once and in order (`account_seq` is dense per account). An old one is
 * dropped; after a gap the connection is made anew, and the snapshot that follows is the truth. A state that is told again
 * (Status) answers a request that was sent twice and is outside the sequence. A request's promise settles exactly once: by its
 * answer, or as OutcomeUnknown where the connection was lost before one came.
 */
import { tablesOf } from "@jware/schemas/table-list";
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
  ScopeStatus,
  ServerBody,
  type ServerFrame,
} from "@jware/schemas/wire";
import { TRADING_STATE_NAMES } from "@jware/schemas/order-names";
import { type AccountState, type Balance, balanceOf, type Position, positionOf, scopeStateOf } from "./account.js";
import type { ClientEvents } from "./client-events.js";
import { Completions, type Waiting } from "./completions.js";
import type { Directory } from "./directory.js";
import { OrderRefused, OutcomeUnknown } from "./errors.js";
import type { Emitter } from "./events.js";
import { executionOf, msOf, type Order, orderOf } from "./order.js";
import { type FetchOrders, OrderHistory } from "./order-history.js";
import { configuredOf, feeScheduleOf, limitOf, liquidationOf, lossLimitOf } from "./limit.js";
import { Tracer } from "./latency-trace.js";
import type { Answer, Pending, RequestTerms } from "./pending.js";
import { refusalFrom } from "./refusal.js";
import { validationOf } from "./validation.js";

/** Done orders that are remembered, for `completion` and `order`. */
const DONE_ORDERS_MAX = 10_000;

interface AccountBook {
  seq: number | undefined;
  readonly working: Map<number, Order>;
  readonly done: Map<number, Order>;
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
  readonly #history: OrderHistory;
  readonly #accounts = new Map<number, AccountBook>();
  readonly #pending = new Map<string, Pending>();
  readonly #completions = new Completions();
  /** The newest order that was told of: they are numbered in the order in which they are accepted. */
  #lastOrderId = 0;

  constructor(directory: Directory, events: Emitter<ClientEvents>, onGap: (reason: string) => void, fetchOrders: FetchOrders) {
    this.#directory = directory;
    this.#events = events;
    this.#onGap = onGap;
    this.#history = new OrderHistory(fetchOrders);
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
   * Resolves when nothing more can happen to the order and the position shows its fills. One that is neither working nor remembered is looked
   * up in the history, too, and waited for where it is newer than all that was told. Rejects with OutcomeUnknown where an older one has no end
   * there, the history cannot be read, or the client is closed before.
   */
  completion(order: Order): Promise<Order> {
    const known = this.find(order.orderId) ?? (order.isDone ? order : undefined);
    if (known !== undefined) return this.#completions.of(known);
    // Waited for before it is asked for: it may be told, or its end be missed, meanwhile.
    const completed = this.#completions.of(order);
    void this.#lookUp(order);
    return completed;
  }

  /** Of an order that ended while nobody was told, or long ago, or is not told yet. */
  async #lookUp(order: Order): Promise<void> {
    const { account, orderId, clOrdId } = order;
    try {
      const ended = await this.#history.find(account, (each) => each.orderId === orderId && each.isDone);
      if (this.find(orderId) !== undefined) return;
      if (ended !== undefined) this.#completions.complete(ended);
      // Orders are told one after the other; REST may show one before the socket does, which waits for the disk.
      else if (orderId <= this.#lastOrderId) this.#completions.giveUp(order, new OutcomeUnknown(clOrdId));
    } catch (error) {
      if (this.find(orderId) === undefined) this.#completions.giveUp(order, new OutcomeUnknown(clOrdId, error));
    }
  }

  /** Nothing more will come: whoever waits hears it. */
  end(): void {
    for (const { clOrdId, reject } of this.#pending.values()) reject(new OutcomeUnknown(clOrdId));
    this.#pending.clear();
    this.#completions.end();
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
    for (const report of tablesOf(snapshot.ordersLength(), (index) => snapshot.orders(index))) {
      const instrument = this.#directory.instrument(report.instrument());
      if (instrument !== undefined) this.#keepOrder(account, orderOf(report, instrument, name));
    }
    for (const report of tablesOf(snapshot.positionsLength(), (index) => snapshot.positions(index)))
      this.#keepPosition(account, report, name);
    for (const report of tablesOf(snapshot.balancesLength(), (index) => snapshot.balances(index)))
      this.#keepBalance(account, report, name);
    const ended = before.filter(({ orderId }) => !account.working.has(orderId));
    this.#completions.shown(name);
    this.#settleAfterLoss(id, account);
    this.#events.emit("resync", { account: name, accountSeq, missedCount, ended });
  }

  /** What was asked before the connection was lost: answered where the snapshot or the history shows it, else unknown. */
  #settleAfterLoss(id: number, account: AccountBook): void {
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
    for (const { order, ...each } of this.#completions.handOver(name, (orderId) => account.working.has(orderId))) {
      const { orderId, clOrdId } = order;
      void this.#settleFromHistory(name, (found) => found.orderId === orderId && found.isDone, { clOrdId, ...each });
    }
  }

  async #settleFromHistory(
    account: string,
    isWanted: (order: Order) => boolean,
    { clOrdId, resolve, reject }: Omit<Waiting, "order"> & { readonly clOrdId: string },
  ): Promise<void> {
    try {
      const order = await this.#history.find(account, isWanted);
      if (order === undefined) reject(new OutcomeUnknown(clOrdId));
      else resolve(order);
    } catch (error) {
      reject(new OutcomeUnknown(clOrdId, error));
    }
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
    this.#completions.told(order, report.execType() === ExecType.Trade);
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
    this.#lastOrderId = Math.max(this.#lastOrderId, order.orderId);
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

  #takePosition(report: PositionReport): void {
    const account = this.#next(report.account(), report.accountSeq());
    if (account === undefined) return;
    const position = this.#keepPosition(account, report, this.#directory.accountName(report.account()));
    if (position !== undefined) this.#events.emit("position", position);
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
    const name = this.#directory.accountName(report.account());
    const balance = this.#keepBalance(account, report, name);
    if (balance !== undefined) this.#events.emit("balance", balance);
    this.#completions.shown(name);
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
    const state = scopeStateOf(status, this.#directory);
    if (state === undefined) return;
    this.#events.emit("scopeState", state);
    for (const pending of this.#pending.values()) {
      if (pending.kind !== "control" || pending.account !== status.account() || pending.state !== state.state) continue;
      if (state.scope !== "strategy" || pending.strategy !== status.strategy()) continue;
      this.#forget(pending);
      pending.resolve(state);
    }
  }

  #takeValidation(validation: OrderValidation): void {
    const pending = this.#pending.get(keyOf("validate", validation.clOrdId() ?? ""));
    if (pending === undefined) return;
    this.#forget(pending);
    pending.resolve(validationOf(validation, this.#directory));
  }

  #takeMassCancel(report: MassCancelReport): void {
    const pending = this.#pending.get(keyOf("massCancel", report.clOrdId() ?? ""));
    if (pending?.kind !== "massCancel") return;
    this.#forget(pending);
    pending.resolve({ account: this.#directory.accountName(report.account()), canceledCount: report.canceledCount() });
  }

  #takeRefusal(refusal: Refusal): void {
    const detail = refusalFrom(refusal, this.#directory);
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
