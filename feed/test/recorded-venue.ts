/**
 * Binance's public spot REST and combined stream, served from a capture as fast as the client takes it, with every fault that
 * a test asks for: cut connections, lost, repeated and garbage messages, snapshots that are too old, 429.
 *
 * Time is the position in the capture. It stands still while nobody is connected, unless a cut says how many messages are
 * lost, and at the capture's own snapshot until the gate opens (the client has taken one). A snapshot is the book at the
 * current position.
 */
import {
  App,
  type HttpResponse,
  type TemplatedApp,
  type us_listen_socket,
  us_listen_socket_close,
  us_socket_local_port,
  type WebSocket,
} from "uWebSockets.js";
import type { CaptureTruth } from "./capture-truth.js";

export interface VenueFaults {
  /** Cuts the connection before this message, and loses as many messages as said before the next one. */
  readonly cuts?: readonly { readonly at: number; readonly loseCount: number }[];
  /** Messages that are never sent, by position. */
  readonly drop?: ReadonlySet<number>;
  /** Messages that are sent twice. */
  readonly repeat?: ReadonlySet<number>;
  /** Text that is sent before a message. */
  readonly garbage?: ReadonlyMap<number, string>;
  /** Answers to the first snapshot requests, instead of a snapshot. */
  readonly snapshotRefusals?: readonly { readonly status: string; readonly retryAfterS?: number }[];
  /** How many updates older the next snapshots are than they should be; 0 after these. */
  readonly snapshotLags?: readonly number[];
  /** Asked before each message: whether this connection is to fall silent, and stay open. */
  readonly isSilent?: () => boolean;
  readonly klines?: unknown;
  readonly exchangeInfo?: unknown;
}

interface Connection {
  readonly streams: ReadonlySet<string>;
}

const MESSAGES_PER_TURN = 400;
const BACKLOG_BYTES_MAX = 1024 * 1024;

export class RecordedVenue {
  readonly restBase: string;
  readonly streamBase: string;
  /** Requests of snapshots, connections, and messages sent so far. */
  snapshotRequestCount = 0;
  connectionCount = 0;
  sentCount = 0;
  /** Times at which snapshots were asked for. */
  readonly snapshotTsMs: number[] = [];
  readonly #truth: CaptureTruth;
  readonly #faults: VenueFaults;
  readonly #app: TemplatedApp;
  readonly #listenSocket: us_listen_socket;
  #socket: WebSocket<Connection> | undefined;
  #position = 0;
  #lastU = 0;
  #cutIndex = 0;
  readonly #gate: () => boolean;
  #passedSnapshot = false;
  readonly #ended: Promise<void>;
  #markEnded: () => void = () => undefined;

  /** Listens on a free port. The stream stands at the capture's snapshot until `gate` is true. */
  static async listen(truth: CaptureTruth, gate: () => boolean, faults: VenueFaults = {}): Promise<RecordedVenue> {
    const app = App();
    const socket = await new Promise<us_listen_socket>((resolve, reject) => {
      app.listen("127.0.0.1", 0, (opened) => (opened ? resolve(opened) : reject(new Error("no port"))));
    });
    return new RecordedVenue(truth, gate, faults, app, socket);
  }

  private constructor(
    truth: CaptureTruth,
    gate: () => boolean,
    faults: VenueFaults,
    app: TemplatedApp,
    listenSocket: us_listen_socket,
  ) {
    this.#truth = truth;
    this.#gate = gate;
    this.#faults = faults;
    this.#app = app;
    this.#listenSocket = listenSocket;
    const port = us_socket_local_port(listenSocket);
    this.restBase = `http://127.0.0.1:${port}`;
    this.streamBase = `ws://127.0.0.1:${port}`;
    this.#ended = new Promise((resolve) => {
      this.#markEnded = resolve;
    });
    this.#serveRest();
    this.#serveStream();
  }

  /** Resolves when the last message was sent. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  close(): void {
    us_listen_socket_close(this.#listenSocket);
    this.#socket?.close();
    this.#app.close();
  }

  #serveRest(): void {
    this.#app.get("/api/v3/depth", (response, request) => {
      const isOurs = request.getQuery("symbol") === this.#truth.symbol;
      this.#answerSnapshot(response, isOurs);
    });
    this.#app.get("/api/v3/klines", (response) => answer(response, this.#faults.klines));
    this.#app.get("/api/v3/exchangeInfo", (response) => answer(response, this.#faults.exchangeInfo));
    this.#app.any("/*", (response) => answer(response, undefined));
  }

  #answerSnapshot(response: HttpResponse, isOurs: boolean): void {
    const refusal = this.#faults.snapshotRefusals?.[this.snapshotRequestCount];
    const lag = this.#faults.snapshotLags?.[this.snapshotRequestCount] ?? 0;
    this.snapshotRequestCount += 1;
    this.snapshotTsMs.push(Date.now());
    if (refusal !== undefined) {
      response.writeStatus(refusal.status);
      if (refusal.retryAfterS !== undefined) response.writeHeader("Retry-After", String(refusal.retryAfterS));
      response.end("{}");
      return;
    }
    if (!isOurs) {
      response.writeStatus("400 Bad Request").end('{"code":-1121,"msg":"Invalid symbol."}');
      return;
    }
    const isFirst = !this.#passedSnapshot;
    const index = this.#truth.updates.findIndex((update) => update.u >= this.#lastU) - lag;
    answer(response, isFirst ? this.#truth.snapshot : this.#truth.bookAt(this.#truth.updates[index]?.u ?? 0));
  }

  #serveStream(): void {
    this.#app.ws<Connection>("/stream", {
      maxBackpressure: 64 * BACKLOG_BYTES_MAX,
      upgrade: (response, request, context) => {
        response.upgrade<Connection>(
          { streams: new Set(request.getQuery("streams")?.split("/")) },
          request.getHeader("sec-websocket-key"),
          request.getHeader("sec-websocket-protocol"),
          request.getHeader("sec-websocket-extensions"),
          context,
        );
      },
      open: (socket) => {
        this.#socket = socket;
        this.connectionCount += 1;
        this.#schedule(socket);
      },
      close: (socket) => {
        if (this.#socket === socket) this.#socket = undefined;
      },
    });
  }

  #schedule(socket: WebSocket<Connection>): void {
    setImmediate(() => {
      if (this.#socket === socket && this.#sendSome(socket)) this.#schedule(socket);
    });
  }

  /** Sends the next messages; returns whether to come back for more on this connection. */
  #sendSome(socket: WebSocket<Connection>): boolean {
    const { messages, snapshotAt } = this.#truth;
    const { streams } = socket.getUserData();
    for (let sent = 0; sent < MESSAGES_PER_TURN && socket.getBufferedAmount() < BACKLOG_BYTES_MAX; sent += 1) {
      if (this.#position === snapshotAt && !this.#passedSnapshot) {
        if (!this.#gate()) return true;
        this.#passedSnapshot = true;
      }
      if (this.#faults.isSilent?.() === true) return false;
      const cut = this.#faults.cuts?.[this.#cutIndex];
      if (cut !== undefined && this.#position >= cut.at) {
        this.#cutIndex += 1;
        this.#pass(cut.loseCount);
        socket.close();
        return false;
      }
      const message = messages[this.#position];
      if (message === undefined) {
        this.#markEnded();
        return false;
      }
      const garbage = this.#faults.garbage?.get(this.#position);
      if (garbage !== undefined) socket.send(garbage);
      if (streams.has(message.stream) && !this.#faults.drop?.has(this.#position)) {
        const times = this.#faults.repeat?.has(this.#position) ? 2 : 1;
        for (let time = 0; time < times; time += 1) socket.send(message.text);
        this.sentCount += times;
      }
      this.#pass(1);
    }
    return true;
  }

  #pass(count: number): void {
    for (let i = 0; i < count; i += 1) {
      this.#lastU = this.#truth.messages[this.#position]?.u || this.#lastU;
      this.#position += 1;
    }
  }
}

function answer(response: HttpResponse, body: unknown): void {
  if (body === undefined) response.writeStatus("404 Not Found").end("{}");
  else response.writeHeader("Content-Type", "application/json").end(JSON.stringify(body));
}
