/**
 * The client: one object for orders and market data of one user.
 *
 * Numbers are decimal text, exact in both directions; nothing is rounded. Every call that can fail returns a promise, and every
 * rejection is one of errors.ts. The client connects again by itself; `connection` events tell when.
 */
import { randomBytes } from "node:crypto";
import { BAR_INTERVALS_S } from "@jware/schemas";
import {
  batchFrame,
  type BatchItem,
  cancelFrame,
  controlFrame,
  type LogonSecret,
  massCancelFrame,
  newOrderFrame,
  newOrderListFrame,
  replaceFrame,
  traced,
  validateFrame,
} from "@jware/schemas/client-frames";
import { CONTINGENCY_BY_NAME, SIDE_BY_NAME, type SideName, type TradingStateName } from "@jware/schemas/order-names";
import { ControlAction, InstrumentList, LogonAck, ServerBody, type ServerFrame } from "@jware/schemas/wire";
import type { Account, AccountState, Balance, Position, ScopeState } from "./account.js";
import type { Book } from "./book.js";
import type { ClientEvents } from "./client-events.js";
import { Connection, type ConnectionState, type Route } from "./connection.js";
import { Directory } from "./directory.js";
import { InvalidRequest, OrderRefused } from "./errors.js";
import { Emitter } from "./events.js";
import type { Gateway } from "./gateway.js";
import type { Instrument } from "./instrument.js";
import { type ChannelName, MarketSession } from "./market-session.js";
import { changeOf, type OrderChange, termsOf } from "./order-request.js";
import { OrderSession } from "./order-session.js";
import type { Answer, RequestGroup, RequestTerms } from "./pending.js";
import type { Order } from "./order.js";
import type {
  Batch,
  BatchRequest,
  BatchResult,
  ControlOptions,
  NewOrder,
  NewOrderList,
  RequestOptions,
  Subscription,
  MassCancelResult,
} from "./requests.js";
import { orderOfRest, ordersOf } from "./rest-order.js";
import type { Validation } from "./validation.js";

export interface ClientOptions {
  /** 5,000 ms where absent: a connection that is silent for twice this is given up, on both ends. */
  readonly heartbeatMs?: number;
  /**
   * Whether the server cancels this session's orders when its connection is lost (not when it is closed), also by the server's own
   * end; a killed one does so when it starts again. False where absent.
   */
  readonly cancelOnDisconnect?: boolean;
  /** Whether every request asks where its time goes, told by `latencyTrace` events. False where absent. */
  readonly trace?: boolean;
  /** Shown to operators. */
  readonly clientName?: string;
  /** Least and greatest pause between attempts to connect again: 100 and 5,000 ms where absent. */
  readonly backoffMsMin?: number;
  readonly backoffMsMax?: number;
}

const HEARTBEAT_MS = 5000;
const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 5000;
const ID_PREFIX_BYTES = 6;

type Frame = Uint8Array<ArrayBuffer>;

export class Client {
  readonly #directory = new Directory();
  readonly #emitter = new Emitter<ClientEvents>();
  readonly #connections: Readonly<Record<Route, Connection>>;
  readonly #orders: OrderSession;
  readonly #market: MarketSession;
  readonly #gateway: Gateway | undefined;
  readonly #idPrefix = randomBytes(ID_PREFIX_BYTES).toString("hex");
  readonly #isTraced: boolean;
  #idCount = 0;
  #closedCount = 0;

  /** Use `connect`. */
  constructor(wsUrl: string, secret: () => Promise<LogonSecret>, options: ClientOptions, gateway?: Gateway) {
    const common = {
      wsUrl,
      secret,
      heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
      clientName: options.clientName ?? "jware-client-typescript",
      backoffMsMin: options.backoffMsMin ?? BACKOFF_MS_MIN,
      backoffMsMax: options.backoffMsMax ?? BACKOFF_MS_MAX,
    };
    const orders = new Connection(
      { ...common, route: "orders", cancelOnDisconnect: options.cancelOnDisconnect ?? false },
      { onFrame: (frame) => this.#takeOrderFrame(frame), onState: (state, reason) => this.#takeState("orders", state, reason) },
    );
    const market = new Connection(
      { ...common, route: "market", cancelOnDisconnect: false },
      { onFrame: (frame) => this.#takeMarketFrame(frame), onState: (state, reason) => this.#takeState("market", state, reason) },
    );
    this.#connections = { orders, market };
    this.#gateway = gateway;
    this.#isTraced = options.trace ?? false;
    this.#orders = new OrderSession(this.#directory, this.#emitter, (reason) => orders.reset(reason), ordersOf(gateway));
    this.#market = new MarketSession(this.#directory, this.#emitter, market);
  }

  /** Makes both connections. Called by `connect`. */
  async open(): Promise<void> {
    try {
      await Promise.all([this.#connections.orders.open(), this.#connections.market.open()]);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Calls the handler for each event from now on; returns the function that stops that. */
  on<Name extends keyof ClientEvents>(name: Name, handler: (event: ClientEvents[Name]) => void): () => void {
    return this.#emitter.on(name, handler);
  }

  /** Events from now on, for `for await`; ends when the client is closed. */
  events<Name extends keyof ClientEvents>(name: Name): AsyncIterableIterator<ClientEvents[Name]> {
    return this.#emitter.iterate(name);
  }

  get accounts(): readonly Account[] {
    return this.#directory.accounts;
  }

  get instruments(): readonly Instrument[] {
    return this.#directory.instruments;
  }

  /** Orders in the market, of all accounts. */
  get orders(): readonly Order[] {
    return this.#orders.workingOrders();
  }

  /**
   * An account's open orders, newest first, as the server has them now: those that rest in a book with `queueAheadQty`. Asks by
   * REST, at most some times a second. Throws InvalidRequest where the client logged on by API key, and so has no gateway to ask;
   * ConnectionFailed where that does not answer.
   */
  async fetchOpenOrders(account?: string): Promise<readonly Order[]> {
    const { name } = this.#directory.accountFor(account);
    if (this.#gateway === undefined)
      throw new InvalidRequest("open orders are asked for by REST, which needs a sign-in with a password");
    return (await this.#gateway.orders(name, "open")).map(orderOfRest);
  }

  get positions(): readonly Position[] {
    return this.#orders.positions();
  }

  get balances(): readonly Balance[] {
    return this.#orders.balances();
  }

  get accountStates(): readonly AccountState[] {
    return this.#orders.accountStates();
  }

  /** Round trip of the last heartbeat on the orders route, ms. */
  get rttMs(): number | undefined {
    return this.#connections.orders.rttMs;
  }

  get isConnected(): boolean {
    return this.#connections.orders.isUp && this.#connections.market.isUp;
  }

  /**
   * Sends an order; resolves with its first state, which may already be filled or expired, or `pendingNew` where it takes time to
   * arrive. The same order again, under the same
   * name, is answered with its present state.
   */
  async submit(order: NewOrder, options: RequestOptions = {}): Promise<Order> {
    const account = this.#directory.accountFor(order.account);
    const instrument = this.#directory.bySymbol(order.symbol);
    const clOrdId = order.clOrdId ?? this.nextClOrdId();
    const terms = termsOf(order, instrument);
    const make = (): Frame => newOrderFrame({ account: account.id, instrument: instrument.id, clOrdId, ...terms });
    return this.#request<Order>({ kind: "new", account: account.id, clOrdId }, make, options);
  }

  /** Checks an order without sending it: what would refuse it, and what it would fill. */
  async validate(order: NewOrder, options: RequestOptions = {}): Promise<Validation> {
    const account = this.#directory.accountFor(order.account);
    const instrument = this.#directory.bySymbol(order.symbol);
    const clOrdId = order.clOrdId ?? this.nextClOrdId();
    const terms = termsOf(order, instrument);
    const make = (): Frame => validateFrame({ account: account.id, instrument: instrument.id, clOrdId, ...terms });
    return this.#request<Validation>({ kind: "validate", account: account.id, clOrdId }, make, options);
  }

  /** Sends linked orders, accepted together or not at all; resolves with the first state of each, in their order. */
  async submitList(list: NewOrderList, options: RequestOptions = {}): Promise<Order[]> {
    const account = this.#directory.accountFor(list.account);
    const instrument = this.#directory.bySymbol(list.symbol);
    if (list.orders.length === 0) throw new InvalidRequest("a list has orders");
    const orders = list.orders.map((order) => ({
      clOrdId: order.clOrdId ?? this.nextClOrdId(),
      ...termsOf(order, instrument),
    }));
    const contingency = CONTINGENCY_BY_NAME[list.contingency];
    const make = (): Frame => newOrderListFrame({ account: account.id, instrument: instrument.id, contingency, orders });
    const group: RequestGroup = { kind: "list" };
    const items = orders.map(({ clOrdId }) => ({ kind: "new" as const, account: account.id, clOrdId, group }));
    return Promise.all(this.#requestAll(items, make, options));
  }

  /**
   * Sends up to 64 requests in one frame; resolves with how each ended, in their order. An atomic batch that is refused rejects
   * with the refusal of the request at fault.
   */
  async batch({ account: name, atomic = false, requests }: Batch, options: RequestOptions = {}): Promise<BatchResult[]> {
    const account = this.#directory.accountFor(name);
    if (requests.length === 0) throw new InvalidRequest("a batch has requests");
    const items = requests.map((request) => this.#batchItem(request));
    const make = (): Frame => batchFrame({ account: account.id, atomic, requests: items });
    const group: RequestGroup = { kind: "batch" };
    const pending = items.map((item) => ({
      ...{ kind: item.kind, account: account.id, clOrdId: item.clOrdId ?? "", group },
      ...(item.kind === "new" ? {} : { origClOrdId: item.origClOrdId ?? "" }),
    }));
    const settled = await Promise.allSettled(this.#requestAll(pending, make, options));
    const failures = settled.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
    // A lost connection is nobody's refusal; nor is the fate that an atomic batch shares with the request at fault.
    const cause =
      failures.find((reason) => !(reason instanceof OrderRefused)) ??
      (atomic ? failures.find((reason) => reason instanceof OrderRefused && reason.rule !== "BATCH_REFUSED") : undefined);
    if (cause !== undefined) throw cause;
    return settled.map((each) =>
      each.status === "fulfilled"
        ? { ok: true, order: each.value }
        : { ok: false, refusal: (each.reason as OrderRefused).detail },
    );
  }

  /** Takes an order out of the market; resolves with its last state. */
  async cancel(order: Order, options: RequestOptions = {}): Promise<Order> {
    const account = this.#directory.accountFor(order.account);
    const clOrdId = this.nextClOrdId();
    const present = this.#orders.find(order.orderId) ?? order;
    const target = { account: account.id, clOrdId, origClOrdId: present.clOrdId };
    const make = (): Frame => cancelFrame({ ...target, orderId: order.orderId });
    return this.#request<Order>({ kind: "cancel", ...target }, make, options);
  }

  /** Changes total quantity (filled part included) or prices; what is not given stays. Resolves with the changed order. */
  async replace(order: Order, change: OrderChange, options: RequestOptions = {}): Promise<Order> {
    const account = this.#directory.accountFor(order.account);
    const instrument = this.#directory.bySymbol(order.symbol);
    const clOrdId = this.nextClOrdId();
    const present = this.#orders.find(order.orderId) ?? order;
    const target = { account: account.id, clOrdId, origClOrdId: present.clOrdId };
    const fields = { ...target, orderId: order.orderId, ...changeOf(present, change, instrument) };
    return this.#request<Order>({ kind: "replace", ...target }, () => replaceFrame(fields), options);
  }

  /** Cancels every order of an account, or those of one symbol, side or strategy. */
  async cancelAll(
    which: { readonly account?: string; readonly symbol?: string; readonly side?: SideName; readonly strategy?: number } = {},
  ): Promise<MassCancelResult> {
    const account = this.#directory.accountFor(which.account);
    const instrument = which.symbol === undefined ? 0 : this.#directory.bySymbol(which.symbol).id;
    const clOrdId = this.nextClOrdId();
    const side = which.side === undefined ? undefined : SIDE_BY_NAME[which.side];
    const make = (): Frame => massCancelFrame({ account: account.id, clOrdId, instrument, side, strategy: which.strategy });
    return this.#request<MassCancelResult>({ kind: "massCancel", account: account.id, clOrdId }, make);
  }

  /** Halts an account: its orders are canceled and new ones refused until it is released. */
  halt(reason: string, options: ControlOptions = {}): Promise<AccountState> {
    return this.#control<AccountState>("halted", reason, options);
  }

  /** Reduces an account: only orders that make a position smaller are taken until it is released. */
  reduce(reason: string, options: ControlOptions = {}): Promise<AccountState> {
    return this.#control<AccountState>("reducing", reason, options);
  }

  release(reason: string, options: Pick<ControlOptions, "account"> = {}): Promise<AccountState> {
    return this.#control<AccountState>("active", reason, options);
  }

  /** Halts, reduces or releases one strategy of an account. */
  controlStrategy(strategy: number, state: TradingStateName, reason: string, account?: string): Promise<ScopeState> {
    return this.#control<ScopeState>(state, reason, { strategy, ...(account === undefined ? {} : { account }) });
  }

  /** Resolves when nothing more can happen to the order (it is filled, canceled, expired or rejected) and `positions` shows its fills. */
  completion(order: Order): Promise<Order> {
    return this.#orders.completion(order);
  }

  /** Subscribes to market data; resolves when the server took it. Stays over lost connections. */
  async subscribe({ symbols, channels, barIntervalS = 60 }: Subscription): Promise<void> {
    await this.#market.subscribe(this.#marketInstruments(symbols, channels), channels, intervalFor(channels, barIntervalS));
  }

  async unsubscribe({ symbols, channels, barIntervalS = 60 }: Subscription): Promise<void> {
    await this.#market.unsubscribe(this.#marketInstruments(symbols, channels), channels, intervalFor(channels, barIntervalS));
  }

  /** The live book of a symbol with a `book` subscription. */
  book(symbol: string): Book | undefined {
    const instrument = this.#directory.instruments.find((each) => each.symbol === symbol);
    return instrument === undefined ? undefined : this.#market.book(instrument);
  }

  /** A name for the next request that no other client makes. */
  nextClOrdId(): string {
    this.#idCount += 1;
    return `${this.#idPrefix}-${this.#idCount.toString(36)}`;
  }

  /** Logs out and closes both connections for good. Orders stay, also with `cancelOnDisconnect`: `cancelAll` takes them out. */
  close(): void {
    this.#connections.orders.close();
    this.#connections.market.close();
    this.#orders.end();
    this.#emitter.end();
  }

  async #control<T extends AccountState | ScopeState>(
    state: TradingStateName,
    reason: string,
    { account: name, strategy, flatten }: ControlOptions & { readonly strategy?: number },
  ): Promise<T> {
    const account = this.#directory.accountFor(name);
    const clOrdId = this.nextClOrdId();
    const action = CONTROL_ACTIONS[state];
    const make = (): Frame => controlFrame({ account: account.id, action, reason, clOrdId, strategy, flatten });
    const terms = { kind: "control" as const, account: account.id, clOrdId, state };
    return this.#request<T>({ ...terms, ...(strategy === undefined ? {} : { strategy }) }, make);
  }

  #batchItem(request: BatchRequest): BatchItem {
    if (request.kind === "new") {
      const instrument = this.#directory.bySymbol(request.symbol);
      const clOrdId = request.clOrdId ?? this.nextClOrdId();
      return { kind: "new", instrument: instrument.id, clOrdId, ...termsOf(request, instrument) };
    }
    const present = this.#orders.find(request.order.orderId) ?? request.order;
    const target = { clOrdId: this.nextClOrdId(), origClOrdId: present.clOrdId, orderId: present.orderId };
    if (request.kind === "cancel") return { kind: "cancel", ...target };
    const instrument = this.#directory.bySymbol(present.symbol);
    return { kind: "replace", ...target, ...changeOf(present, request.change, instrument) };
  }

  async #request<T extends Answer>(terms: RequestTerms, make: () => Frame, options: RequestOptions = {}): Promise<T> {
    const { trace, send } = this.#tracedSend(make, options);
    return this.#orders.request<T>({ ...terms, ...trace }, send);
  }

  #requestAll(items: readonly RequestTerms[], make: () => Frame, options: RequestOptions): Promise<Order>[] {
    const { trace, send } = this.#tracedSend(make, options);
    return this.#orders.requestAll(
      items.map((terms) => ({ ...terms, ...trace })),
      send,
    );
  }

  /** What sends a frame, and its trace where it asks for one. Its time begins here, before it is encoded. */
  #tracedSend(make: () => Frame, { trace: isTraced = this.#isTraced }: RequestOptions) {
    const trace = isTraced ? this.#orders.tracer.start() : undefined;
    const send = (): void => this.#connections.orders.send(trace === undefined ? make() : traced(trace.sentTsNs, make));
    return { trace: trace === undefined ? {} : { trace }, send };
  }

  #marketInstruments(symbols: readonly string[], channels: readonly ChannelName[]): Instrument[] {
    if (symbols.length === 0 || channels.length === 0) throw new InvalidRequest("name at least one symbol and one channel");
    return symbols.map((symbol) => this.#directory.bySymbol(symbol));
  }

  #takeOrderFrame(frame: ServerFrame): void {
    if (frame.bodyType() === ServerBody.LogonAck) this.#directory.takeAccounts(frame.body(new LogonAck()));
    else if (frame.bodyType() === ServerBody.InstrumentList) this.#directory.takeInstruments(frame.body(new InstrumentList()));
    else this.#orders.takeFrame(frame);
  }

  #takeMarketFrame(frame: ServerFrame): void {
    if (frame.bodyType() === ServerBody.InstrumentList) this.#directory.takeInstruments(frame.body(new InstrumentList()));
    else this.#market.takeFrame(frame);
  }

  #takeState(route: Route, state: ConnectionState, reason: string): void {
    if (route === "market") {
      if (state === "up") this.#market.restore();
      else this.#market.lost();
    }
    this.#emitter.emit("connection", { route, state, reason });
    if (state !== "closed") return;
    this.#closedCount += 1;
    if (route === "orders") this.#orders.end();
    if (this.#closedCount === Object.keys(this.#connections).length) this.#emitter.end();
  }
}

const CONTROL_ACTIONS = {
  active: ControlAction.Release,
  reducing: ControlAction.Reduce,
  halted: ControlAction.Halt,
} as const satisfies Record<TradingStateName, ControlAction>;

/** Frames without bars carry no interval. */
function intervalFor(channels: readonly ChannelName[], barIntervalS: number): number {
  if (!channels.includes("bars")) return 0;
  if (BAR_INTERVALS_S.some((each) => each === barIntervalS)) return barIntervalS;
  throw new InvalidRequest(`barIntervalS must be one of ${BAR_INTERVALS_S.join(", ")}`);
}
