/**
 * A server that speaks the real protocol and does what a test tells it: sign-in, tickets, both sockets, frames out of sequence,
 * refusals, silence. It has no engine: an account is what the script says it is.
 */
import {
  AccountConfiguration,
  AccountKind,
  AccountRef,
  AccountSnapshot,
  AccountStatus,
  AckMode,
  Actor,
  BalanceReport,
  Bar,
  BarUpdate,
  BookDelta,
  BookLevel,
  BookSnapshot,
  BookState,
  ClientBody,
  ClientFrame,
  CollarReference,
  Contingency,
  ExecReason,
  ExecType,
  ExecutionReport,
  ExpectedFill,
  FeeScheduleStatus,
  FeeTier,
  Heartbeat,
  InstrumentDefinition,
  InstrumentList,
  LatencyTrace,
  LimitKind,
  LimitScope,
  LimitStatus,
  LimitUnit,
  LiquidationReport,
  LiquidityInd,
  Logon,
  LogonAck,
  LossLimitReport,
  MarketTrade,
  MassCancelReport,
  OrdStatus,
  OrdType,
  OrderValidation,
  PositionLeg,
  PositionMode,
  PositionReport,
  Quote,
  Refusal,
  RequestKind,
  ScopeKind,
  ScopeStatus,
  ServerBody,
  ServerFrame,
  Side,
  TimeInForce,
  TradingState,
  Trades,
  TriggerSource,
  Venue,
} from "@jware/schemas/wire";
import { Builder, ByteBuffer } from "flatbuffers";
import {
  App,
  type HttpResponse,
  type TemplatedApp,
  us_listen_socket_close,
  us_socket_local_port,
  type WebSocket,
} from "uWebSockets.js";

export type Route = "orders" | "market";
export const ACCOUNT = 1001;
export const BTC = 101;

/** Prices in 0.01, quantities in 0.00001; one tick on one lot is ten minor units of a currency with 8 decimals. */
const BTC_TERMS = { priceDecimals: 2, qtyDecimals: 5, currencyDecimals: 8, tickLotMinor: 10n };

export interface OrderFacts {
  readonly orderId: bigint;
  readonly clOrdId: string;
  readonly origClOrdId?: string;
  readonly execType?: ExecType;
  readonly ordStatus?: OrdStatus;
  readonly reason?: ExecReason;
  readonly qty?: bigint;
  readonly price?: bigint;
  readonly cum?: bigint;
  readonly cumLotTicks?: bigint;
  readonly last?: readonly [qty: bigint, price: bigint];
  readonly ordType?: OrdType;
  readonly trigger?: bigint;
  readonly listId?: bigint;
  /** Rule of a late refusal. */
  readonly refusal?: string;
}

interface Connected {
  readonly route: Route;
  isLoggedOn: boolean;
}

interface Received {
  readonly route: Route;
  readonly kind: ClientBody;
  readonly frame: ClientFrame;
}

export class ScriptedServer {
  #app: TemplatedApp | undefined;
  #listenSocket: Parameters<typeof us_listen_socket_close>[0] | undefined;
  #port = 0;
  readonly #sockets = new Map<Route, WebSocket<Connected>>();
  readonly #tickets = new Set<string>();
  #ticketCount = 0;
  #waiting: { readonly test: (received: Received) => boolean; readonly resolve: (received: Received) => void }[] = [];

  /** What the snapshot at logon says. */
  seq = 0n;
  /** What REST lists: orders as JSON. */
  history: unknown[] = [];
  /** Queries for it. */
  readonly asked: string[] = [];
  working: OrderFacts[] = [];
  accountState = TradingState.Active;
  /** Every frame received after logons, in order. */
  received: Received[] = [];
  /** Tokens that are accepted; a test removes one to let it expire. */
  tokens = new Set<string>();
  signInCount = 0;
  logonCount: Record<Route, number> = { orders: 0, market: 0 };
  /** Answers a frame; heartbeats are answered by themselves unless `isMute`. */
  onFrame: (received: Received) => void = () => undefined;
  isMute = false;
  /** Logons are noted and not answered. */
  isDeaf = false;

  async start(): Promise<void> {
    const app = App();
    this.#app = app;
    app.post("/api/v1/session", (res) =>
      readJson(res, (body) => {
        if (body.password !== "secret")
          return answer(res, "401 Unauthorized", { title: "Unauthorized", detail: "wrong name or password" });
        this.signInCount += 1;
        const accessToken = `token-${this.signInCount}`;
        this.tokens.add(accessToken);
        return answer(res, "200 OK", { accessToken, expiresInS: 900 });
      }),
    );
    app.post("/api/v1/ws-ticket", (res, req) => {
      const token = req.getHeader("authorization").replace("Bearer ", "");
      if (!this.tokens.has(token))
        return answer(res, "401 Unauthorized", { title: "Unauthorized", detail: "the token has expired" });
      this.#ticketCount += 1;
      const ticket = `ticket-${this.#ticketCount}`;
      this.#tickets.add(ticket);
      return answer(res, "200 OK", { ticket, expiresInS: 30 });
    });
    app.get("/api/v1/orders", (res, req) => {
      this.asked.push(req.getQuery());
      answer(res, "200 OK", { orders: this.history });
    });
    app.get("/api/v1/config", (res) => answer(res, "200 OK", { wsUrl: `ws://127.0.0.1:${this.#port}` }));
    for (const route of ["orders", "market"] as const) {
      app.ws<Connected>(`/v1/${route}`, {
        upgrade: (res, req, context) =>
          res.upgrade(
            { route, isLoggedOn: false },
            req.getHeader("sec-websocket-key"),
            req.getHeader("sec-websocket-protocol"),
            req.getHeader("sec-websocket-extensions"),
            context,
          ),
        message: (ws, bytes) => this.#receive(ws, new Uint8Array(bytes.slice(0))),
        close: (ws) => {
          if (this.#sockets.get(route) === ws) this.#sockets.delete(route);
        },
      });
    }
    await new Promise<void>((resolve, reject) => {
      app.listen("127.0.0.1", 0, (socket) => {
        if (socket === false) return reject(new Error("no port"));
        this.#listenSocket = socket;
        this.#port = us_socket_local_port(socket);
        resolve();
      });
    });
  }

  /** May be called twice: a closed listen socket is freed memory to uWebSockets.js, and closing it again ends the process at times. */
  stop(): void {
    const listening = this.#listenSocket;
    if (listening === undefined) return;
    this.#listenSocket = undefined;
    for (const ws of this.#sockets.values()) ws.close();
    us_listen_socket_close(listening);
    this.#app?.close();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get wsUrl(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  isConnected(route: Route): boolean {
    return this.#sockets.get(route)?.getUserData().isLoggedOn === true;
  }

  /** Closes a route's socket as the server would, or (without a code) as a broken network does. */
  cut(route: Route, code?: number, reason = ""): void {
    const ws = this.#sockets.get(route);
    this.#sockets.delete(route);
    if (code === undefined) ws?.close();
    else ws?.end(code, reason);
  }

  /** The next frame of a kind, past those already taken by an earlier call. */
  next(kind: ClientBody): Promise<Received> {
    const index = this.received.findIndex((each) => each.kind === kind);
    if (index >= 0) return Promise.resolve(this.received.splice(index, 1)[0] as Received);
    return new Promise((resolve) => {
      this.#waiting.push({ test: (each) => each.kind === kind, resolve });
    });
  }

  /** Sends raw bytes or text. */
  sendRaw(route: Route, data: Uint8Array | string): void {
    this.#sockets.get(route)?.send(data, typeof data !== "string");
  }

  #receive(ws: WebSocket<Connected>, bytes: Uint8Array): void {
    const frame = ClientFrame.getRootAsClientFrame(new ByteBuffer(bytes));
    const connected = ws.getUserData();
    const { route } = connected;
    if (!connected.isLoggedOn && !this.isDeaf) {
      this.#logOn(ws, connected, frame);
      return;
    }
    this.#sockets.set(route, ws);
    if (frame.bodyType() === ClientBody.Heartbeat) {
      const sent = (frame.body(new Heartbeat()) as Heartbeat).clientTsNs();
      if (!this.isMute) this.#send(route, ServerBody.Heartbeat, (b) => Heartbeat.createHeartbeat(b, sent, 1n));
      return;
    }
    const received = { route, kind: frame.bodyType(), frame };
    const index = this.#waiting.findIndex(({ test }) => test(received));
    if (index >= 0) this.#waiting.splice(index, 1)[0]?.resolve(received);
    else this.received.push(received);
    this.onFrame(received);
  }

  #logOn(ws: WebSocket<Connected>, connected: Connected, frame: ClientFrame): void {
    const logon: Logon | undefined = frame.bodyType() === ClientBody.Logon ? frame.body(new Logon()) : undefined;
    const isKnown = logon?.apiKey() === "jw_1_key" || this.#tickets.delete(logon?.ticket() ?? "");
    const { route } = connected;
    this.#sockets.set(route, ws);
    if (!isKnown) {
      this.refuse(route, RequestKind.Logon, { code: 202, rule: "LOGON_REFUSED", text: "The ticket or API key is unknown." });
      ws.end(4003, "logon refused");
      return;
    }
    connected.isLoggedOn = true;
    this.logonCount[route] += 1;
    this.#send(route, ServerBody.LogonAck, (b) => {
      const name = b.createString("PAPER-1");
      const accounts = LogonAck.createAccountsVector(b, [AccountRef.createAccountRef(b, ACCOUNT, name, 15)]);
      return LogonAck.createLogonAck(b, b.createString("trader"), 7, AckMode.Durable, 1n, 5000, accounts, 0);
    });
    this.#send(route, ServerBody.InstrumentList, (b) =>
      InstrumentList.createInstrumentList(b, InstrumentList.createInstrumentsVector(b, [instrument(b)])),
    );
    if (route === "orders") this.#sendSnapshot();
  }

  #sendSnapshot(): void {
    this.#send("orders", ServerBody.AccountSnapshot, (b) => {
      const orders = this.working.map((order) => executionReport(b, 0n, { execType: ExecType.Status, ...order }));
      const positions = [
        PositionReport.createPositionReport(b, 0n, ACCOUNT, BTC, 200n, 200n * 6_000_000n * 10n, 0n, 5n, 1_000n, PositionLeg.Net),
      ];
      const balances = [balanceReport(b, 0n)];
      return AccountSnapshot.createAccountSnapshot(
        b,
        this.seq,
        ACCOUNT,
        this.accountState,
        AccountSnapshot.createOrdersVector(b, orders),
        AccountSnapshot.createPositionsVector(b, positions),
        AccountSnapshot.createBalancesVector(b, balances),
        1_000n,
        AccountKind.Standard,
        0,
        PositionMode.Netting,
      );
    });
  }

  /** Sends an execution report with the next account_seq, or the one given. */
  /** A state told again, outside the sequence. */
  statusAgain(facts: OrderFacts): void {
    this.#send("orders", ServerBody.ExecutionReport, (b) =>
      executionReport(b, this.seq, { ...facts, execType: ExecType.Status }),
    );
  }

  scope(strategy: number, state: TradingState): void {
    this.#send("orders", ServerBody.ScopeStatus, (b) => {
      const reason = b.createString("enough");
      return ScopeStatus.createScopeStatus(b, ScopeKind.Strategy, ACCOUNT, 0, strategy, state, 2, reason, 5_000n);
    });
  }

  /** A limit on the quantity of orders in the instrument, of a scope. */
  limit(scope: LimitScope, account: number, id: number, max: bigint | undefined): void {
    this.#send("orders", ServerBody.LimitStatus, (b) => {
      const [currency, reason] = [b.createString(""), b.createString("review")];
      LimitStatus.startLimitStatus(b);
      LimitStatus.addScope(b, scope);
      LimitStatus.addScopeAccount(b, account);
      LimitStatus.addScopeId(b, id);
      LimitStatus.addKind(b, LimitKind.OrderQty);
      LimitStatus.addInstrument(b, BTC);
      LimitStatus.addCurrency(b, currency);
      LimitStatus.addIsSet(b, max !== undefined);
      LimitStatus.addMax(b, max ?? 0n);
      LimitStatus.addActor(b, Actor.createActor(b, 3, 0, 8));
      LimitStatus.addReason(b, reason);
      LimitStatus.addTsNs(b, 5_000_000n);
      return LimitStatus.endLimitStatus(b);
    });
  }

  configured(kind: AccountKind, mode: PositionMode, group: number): void {
    this.#send("orders", ServerBody.AccountConfiguration, (b) => {
      const reason = b.createString("one desk");
      AccountConfiguration.startAccountConfiguration(b);
      AccountConfiguration.addAccount(b, ACCOUNT);
      AccountConfiguration.addKind(b, kind);
      AccountConfiguration.addPositionMode(b, mode);
      AccountConfiguration.addSelfTradeGroup(b, group);
      AccountConfiguration.addActor(b, Actor.createActor(b, 3, 0, 0));
      AccountConfiguration.addReason(b, reason);
      AccountConfiguration.addTsNs(b, 5_000_000n);
      return AccountConfiguration.endAccountConfiguration(b);
    });
  }

  /** Volume in minor units, maker and taker fee of each tier; account 0 is the firm. */
  fees(account: number, rows: readonly (readonly [bigint, number, number])[]): void {
    this.#send("orders", ServerBody.FeeScheduleStatus, (b) => {
      const [currency, reason] = [b.createString("USDT"), b.createString("review")];
      FeeScheduleStatus.startTiersVector(b, rows.length);
      for (const row of rows.toReversed()) FeeTier.createFeeTier(b, ...row);
      const tiers = b.endVector();
      FeeScheduleStatus.startFeeScheduleStatus(b);
      FeeScheduleStatus.addAccount(b, account);
      FeeScheduleStatus.addCurrency(b, currency);
      FeeScheduleStatus.addTiers(b, tiers);
      FeeScheduleStatus.addActor(b, Actor.createActor(b, 3, 0, 0));
      FeeScheduleStatus.addReason(b, reason);
      FeeScheduleStatus.addTsNs(b, 5_000_000n);
      return FeeScheduleStatus.endFeeScheduleStatus(b);
    });
  }

  loss(kind: LimitKind, max: bigint, loss: bigint): void {
    this.#send("orders", ServerBody.LossLimitReport, (b) =>
      LossLimitReport.createLossLimitReport(b, ACCOUNT, kind, b.createString("USDT"), max, loss, 5_000_000n),
    );
  }

  liquidation(equity: bigint, maintenance: bigint): void {
    this.#send("orders", ServerBody.LiquidationReport, (b) =>
      LiquidationReport.createLiquidationReport(b, ACCOUNT, b.createString("USDT"), equity, maintenance, 5_000_000n),
    );
  }

  validation(clOrdId: string, rules: readonly string[], passedRules: readonly string[] = []): void {
    this.#send("orders", ServerBody.OrderValidation, (b) => {
      const tables = (names: readonly string[]): number[] => names.map((rule) => lateRefusal(b, rule));
      const refusals = OrderValidation.createRefusalsVector(b, tables(rules));
      const passed = OrderValidation.createPassedVector(b, tables(passedRules));
      OrderValidation.startFillsVector(b, 1);
      ExpectedFill.createExpectedFill(b, 6_183_763n, 1_000n);
      const fills = b.endVector();
      const name = b.createString(clOrdId);
      return OrderValidation.createOrderValidation(b, ACCOUNT, BTC, name, refusals, fills, 6_183_763n, 6_000n, passed);
    });
  }

  execution(facts: OrderFacts, seq = this.#nextSeq()): void {
    this.#send("orders", ServerBody.ExecutionReport, (b) => executionReport(b, seq, facts));
  }

  position(qty: bigint, costMinor: bigint, seq = this.#nextSeq(), leg = PositionLeg.Net): void {
    this.#send("orders", ServerBody.PositionReport, (b) =>
      PositionReport.createPositionReport(b, seq, ACCOUNT, BTC, qty, costMinor, -250_000_000n, 5_000_000n, 2_000n, leg),
    );
  }

  balance(seq = this.#nextSeq()): void {
    this.#send("orders", ServerBody.BalanceReport, (b) => balanceReport(b, seq));
  }

  status(state: TradingState, reason: string, seq = this.#nextSeq()): void {
    this.#send("orders", ServerBody.AccountStatus, (b) =>
      AccountStatus.createAccountStatus(b, seq, ACCOUNT, state, b.createString(reason), 3_000n),
    );
  }

  massCancelReport(clOrdId: string, count: number): void {
    this.#send("orders", ServerBody.MassCancelReport, (b) =>
      MassCancelReport.createMassCancelReport(b, ACCOUNT, b.createString(clOrdId), count, 4_000n),
    );
  }

  /** `stages` in the order of the schema, each counted from the read. */
  latencyTrace(facts: {
    readonly sentTsNs: bigint;
    readonly clOrdId?: string;
    readonly responseTo?: RequestKind;
    readonly stages: readonly [number, number, number, number, number, number, number];
  }): void {
    this.#send("orders", ServerBody.LatencyTrace, (b) => {
      const name = facts.clOrdId === undefined ? 0 : b.createString(facts.clOrdId);
      const request = facts.responseTo ?? RequestKind.NewOrder;
      const readTsNs = 1_700_000_000_000_000_000n;
      return LatencyTrace.createLatencyTrace(b, request, ACCOUNT, name, facts.sentTsNs, readTsNs, ...facts.stages);
    });
  }

  refuse(
    route: Route,
    kind: RequestKind,
    facts: {
      code: number;
      rule: string;
      text: string;
      clOrdId?: string;
      unit?: LimitUnit;
      figures?: readonly [bigint, bigint, bigint];
      currency?: string;
      /** Scope, its account, its number. */
      scope?: readonly [LimitScope, number, number];
    },
  ): void {
    const [limit, value, headroom] = facts.figures ?? [0n, 0n, 0n];
    this.#send(route, ServerBody.Refusal, (b) => {
      const [rule, text] = [b.createString(facts.rule), b.createString(facts.text)];
      const [clOrdId, orig] = [b.createString(facts.clOrdId ?? ""), b.createString("")];
      const currency = b.createString(facts.currency ?? "");
      const unit = facts.unit ?? LimitUnit.None;
      return Refusal.createRefusal(
        b,
        kind,
        facts.code,
        rule,
        text,
        false,
        ACCOUNT,
        BTC,
        clOrdId,
        orig,
        unit,
        limit,
        value,
        headroom,
        currency,
        5_000n,
        facts.scope?.[0] ?? LimitScope.None,
        facts.scope?.[1] ?? 0,
        facts.scope?.[2] ?? 0,
      );
    });
  }

  bookSnapshot(seq: bigint, bids: readonly (readonly [bigint, bigint])[], asks: readonly (readonly [bigint, bigint])[]): void {
    this.#send("market", ServerBody.BookSnapshot, (b) => {
      const [bid, ask] = [levels(b, bids, BookSnapshot.startBidsVector), levels(b, asks, BookSnapshot.startAsksVector)];
      return BookSnapshot.createBookSnapshot(b, BTC, seq, BookState.Synced, 1n, 2n, bid, ask);
    });
  }

  bookDelta(seq: bigint, bids: readonly (readonly [bigint, bigint])[], asks: readonly (readonly [bigint, bigint])[]): void {
    this.#send("market", ServerBody.BookDelta, (b) => {
      const [bid, ask] = [levels(b, bids, BookDelta.startBidsVector), levels(b, asks, BookDelta.startAsksVector)];
      return BookDelta.createBookDelta(b, BTC, seq, BookState.Synced, 1n, 2n, bid, ask);
    });
  }

  quote(bid: readonly [bigint, bigint], ask: readonly [bigint, bigint]): void {
    this.#send("market", ServerBody.Quote, (b) => {
      Quote.startQuote(b);
      Quote.addInstrument(b, BTC);
      Quote.addTsEventNs(b, 1_723_075_200_123_456_000n);
      Quote.addBid(b, BookLevel.createBookLevel(b, ...bid));
      Quote.addAsk(b, BookLevel.createBookLevel(b, ...ask));
      Quote.addState(b, BookState.Synced);
      Quote.addLastTicks(b, 6_183_763n);
      Quote.addDayVolumeLots(b, 12n);
      return Quote.endQuote(b);
    });
  }

  trades(count: number): void {
    this.#send("market", ServerBody.Trades, (b) => {
      Trades.startTradesVector(b, count);
      for (let id = count; id > 0; id -= 1) MarketTrade.createMarketTrade(b, 1_000_000n, BigInt(id), 6_183_763n, 40n, Side.Sell);
      return Trades.createTrades(b, BTC, 1n, 2n, b.endVector());
    });
  }

  bar(closed: boolean): void {
    this.#send("market", ServerBody.BarUpdate, (b) => {
      BarUpdate.startBarUpdate(b);
      BarUpdate.addInstrument(b, BTC);
      BarUpdate.addIntervalS(b, 60);
      BarUpdate.addClosed(b, closed);
      BarUpdate.addBar(b, Bar.createBar(b, 60_000_000_000n, 1n, 4n, 1n, 3n, 9n, 5));
      return BarUpdate.endBarUpdate(b);
    });
  }

  #nextSeq(): bigint {
    this.seq += 1n;
    return this.seq;
  }

  #send(route: Route, kind: ServerBody, body: (builder: Builder) => number): void {
    const builder = new Builder(512);
    builder.finish(ServerFrame.createServerFrame(builder, kind, body(builder)));
    this.sendRaw(route, builder.asUint8Array());
  }
}

function levels(
  builder: Builder,
  values: readonly (readonly [bigint, bigint])[],
  start: (builder: Builder, count: number) => void,
): number {
  start(builder, values.length);
  for (const [price, qty] of [...values].reverse()) BookLevel.createBookLevel(builder, price, qty);
  return builder.endVector();
}

function instrument(b: Builder): number {
  const [symbol, name, asset] = [b.createString("BTCUSDT"), b.createString("Bitcoin"), b.createString("crypto")];
  const [base, quote] = [b.createString("BTC"), b.createString("USDT")];
  const { priceDecimals, qtyDecimals, currencyDecimals, tickLotMinor } = BTC_TERMS;
  return InstrumentDefinition.createInstrumentDefinition(
    b,
    BTC,
    symbol,
    name,
    asset,
    Venue.Paper,
    base,
    quote,
    priceDecimals,
    1n,
    qtyDecimals,
    1n,
    currencyDecimals,
    tickLotMinor,
    1n,
    900_000_000n,
    10n ** 16n,
    1000,
    100,
    200,
    0,
    0,
    127,
    CollarReference.Last,
    7n,
    0,
    0n,
    200_000,
    100_000,
  );
}

function balanceReport(b: Builder, seq: bigint): number {
  const money = 10n ** 8n;
  return BalanceReport.createBalanceReport(
    b,
    seq,
    ACCOUNT,
    b.createString("USDT"),
    1_000_000n * money,
    120n * money,
    money / 2n,
    999_879n * money + money / 2n,
    6_000n,
  );
}

function executionReport(b: Builder, seq: bigint, facts: OrderFacts): number {
  const { qty = 1000n, price = 6_183_763n, cum = 0n, ordStatus = OrdStatus.New } = facts;
  const [lastQty, lastPx] = facts.last ?? [0n, 0n];
  const isDone = ordStatus === OrdStatus.Canceled || ordStatus === OrdStatus.Expired;
  const [clOrdId, orig] = [b.createString(facts.clOrdId), b.createString(facts.origClOrdId ?? "")];
  const refusal = facts.refusal === undefined ? 0 : lateRefusal(b, facts.refusal);
  ExecutionReport.startExecutionReport(b);
  ExecutionReport.addAccountSeq(b, seq);
  ExecutionReport.addSeq(b, 50n);
  ExecutionReport.addTsNs(b, 1_000_000n);
  ExecutionReport.addAccount(b, ACCOUNT);
  ExecutionReport.addInstrument(b, BTC);
  ExecutionReport.addOrderId(b, facts.orderId);
  ExecutionReport.addExecId(b, seq);
  ExecutionReport.addClOrdId(b, clOrdId);
  ExecutionReport.addOrigClOrdId(b, orig);
  ExecutionReport.addExecType(b, facts.execType ?? ExecType.New);
  ExecutionReport.addOrdStatus(b, ordStatus);
  ExecutionReport.addReason(b, facts.reason ?? ExecReason.None);
  ExecutionReport.addSide(b, Side.Buy);
  ExecutionReport.addOrdType(b, facts.ordType ?? OrdType.Limit);
  ExecutionReport.addTimeInForce(b, TimeInForce.Gtc);
  ExecutionReport.addOrderQtyLots(b, qty);
  ExecutionReport.addPriceTicks(b, price);
  ExecutionReport.addCumQtyLots(b, cum);
  ExecutionReport.addLeavesQtyLots(b, isDone ? 0n : qty - cum);
  ExecutionReport.addCumLotTicks(b, facts.cumLotTicks ?? 0n);
  ExecutionReport.addLastQtyLots(b, lastQty);
  ExecutionReport.addLastPxTicks(b, lastPx);
  ExecutionReport.addLastFeeMinor(b, lastQty * 3n);
  ExecutionReport.addLiquidity(b, lastQty > 0n ? LiquidityInd.Taker : LiquidityInd.None);
  ExecutionReport.addTradeId(b, lastQty > 0n ? 77n : 0n);
  ExecutionReport.addCreatedTsNs(b, 1_000_000n);
  ExecutionReport.addTriggerPriceTicks(b, facts.trigger ?? 0n);
  ExecutionReport.addTriggerSource(b, facts.trigger === undefined ? TriggerSource.None : TriggerSource.Mark);
  ExecutionReport.addWorking(b, !isDone && ordStatus !== OrdStatus.Held);
  ExecutionReport.addListId(b, facts.listId ?? 0n);
  ExecutionReport.addContingency(b, facts.listId === undefined ? Contingency.None : Contingency.Oco);
  if (refusal !== 0) ExecutionReport.addRefusal(b, refusal);
  return ExecutionReport.endExecutionReport(b);
}

function lateRefusal(b: Builder, rule: string): number {
  const [name, text] = [b.createString(rule), b.createString("A check at the trigger.")];
  Refusal.startRefusal(b);
  Refusal.addCode(b, 504);
  Refusal.addRule(b, name);
  Refusal.addText(b, text);
  Refusal.addUnit(b, LimitUnit.Ticks);
  Refusal.addLimit(b, 6_100_000n);
  Refusal.addValue(b, 6_200_000n);
  Refusal.addHeadroom(b, 0n);
  return Refusal.endRefusal(b);
}

function readJson(res: HttpResponse, use: (body: Record<string, unknown>) => void): void {
  res.onAborted(() => undefined);
  let text = "";
  res.onData((chunk, isLast) => {
    text += new TextDecoder().decode(chunk);
    if (isLast) use(JSON.parse(text) as Record<string, unknown>);
  });
}

function answer(res: HttpResponse, status: string, body: unknown): void {
  res.cork(() => res.writeStatus(status).writeHeader("content-type", "application/json").end(JSON.stringify(body)));
}
