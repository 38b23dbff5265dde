/**
 * The client: one object for orders and market data of one user.
 *
 * Numbers are decimal text, exact in both directions; nothing is rounded. Every call that can fail returns a promise, and every
 * rejection is one of errors.ts. The client connects again by itself; `connection` events tell when.
 */
import { randomBytes } from "node:crypto";
import { BAR_INTERVALS_S, type BarIntervalS } from "@jware/schemas";
import { ControlAction, InstrumentList, LogonAck, ServerBody, type ServerFrame, Side } from "@jware/schemas/wire";
import type { Account, AccountState, Balance, Position } from "./account.js";
import type { Book } from "./book.js";
import type { ClientEvents } from "./client-events.js";
import { Connection, type ConnectionState, type Route } from "./connection.js";
import { Directory } from "./directory.js";
import { InvalidRequest } from "./errors.js";
import { Emitter } from "./events.js";
import { Gateway, type RestOrder } from "./gateway.js";
import { type Instrument, unitsOf } from "./instrument.js";
import { type ChannelName, MarketSession } from "./market-session.js";
import {
  isDoneStatus,
  type Order,
  type OrdTypeName,
  ordTypeCode,
  type SideName,
  sideCode,
  type TimeInForceName,
  timeInForceCode,
} from "./order.js";
import { type MassCancelResult, type OrderLookUp, OrderSession } from "./order-session.js";
import { cancelFrame, controlFrame, type LogonSecret, massCancelFrame, newOrderFrame, replaceFrame } from "./request-frame.js";

/** Who connects: a user by name and password (or a ticket of theirs), or a program by its key. */
export type Credentials =
  | { readonly url: string; readonly username: string; readonly password: string }
  | { readonly wsUrl: string; readonly apiKey: string };

export interface ClientOptions {
  /** 5,000 ms where absent: a connection that is silent for twice this is given up, on both ends. */
  readonly heartbeatMs?: number;
  /** Whether the server cancels this session's orders when its connection is lost (not when it is closed). False where absent. */
  readonly cancelOnDisconnect?: boolean;
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

export interface NewOrder {
  /** Needed where the user has several accounts. */
  readonly account?: string;
  readonly symbol: string;
  readonly side: SideName;
  readonly ordType: OrdTypeName;
  /** `gtc` for limit and `ioc` for market orders where absent. */
  readonly timeInForce?: TimeInForceName;
  readonly orderQty: string;
  /** Limit orders only. */
  readonly price?: string;
  /** Made by the client where absent; 1 to 36 printable ASCII characters, unique per account. */
  readonly clOrdId?: string;
}

export interface Subscription {
  readonly symbols: readonly string[];
  readonly channels: readonly ChannelName[];
  /** Of `bars`: 1, 60, 300, 900, 3600 or 86400; 60 where absent. */
  readonly barIntervalS?: BarIntervalS;
}

export class Client {
  readonly #directory = new Directory();
  readonly #emitter = new Emitter<ClientEvents>();
  readonly #connections: Readonly<Record<Route, Connection>>;
  readonly #orders: OrderSession;
  readonly #market: MarketSession;
  readonly #idPrefix = randomBytes(ID_PREFIX_BYTES).toString("hex");
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
    this.#orders = new OrderSession(this.#directory, this.#emitter, (reason) => orders.reset(reason), lookUpIn(gateway));
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

  /** Sends an order; resolves with its first state, which may already be filled or expired. */
  async submit(order: NewOrder): Promise<Order> {
    const account = this.#directory.accountFor(order.account);
    const instrument = this.#directory.bySymbol(order.symbol);
    const clOrdId = order.clOrdId ?? this.nextClOrdId();
    const frame = newOrderFrame({
      account: account.id,
      instrument: instrument.id,
      clOrdId,
      side: sideCode(order.side),
      ordType: ordTypeCode(order.ordType),
      timeInForce: timeInForceCode(order.timeInForce ?? (order.ordType === "market" ? "ioc" : "gtc")),
      orderQtyLots: unitsOf(instrument, "orderQty", order.orderQty),
      priceTicks: order.price === undefined ? 0n : unitsOf(instrument, "price", order.price),
    });
    return this.#orders.request<Order>({ kind: "new", account: account.id, clOrdId }, () => this.#send(frame));
  }

  /** Takes an order out of the market; resolves with its last state. */
  async cancel(order: Order): Promise<Order> {
    const account = this.#directory.accountFor(order.account);
    const clOrdId = this.nextClOrdId();
    const present = this.#orders.find(order.orderId) ?? order;
    const frame = cancelFrame(account.id, clOrdId, present.clOrdId, order.orderId);
    const terms = { kind: "cancel" as const, account: account.id, clOrdId, origClOrdId: present.clOrdId };
    return this.#orders.request<Order>(terms, () => this.#send(frame));
  }

  /** Changes total quantity (filled part included) or price; what is not given stays. Resolves with the changed order. */
  async replace(order: Order, change: { readonly orderQty?: string; readonly price?: string }): Promise<Order> {
    const account = this.#directory.accountFor(order.account);
    const instrument = this.#directory.bySymbol(order.symbol);
    const clOrdId = this.nextClOrdId();
    const present = this.#orders.find(order.orderId) ?? order;
    const price = change.price ?? present.price;
    if (price === undefined) throw new InvalidRequest("a market order has no price to replace");
    const frame = replaceFrame({
      account: account.id,
      clOrdId,
      origClOrdId: present.clOrdId,
      orderId: order.orderId,
      orderQtyLots: unitsOf(instrument, "orderQty", change.orderQty ?? present.orderQty),
      priceTicks: unitsOf(instrument, "price", price),
    });
    const terms = { kind: "replace" as const, account: account.id, clOrdId, origClOrdId: present.clOrdId };
    return this.#orders.request<Order>(terms, () => this.#send(frame));
  }

  /** Cancels every order of an account, or those of one symbol or side. */
  async cancelAll(
    which: { readonly account?: string; readonly symbol?: string; readonly side?: SideName } = {},
  ): Promise<MassCancelResult> {
    const account = this.#directory.accountFor(which.account);
    const instrument = which.symbol === undefined ? 0 : this.#directory.bySymbol(which.symbol).id;
    const clOrdId = this.nextClOrdId();
    const frame = massCancelFrame(account.id, clOrdId, instrument, which.side === undefined ? Side.None : sideCode(which.side));
    return this.#orders.request<MassCancelResult>({ kind: "massCancel", account: account.id, clOrdId }, () => this.#send(frame));
  }

  /** Halts an account: its orders are canceled and new ones refused until it is released. */
  halt(reason: string, account?: string): Promise<AccountState> {
    return this.#control(ControlAction.Halt, "halted", reason, account);
  }

  release(reason: string, account?: string): Promise<AccountState> {
    return this.#control(ControlAction.Release, "active", reason, account);
  }

  /** Resolves when the order is filled, canceled or expired. */
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

  async #control(
    action: ControlAction,
    state: "active" | "halted",
    reason: string,
    name: string | undefined,
  ): Promise<AccountState> {
    const account = this.#directory.accountFor(name);
    const clOrdId = this.nextClOrdId();
    const frame = controlFrame(account.id, action, reason, clOrdId);
    const terms = { kind: "control" as const, account: account.id, clOrdId, state };
    return this.#orders.request<AccountState>(terms, () => this.#send(frame));
  }

  #send(frame: Uint8Array): void {
    this.#connections.orders.send(frame);
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

/** The server's history by REST, where there is a gateway to ask. */
const lookUpIn =
  (gateway: Gateway | undefined): OrderLookUp =>
  async (account, isWanted) => {
    const orders = (await gateway?.orders(account)) ?? [];
    return orders.map(orderOfRest).find(isWanted);
  };

function orderOfRest({ orderId, price, avgPx, reason, ...same }: RestOrder): Order {
  return {
    ...same,
    orderId: Number(orderId),
    isDone: isDoneStatus(same.ordStatus),
    ...(price === null ? {} : { price }),
    ...(avgPx === null ? {} : { avgPx }),
    ...(reason === "none" || reason === "requested" ? {} : { reason }),
  };
}

/** Frames without bars carry no interval. */
function intervalFor(channels: readonly ChannelName[], barIntervalS: number): number {
  if (!channels.includes("bars")) return 0;
  if (BAR_INTERVALS_S.some((each) => each === barIntervalS)) return barIntervalS;
  throw new InvalidRequest(`barIntervalS must be one of ${BAR_INTERVALS_S.join(", ")}`);
}

/** Signs in and opens both connections. Rejects with ConnectionFailed. */
export async function connect(options: Credentials & ClientOptions): Promise<Client> {
  let client: Client;
  if ("apiKey" in options) {
    const { apiKey } = options;
    client = new Client(options.wsUrl, () => Promise.resolve({ apiKey }), options);
  } else {
    const gateway = new Gateway(options.url, options.username, options.password);
    client = new Client(await gateway.wsUrl(), async () => ({ ticket: await gateway.ticket() }), options, gateway);
  }
  await client.open();
  return client;
}
