/**
 * A server that speaks the real protocol and does what a test tells it: sign-in, tickets, both sockets, frames out of sequence,
 * refusals, silence. It has no engine: an account is what the script says it is.
 */
import {
  AccountRef,
  AckMode,
  ClientBody,
  ClientFrame,
  Heartbeat,
  InstrumentList,
  Logon,
  LogonAck,
  RequestKind,
  ServerBody,
  ServerFrame,
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
import { AccountScript } from "./account-script.js";
import { MarketScript } from "./market-script.js";
import { ACCOUNT, instrument, type RefusalFacts, refusal } from "./frame-tables.js";

export type Route = "orders" | "market";

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

  readonly account = new AccountScript((kind, body) => this.#send("orders", kind, body));
  readonly market = new MarketScript((kind, body) => this.#send("market", kind, body));
  /** What REST lists: orders as JSON. Undefined: REST fails. */
  history: unknown[] | undefined = [];
  /** What it lists when it is asked is told only when this has resolved. */
  holdsHistory: Promise<void> | undefined;
  /** Queries for it. */
  readonly asked: string[] = [];
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
      if (this.history === undefined) return answer(res, "500 Internal Server Error", {});
      const orders = this.history;
      const held = this.holdsHistory;
      if (held === undefined) return answer(res, "200 OK", { orders });
      res.onAborted(() => undefined);
      void held.then(() => res.cork(() => answer(res, "200 OK", { orders })));
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
    if (route === "orders") this.account.snapshot();
  }

  refuse(route: Route, kind: RequestKind, facts: RefusalFacts): void {
    this.#send(route, ServerBody.Refusal, (b) => refusal(b, kind, facts));
  }

  #send(route: Route, kind: ServerBody, body: (builder: Builder) => number): void {
    const builder = new Builder(512);
    builder.finish(ServerFrame.createServerFrame(builder, kind, body(builder)));
    this.sendRaw(route, builder.asUint8Array());
  }
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
