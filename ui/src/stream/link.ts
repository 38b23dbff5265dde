/**
 * One WebSocket connection that keeps itself alive: ticket, logon, heartbeat, back-off, again.
 *
 * Invariant: `live` only between LogonAck and close. Silence is time since anything arrived; heartbeats every half second make
 * sure that a healthy line is never silent for long. A line silent for `SILENCE_CLOSE_MS` is closed and opened anew.
 */
import type { LinkState, LinkView } from "./frame-batch.js";
import { encodeHeartbeat, encodeLogon } from "./encode.js";

const HEARTBEAT_EVERY_MS = 500;
const SILENCE_CLOSE_MS = 5000;
const BACKOFF_MIN_MS = 250;
const BACKOFF_MAX_MS = 8000;
/** Another connection of this session took over: reconnecting would only take it back, for ever. */
const CLOSE_REPLACED = 4001;
const NS_PER_US = 1000n;

export interface LinkEvents {
  needTicket(): void;
  /** A binary message, valid only during the call. */
  frame(bytes: ArrayBuffer): void;
  closed(): void;
  changed(): void;
}

/** Wall clock in milliseconds with fractions; steady between two corrections of the machine's clock. */
export const wallMs = (): number => performance.timeOrigin + performance.now();

export class Link {
  state: LinkState = "closed";
  private reason = "";
  private connects = 0;
  private rttMs = -1;
  private clockOffset = 0;
  private lastInboundMs = 0;
  private attempt = 0;
  private socket: WebSocket | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private beatTimer: ReturnType<typeof setInterval> | undefined;
  private readonly url: string;
  private readonly events: LinkEvents;

  constructor(url: string, events: LinkEvents) {
    this.url = url;
    this.events = events;
  }

  start(): void {
    clearTimeout(this.retryTimer);
    if (this.state === "connecting" || this.state === "live") return;
    this.setState("connecting");
    this.lastInboundMs = performance.now();
    this.events.needTicket();
  }

  stop(): void {
    clearTimeout(this.retryTimer);
    clearInterval(this.beatTimer);
    const { socket } = this;
    this.socket = undefined;
    this.setState("closed");
    socket?.close(1000);
  }

  /** The ticket asked for; undefined = none to be had now. */
  useTicket(ticket: string | undefined): void {
    if (this.state !== "connecting" || this.socket !== undefined) return;
    if (ticket === undefined) {
      this.retry("the server gave no ticket");
      return;
    }
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      socket.send(encodeLogon(ticket));
      this.beat();
      this.beatTimer = setInterval(() => this.beat(), HEARTBEAT_EVERY_MS);
    };
    socket.onmessage = (message: MessageEvent<unknown>) => {
      if (this.socket !== socket || !(message.data instanceof ArrayBuffer)) return;
      this.lastInboundMs = performance.now();
      this.events.frame(message.data);
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.drop(event.code, event.reason);
    };
  }

  /** The logon was accepted. */
  accepted(): void {
    this.attempt = 0;
    this.connects++;
    this.reason = "";
    this.setState("live");
  }

  /** A heartbeat came back: `clientNs` is ours, `serverNs` the server's clock when it answered. */
  heartbeat(clientNs: bigint, serverNs: bigint): void {
    const now = wallMs();
    const sentMs = Number(clientNs / NS_PER_US) / 1000;
    if (sentMs <= 0) return;
    this.rttMs = Math.max(0, now - sentMs);
    this.clockOffset = Number(serverNs / NS_PER_US) / 1000 - (sentMs + now) / 2;
    this.events.changed();
  }

  send(bytes: Uint8Array<ArrayBuffer>): boolean {
    if (this.socket === undefined || this.state !== "live") return false;
    this.socket.send(bytes);
    return true;
  }

  get clockOffsetMs(): number {
    return this.clockOffset;
  }

  view(): LinkView {
    return {
      state: this.state,
      silenceMs: performance.now() - this.lastInboundMs,
      rttMs: this.rttMs,
      reason: this.reason,
      connects: this.connects,
    };
  }

  /** Closes a line whose data cannot be trusted any more; it comes back with everything anew. */
  reset(reason: string): void {
    const { socket } = this;
    if (socket === undefined) return;
    this.drop(4000, reason);
    socket.close(4000);
  }

  private beat(): void {
    const { socket } = this;
    if (socket === undefined || socket.readyState !== WebSocket.OPEN) return;
    if (performance.now() - this.lastInboundMs > SILENCE_CLOSE_MS) {
      this.reset("nothing came for 5 s");
      return;
    }
    if (this.state === "live") socket.send(encodeHeartbeat(BigInt(Math.round(wallMs() * 1000)) * NS_PER_US));
  }

  private drop(code: number, reason: string): void {
    clearInterval(this.beatTimer);
    this.socket = undefined;
    this.events.closed();
    if (code === CLOSE_REPLACED) {
      this.reason = "another window took over";
      this.setState("replaced");
      return;
    }
    this.retry(reason === "" ? `closed (${code})` : reason);
  }

  private retry(reason: string): void {
    this.reason = reason;
    this.setState("waiting");
    const backoff = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** this.attempt++);
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.start(), backoff * (0.75 + Math.random() / 2));
  }

  private setState(state: LinkState): void {
    if (this.state === state) return;
    this.state = state;
    this.events.changed();
  }
}
