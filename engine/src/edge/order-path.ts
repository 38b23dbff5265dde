/**
 * The way of a frame through JavaScript: bytes in, one native call, bytes out.
 *
 * Invariant: nothing here reads a frame. A record's header says which socket or topic its bytes are for; they are sent as they
 * are. One cork per socket and run of records, so that a burst leaves in one write.
 */
// HOT: no closure, BigInt or log line per message, and no object but the view that is sent.
import { type Outbox, ROUTE, submitInTurn, tracesWritten } from "@jware/core-native";
import type { TemplatedApp, WebSocket } from "uWebSockets.js";
import { failpoint } from "../failpoint.js";

/** What a socket knows of itself. */
export interface SocketData {
  session: number;
  /** Both routes are sockets of one kind; only market sockets are conflated. */
  readonly isMarket: boolean;
  /** The socket fell behind and waits for its buffer to empty; its topics are off until then. */
  behind: boolean;
  /** Topics it is subscribed to, as uWebSockets.js names them. */
  readonly topics: Set<string>;
  readonly ipText: string;
  closed: boolean;
}

export type Socket = WebSocket<SocketData>;

const RECORD_HEADER_BYTES = 16;
/** uWebSockets.js: a frame was not taken because the socket's buffer is full. */
const SEND_DROPPED = 2;
const CLOSE_SLOW_CONSUMER = 4008;
/** Traces are sent together, this long after the first of them. */
const TRACE_DELAY_MS = 5;
const TRACED_WORDS_MIN = 256;
const IS_BINARY = true;
const NO_COMPRESSION = false;

export class OrderPath {
  readonly sockets = new Map<number, Socket>();
  /** Private sockets that were closed because they did not read. */
  slowPrivateCount = 0;
  readonly #app: TemplatedApp;
  readonly #outbox: Outbox;
  readonly #waitsForDisk: boolean;
  readonly #buffer: Uint8Array;
  readonly #view: DataView;
  readonly #topicNames: string[] = [];
  // State of the dispatch loop, kept here so that the cork's callback is one function made once.
  #at = 0;
  #end = 0;
  #socket: Socket | undefined;
  #isTurn = false;
  /** Session and trace, one after the other, of traced answers that were sent and are not told of yet; and the same as bytes. */
  #traced = new Uint32Array(TRACED_WORDS_MIN);
  #tracedBytes = new Uint8Array(this.#traced.buffer);
  #tracedLength = 0;
  #areTracesDue = false;
  #traceTimer: NodeJS.Timeout | undefined;
  readonly #sendTraces = (): void => {
    this.#areTracesDue = false;
    for (let byteCount = this.#outbox.drainTraces(this.#buffer); byteCount > 0; ) {
      this.#dispatch(byteCount);
      byteCount = this.#outbox.drainTraces(this.#buffer);
    }
  };
  readonly #endTurn = (): void => {
    this.#isTurn = false;
    const byteCount = this.#outbox.endTurn(this.#buffer);
    if (byteCount > 0) this.#dispatch(byteCount);
  };
  readonly #sendRun = (): void => this.#sendSessionRun();

  /** `waitsForDisk`: answers leave when they are durable, and so a turn's end has something to commit. */
  constructor(app: TemplatedApp, outbox: Outbox, bufferBytes: number, waitsForDisk: boolean) {
    this.#app = app;
    this.#outbox = outbox;
    this.#waitsForDisk = waitsForDisk;
    this.#buffer = new Uint8Array(bufferBytes);
    this.#view = new DataView(this.#buffer.buffer);
  }

  /** Takes one inbound message. The ArrayBuffer is valid only until this returns ("until first await or return"). */
  onFrame(session: number, frame: ArrayBuffer): void {
    if (this.#waitsForDisk && !this.#isTurn) {
      // Asked for before anything else may fail: what is submitted in a turn waits for its end.
      this.#isTurn = true;
      setImmediate(this.#endTurn);
    }
    const byteCount = submitInTurn(session, 0, frame, this.#buffer);
    if (byteCount > 0) this.#dispatch(byteCount, session);
  }

  /** Sends everything that may leave. Called on a wake. */
  drain(): void {
    for (let byteCount = this.#outbox.drain(this.#buffer); byteCount > 0; byteCount = this.#outbox.drain(this.#buffer)) {
      this.#dispatch(byteCount);
    }
  }

  /** `corked`: the session whose message is being taken; uWebSockets.js corks its socket, and writes what was sent when that returns. */
  #dispatch(byteCount: number, corked = 0): void {
    const view = this.#view;
    this.#at = 0;
    this.#end = byteCount;
    while (this.#at < byteCount) {
      const at = this.#at;
      const length = view.getUint32(at, true);
      const route = view.getUint32(at + 4, true);
      const target = view.getUint32(at + 8, true);
      const start = at + RECORD_HEADER_BYTES;
      if (route === ROUTE.SESSION || route === ROUTE.TRACE) {
        this.#socket = this.sockets.get(target);
        if (this.#socket === undefined) this.#at = start + ((length + 7) & ~7);
        else if (target === corked) this.#sendSessionRun();
        else this.#socket.cork(this.#sendRun);
        if (this.#tracedLength > 0) this.#tellWritten();
        continue;
      }
      if (route === ROUTE.TOPIC)
        this.#app.publish(this.#topicName(target), new Uint8Array(view.buffer, start, length), IS_BINARY, NO_COMPRESSION);
      else this.#control(route, target, view.getUint32(at + 12, true), start, length);
      this.#at = start + ((length + 7) & ~7);
    }
  }

  /** Sends the run of records that are for one socket. */
  #sendSessionRun(): void {
    const view = this.#view;
    // Not `subarray`, which asks for the constructor that the result is to have: several times the work.
    const bytes = view.buffer;
    const socket = this.#socket as Socket;
    const session = view.getUint32(this.#at + 8, true);
    failpoint("edge.send.before");
    while (this.#at < this.#end && view.getUint32(this.#at + 8, true) === session) {
      const at = this.#at;
      const route = view.getUint32(at + 4, true);
      if (route !== ROUTE.SESSION && route !== ROUTE.TRACE) break;
      const length = view.getUint32(at, true);
      const start = at + RECORD_HEADER_BYTES;
      this.#at = start + ((length + 7) & ~7);
      if (route === ROUTE.TRACE) {
        this.#noteTraced(session, view.getUint32(at + 12, true));
        continue;
      }
      const result = socket.send(new Uint8Array(bytes, start, length), IS_BINARY, NO_COMPRESSION);
      if (result === SEND_DROPPED) this.#overflow(socket);
    }
    failpoint("edge.send.after");
  }

  #noteTraced(session: number, trace: number): void {
    if (this.#tracedLength === this.#traced.length) {
      const grown = new Uint32Array(this.#traced.length * 2);
      grown.set(this.#traced);
      this.#traced = grown;
      this.#tracedBytes = new Uint8Array(grown.buffer);
    }
    this.#traced[this.#tracedLength] = session;
    this.#traced[this.#tracedLength + 1] = trace;
    this.#tracedLength += 2;
  }

  /** The traced answers of a run were handed to their socket. Their traces are sent later, together: each at once would delay the next order. */
  #tellWritten(): void {
    tracesWritten(this.#tracedBytes, this.#tracedLength);
    this.#tracedLength = 0;
    if (this.#areTracesDue) return;
    this.#areTracesDue = true;
    if (this.#traceTimer === undefined) this.#traceTimer = setTimeout(this.#sendTraces, TRACE_DELAY_MS);
    else this.#traceTimer.refresh();
  }

  /** A private frame that cannot be sent ends the session: the client resumes by account_seq. A market one is made up for. */
  #overflow(socket: Socket): void {
    const data = socket.getUserData();
    if (data.isMarket) {
      data.behind = true;
      return;
    }
    if (data.closed) return;
    data.closed = true;
    this.slowPrivateCount += 1;
    // Not from within the cork: ending a socket twice in one turn is an error of the caller's.
    setImmediate(() => {
      if (this.sockets.get(data.session) === socket) socket.end(CLOSE_SLOW_CONSUMER, "slow consumer");
    });
  }

  #control(route: number, session: number, token: number, start: number, length: number): void {
    const socket = this.sockets.get(session);
    if (socket === undefined) return;
    const data = socket.getUserData();
    switch (route) {
      case ROUTE.SUBSCRIBE: {
        const topic = this.#topicName(token);
        data.topics.add(topic);
        if (!data.behind) socket.subscribe(topic);
        return;
      }
      case ROUTE.UNSUBSCRIBE: {
        const topic = this.#topicName(token);
        data.topics.delete(topic);
        socket.unsubscribe(topic);
        return;
      }
      case ROUTE.CLOSE: {
        const reason = new TextDecoder().decode(this.#buffer.slice(start, start + length));
        setImmediate(() => {
          if (this.sockets.get(session) === socket) socket.end(token, reason);
        });
        return;
      }
      default:
        throw new Error(`the core gave a record with route ${route}`);
    }
  }

  #topicName(topic: number): string {
    const known = this.#topicNames[topic];
    if (known !== undefined) return known;
    const name = String(topic);
    this.#topicNames[topic] = name;
    return name;
  }
}
