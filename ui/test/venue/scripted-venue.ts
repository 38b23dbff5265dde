/**
 * The whole server side in one process for tests of the page: static files with the real content policy, REST, both WebSocket
 * routes with the real frames. Scenes are scripted: mute a line, cut it, skip a delta, change a book's state, change the rate.
 */
import {
  AccountControl,
  type BookState,
  Channel,
  ClientBody,
  ClientFrame,
  Heartbeat,
  Logon,
  NewOrderList,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  Permission,
  Subscribe,
  Unsubscribe,
} from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { InstrumentFormat } from "../../src/format/instrument-format.js";
import { makeMarkets } from "./instruments.js";
import { INTERVALS_S, type ScriptedMarket } from "./scripted-market.js";
import { type Ask, ScriptedAccount } from "./scripted-account.js";
import { heartbeatFrame, instrumentListFrame, logonAckFrame } from "./server-frames.js";
import { acceptWebSockets, type Peer } from "./web-socket-server.js";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
export const PASSWORD = "correct horse";
const PERIOD_MS = 20;

interface Subscription {
  readonly quotes: Set<number>;
  readonly books: Set<number>;
  readonly trades: Set<number>;
  /** `instrument:interval` */
  readonly bars: Set<string>;
}

export interface VenueOptions {
  readonly uiDir: string;
  readonly port?: number;
  readonly seed?: number;
  /** Book changes per second over all instruments. */
  readonly ratePerS?: number;
}

const askOf = (order: NewOrderSingle, instrument: number): Ask => ({
  clOrdId: order.clOrdId() ?? "",
  instrument,
  side: order.side(),
  ordType: order.ordType(),
  timeInForce: order.timeInForce(),
  lots: Number(order.orderQtyLots()),
  ticks: Number(order.priceTicks()),
  triggerTicks: Number(order.triggerPriceTicks()),
  trailTicks: Number(order.trailTicks()),
  trailBps: order.trailBps(),
  displayLots: Number(order.displayQtyLots()),
  expireMs: Number(order.expireTsNs() / 1_000_000n),
  postOnly: order.postOnly(),
  reduceOnly: order.reduceOnly(),
});

export class ScriptedVenue {
  readonly markets: Map<number, ScriptedMarket>;
  readonly account: ScriptedAccount;
  ratePerS: number;
  /** While set, order requests are taken and never answered. */
  deaf = false;
  wsTicketsRefused = false;
  role: "trader" | "admin" = "trader";
  /** Accounts that the user has besides; nothing is on them. */
  emptyAccounts: readonly { readonly id: number; readonly name: string }[] = [];
  requestCount = 0;
  private readonly uiDir: string;
  private readonly http: Server;
  private readonly ws: Server;
  private readonly orderPeers = new Set<Peer>();
  private readonly marketPeers = new Map<Peer, Subscription>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private owed = 0;
  private signedIn = false;
  private readonly signInTickets = new Set(["once-only"]);

  constructor(options: VenueOptions) {
    this.uiDir = options.uiDir;
    this.markets = makeMarkets(options.seed ?? 42);
    this.account = new ScriptedAccount(this.markets);
    this.ratePerS = options.ratePerS ?? 60;
    this.http = createServer((request, response) => {
      this.serve(request, response).catch(() => response.writeHead(500).end());
    });
    this.ws = createServer();
    acceptWebSockets(this.ws, (peer) => this.accept(peer));
  }

  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.ws.listen(0, "127.0.0.1", resolve));
    await new Promise<void>((resolve) => this.http.listen(port, "127.0.0.1", resolve));
    this.timer = setInterval(() => this.tick(), PERIOD_MS);
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.cut();
    this.http.closeAllConnections();
    await Promise.all([this.http, this.ws].map((server) => new Promise((resolve) => server.close(resolve))));
  }

  /** Mutes or unmutes every line: up, and silent. */
  mute(muted: boolean): void {
    for (const peer of [...this.orderPeers, ...this.marketPeers.keys()]) peer.muted = muted;
  }

  cut(): void {
    for (const peer of [...this.orderPeers, ...this.marketPeers.keys()]) peer.destroy();
  }

  /** Loses one delta of an instrument on the way. */
  skipDelta(instrument: number): void {
    this.markets.get(instrument)?.delta(Date.now());
  }

  setBookState(instrument: number, state: BookState): void {
    const market = this.markets.get(instrument);
    if (market === undefined) return;
    market.state = state;
    this.publishBook(market, Date.now());
  }

  /** Sends private frames as they come out of the account. */
  toOwner(frames: readonly Uint8Array[]): void {
    for (const peer of this.orderPeers) for (const frame of frames) peer.send(frame);
  }

  private tick(): void {
    const now = Date.now();
    this.owed += (this.ratePerS * PERIOD_MS) / 1000;
    const markets = [...this.markets.values()];
    for (; this.owed >= 1; this.owed--) {
      const market = markets[Math.floor(Math.random() * markets.length)];
      if (market === undefined) return;
      this.publishBook(market, now);
      if (Math.random() < 0.3) this.publishTrade(market, now);
      this.toOwner(this.account.match(market.info.id));
    }
  }

  /**
   * From now on sends prepared market frames at this many messages per second and nothing else: making frames must not be what
   * is measured. Books stay dense: one prepared delta per sequence number is made anew, the rest are quotes and trades.
   */
  burst(messagesPerS: number): void {
    clearInterval(this.timer);
    const markets = [...this.markets.values()];
    const quotes = markets.flatMap((market) =>
      Array.from({ length: 50 }, () => {
        market.delta(Date.now());
        return market.quote(Date.now());
      }),
    );
    const watched = markets[0];
    if (watched === undefined) return;
    this.cutBooks(watched);
    const trades = Array.from({ length: 50 }, () => watched.tradesFrame([watched.trade(Date.now())]));
    let owed = 0;
    let count = 0;
    let last = performance.now();
    this.timer = setInterval(() => {
      const now = performance.now();
      owed += ((now - last) * messagesPerS) / 1000;
      last = now;
      for (; owed >= 1; owed--, count++) {
        const frame =
          count % 10 === 0 ? watched.delta(Date.now()) : count % 10 < 4 ? trades[count % 50] : quotes[count % quotes.length];
        for (const peer of this.marketPeers.keys()) if (frame !== undefined) peer.send(frame);
      }
    }, 4);
  }

  /** The watched book moved on unseen: its subscribers get it whole. */
  private cutBooks(market: ScriptedMarket): void {
    for (const peer of this.marketPeers.keys()) peer.send(market.snapshot(Date.now()));
  }

  private publishBook(market: ScriptedMarket, now: number): void {
    const delta = market.delta(now);
    const quote = market.quote(now);
    for (const [peer, subscription] of this.marketPeers) {
      if (subscription.books.has(market.info.id)) peer.send(delta);
      if (subscription.quotes.has(market.info.id)) peer.send(quote);
    }
  }

  private publishTrade(market: ScriptedMarket, now: number): void {
    const frame = market.tradesFrame([market.trade(now)]);
    for (const [peer, subscription] of this.marketPeers) {
      if (subscription.trades.has(market.info.id)) peer.send(frame);
      for (const intervalS of INTERVALS_S) {
        const bar = subscription.bars.has(`${market.info.id}:${intervalS}`) ? market.bar(intervalS) : undefined;
        if (bar !== undefined) peer.send(bar);
      }
    }
  }

  private accept(peer: Peer): void {
    const isOrders = peer.route === "/v1/orders";
    peer.onMessage = (bytes) => {
      const frame = ClientFrame.getRootAsClientFrame(new ByteBuffer(bytes));
      const now = Date.now();
      if (frame.bodyType() === ClientBody.Logon) {
        const logon = frame.body(new Logon()) as Logon;
        if (logon.ticket() !== "ws-ticket") {
          peer.close(4003);
          return;
        }
        const permissions =
          this.role === "admin"
            ? Permission.Read | Permission.Cancel | Permission.Risk
            : Permission.Read | Permission.Trade | Permission.Cancel;
        const accounts = [this.account, ...this.emptyAccounts].map(({ id, name }) => ({ id, name, permissions }));
        peer.send(logonAckFrame(this.role, accounts, now));
        peer.send(instrumentListFrame([...this.markets.values()].map(({ info }) => info)));
        if (isOrders) {
          this.orderPeers.add(peer);
          peer.send(this.account.snapshot());
        } else this.marketPeers.set(peer, { quotes: new Set(), books: new Set(), trades: new Set(), bars: new Set() });
        return;
      }
      if (frame.bodyType() === ClientBody.Heartbeat) {
        peer.send(heartbeatFrame((frame.body(new Heartbeat()) as Heartbeat).clientTsNs(), now));
      } else if (isOrders) this.order(frame);
      else this.subscribe(peer, frame, now);
    };
    peer.onClose = () => {
      this.orderPeers.delete(peer);
      this.marketPeers.delete(peer);
    };
  }

  private order(frame: ClientFrame): void {
    this.requestCount++;
    if (this.deaf) return;
    switch (frame.bodyType()) {
      case ClientBody.NewOrderSingle: {
        const body = frame.body(new NewOrderSingle()) as NewOrderSingle;
        this.toOwner(this.account.submit(askOf(body, body.instrument())));
        return;
      }
      case ClientBody.NewOrderList: {
        const body = frame.body(new NewOrderList()) as NewOrderList;
        const orders = Array.from({ length: body.ordersLength() }, (_, index) => body.orders(index));
        const asks = orders.flatMap((order) => (order === null ? [] : [askOf(order, body.instrument())]));
        this.toOwner(this.account.submitList(body.contingency(), asks));
        return;
      }
      case ClientBody.OrderCancelRequest: {
        const body = frame.body(new OrderCancelRequest()) as OrderCancelRequest;
        this.toOwner(this.account.cancel(body.clOrdId() ?? "", body.orderId().toString()));
        return;
      }
      case ClientBody.OrderCancelReplaceRequest: {
        const body = frame.body(new OrderCancelReplaceRequest()) as OrderCancelReplaceRequest;
        this.toOwner(
          this.account.replace(
            body.clOrdId() ?? "",
            body.orderId().toString(),
            Number(body.orderQtyLots()),
            Number(body.priceTicks()),
            Number(body.triggerPriceTicks()),
          ),
        );
        return;
      }
      case ClientBody.OrderMassCancelRequest: {
        const body = frame.body(new OrderMassCancelRequest()) as OrderMassCancelRequest;
        this.toOwner(this.account.massCancel(body.clOrdId() ?? "", body.instrument()));
        return;
      }
      case ClientBody.AccountControl: {
        const body = frame.body(new AccountControl()) as AccountControl;
        this.toOwner(this.account.halt(body.reason() ?? ""));
      }
    }
  }

  private subscribe(peer: Peer, frame: ClientFrame, now: number): void {
    const subscription = this.marketPeers.get(peer);
    if (subscription === undefined) return;
    const isOn = frame.bodyType() === ClientBody.Subscribe;
    const body = isOn ? (frame.body(new Subscribe()) as Subscribe) : (frame.body(new Unsubscribe()) as Unsubscribe);
    const channels: number = body.channels();
    for (const instrument of body.instrumentsArray() ?? []) {
      const market = this.markets.get(instrument);
      if (market === undefined) continue;
      const change = <Key>(set: Set<Key>, key: Key): void => {
        if (isOn) set.add(key);
        else set.delete(key);
      };
      if (channels & Channel.Quote) {
        change(subscription.quotes, instrument);
        if (isOn) peer.send(market.quote(now));
      }
      if (channels & Channel.Book) {
        change(subscription.books, instrument);
        if (isOn) peer.send(market.snapshot(now));
      }
      if (channels & Channel.Trades) change(subscription.trades, instrument);
      if (channels & Channel.Bars) change(subscription.bars, `${instrument}:${body.barIntervalS()}`);
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://venue");
    if (url.pathname.startsWith("/api/")) {
      const body = await bodyOf(request);
      this.answer(request.method ?? "GET", url, body, response);
      return;
    }
    const path = normalize(join(this.uiDir, url.pathname === "/" ? "index.html" : url.pathname));
    if (!path.startsWith(this.uiDir) || !existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404).end();
      return;
    }
    const { port } = this.ws.address() as AddressInfo;
    response.writeHead(200, {
      "content-type": TYPES[extname(path)] ?? "application/octet-stream",
      "content-security-policy": `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; worker-src 'self'; connect-src 'self' ws://127.0.0.1:${port}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    });
    createReadStream(path).pipe(response);
  }

  private answer(method: string, url: URL, body: Record<string, unknown>, response: ServerResponse): void {
    const json = (status: number, value: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    const signedIn = { accessToken: "token", expiresInS: 900, user: { id: 1, name: this.role, role: this.role, accounts: [] } };
    const path = url.pathname.replace("/api/v1", "");
    if (path === "/session" && method === "POST") {
      const byTicket = typeof body.ticket === "string" && this.signInTickets.delete(body.ticket);
      this.signedIn = byTicket || body.password === PASSWORD;
      if (this.signedIn) json(200, signedIn);
      else json(401, { code: "SIGN_IN_REFUSED", detail: "Name or password is wrong, or the link was used before." });
    } else if (path === "/session/refresh") {
      if (this.signedIn) json(200, signedIn);
      else json(401, { code: "AUTH_REQUIRED", detail: "No session." });
    } else if (path === "/session" && method === "DELETE") {
      this.signedIn = false;
      response.writeHead(204).end();
    } else if (path === "/config") {
      json(200, { wsUrl: `ws://127.0.0.1:${(this.ws.address() as AddressInfo).port}`, product: "Jware Trader" });
    } else if (path === "/ws-ticket") {
      if (this.wsTicketsRefused) json(503, { code: "BUSY", detail: "Later." });
      else json(200, { ticket: "ws-ticket", expiresInS: 30 });
    } else if (path === "/bars") json(200, { bars: this.barsOf(url) });
    else if (path === "/executions") json(200, { executions: this.executions(), next: null });
    else if (path === "/orders/validate") json(200, validationOf(body));
    else if (path === "/orders") json(200, { orders: this.ends() });
    else if (path.endsWith("/release")) {
      this.toOwner([this.account.release()]);
      json(200, {});
    } else json(404, { code: "NOT_FOUND", detail: "No such thing." });
  }

  private barsOf(url: URL): unknown[] {
    const market = [...this.markets.values()].find(({ info }) => info.symbol === url.searchParams.get("symbol"));
    if (market === undefined) return [];
    const interval =
      { "1s": 1, "1m": 60, "5m": 300, "15m": 900, "1h": 3600, "1d": 86_400 }[url.searchParams.get("interval") ?? "1m"] ?? 60;
    const toMs = Number(url.searchParams.get("to") ?? Date.now());
    const format = new InstrumentFormat(market.info);
    return market.history(interval, Number(url.searchParams.get("from") ?? 0), toMs).map((bar) => ({
      openTsMs: bar.openMs,
      open: format.price(bar.open),
      high: format.price(bar.high),
      low: format.price(bar.low),
      close: format.price(bar.close),
      volume: format.qty(bar.volume),
      tradeCount: bar.trades,
      closed: true,
    }));
  }

  private executions(): unknown[] {
    return this.account.fills.map((fill) => {
      const market = this.markets.get(fill.instrument);
      const format = market === undefined ? undefined : new InstrumentFormat(market.info);
      return {
        execId: fill.execId,
        clOrdId: fill.clOrdId,
        symbol: market?.info.symbol,
        side: fill.side === 1 ? "buy" : "sell",
        execType: "trade",
        lastQty: format?.qty(fill.lastLots),
        lastPx: format?.price(fill.lastTicks),
        fee: "0",
        liquidity: "taker",
        tsMs: fill.tsMs,
      };
    });
  }

  private ends(): unknown[] {
    const names = { 1: "new", 2: "partiallyFilled", 3: "filled", 4: "canceled", 5: "expired" } as Record<number, string>;
    return [...this.account.orders.values(), ...this.account.closed].map((order) => ({
      clOrdId: order.clOrdId,
      orderId: order.orderId,
      symbol: this.markets.get(order.instrument)?.info.symbol,
      ordStatus: names[order.ordStatus],
      cumQty: "0",
    }));
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** What the engine would say to the ticket's order: of more than 2 that they are too many. */
function validationOf(body: Record<string, unknown>): unknown {
  const qty = Number(body.orderQty);
  const figures = { unit: "quantity", currency: null, limit: "2.0000", value: String(body.orderQty), headroom: "2.0000" };
  const refusal = {
    code: 513,
    rule: "ORDER_QTY_LIMIT",
    text: "More than a limit on the quantity of one order.",
    transient: false,
  };
  const price = String(body.price ?? "61400.00");
  const accepted = qty <= 2;
  return {
    accepted,
    refusals: accepted ? [] : [{ ...refusal, ...figures }],
    passed: accepted ? [{ code: refusal.code, rule: refusal.rule, ...figures, scope: null }] : [],
    fills: [{ price, qty: String(body.orderQty) }],
    price,
  };
}
