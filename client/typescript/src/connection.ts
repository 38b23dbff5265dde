/**
 * One socket of one route: logon, heartbeat, and connecting again by itself.
 *
 * Invariant: `send` puts bytes on the wire only between a complete logon and the loss of that connection. A connection is lost
 * when it closes, when nothing was received for two heartbeats, or when its owner resets it; a new one is then tried at once
 * and after growing pauses until it stands, or the server says that trying again is pointless.
 */
import { heartbeatFrame, type LogonSecret, logonFrame, logoutFrame } from "@jware/schemas/client-frames";
import { tablesOf } from "@jware/schemas/table-list";
import { Heartbeat, LogonAck, Logout, Permission, Refusal, RequestKind, ServerBody, ServerFrame } from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import { WebSocket } from "undici";
import { ConnectionFailed, NotConnected } from "./errors.js";

export type Route = "orders" | "market";
export type ConnectionState = "connecting" | "up" | "closed";

export interface ConnectionOptions {
  readonly route: Route;
  readonly wsUrl: string;
  /** Called for every attempt: a ticket serves once. */
  readonly secret: () => Promise<LogonSecret>;
  readonly heartbeatMs: number;
  readonly cancelOnDisconnect: boolean;
  readonly clientName: string;
  readonly backoffMsMin: number;
  readonly backoffMsMax: number;
}

export interface ConnectionHandlers {
  /** Every frame, those of the logon included, in order. */
  readonly onFrame: (frame: ServerFrame) => void;
  readonly onState: (state: ConnectionState, reason: string) => void;
}

/** From the first byte sent to the last frame of the logon. */
const LOGON_MS_MAX = 10_000;
const CLOSE_NORMAL = 1000;
const CLOSE_REPLACED = 4001;
const CLOSE_LOGON_REFUSED = 4003;
/** Tickets can be lost to bad luck (a slow network); more refusals than this in a row are not. */
const LOGON_REFUSALS_MAX = 5;

interface Attempt {
  readonly socket: WebSocket;
  /** Frames of the logon that are still to come; 0 = up. */
  awaited: number;
  reason: string;
  readonly onUp: () => void;
  readonly onLost: (error: ConnectionFailed) => void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #handlers: ConnectionHandlers;
  #attempt: Attempt | undefined;
  #state: ConnectionState = "connecting";
  #heartbeat: NodeJS.Timeout | undefined;
  #lastReceivedMs = 0;
  #logonRefusalCount = 0;
  #stopWaiting: (() => void) | undefined;
  readonly #echoes = new Map<bigint, { resolve: () => void; reject: (error: NotConnected) => void }>();
  #rttMs: number | undefined;

  constructor(options: ConnectionOptions, handlers: ConnectionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
  }

  get isUp(): boolean {
    return this.#state === "up";
  }

  /** Round trip of the last heartbeat. */
  get rttMs(): number | undefined {
    return this.#rttMs;
  }

  /** Makes the first connection; rejects with ConnectionFailed where it cannot be made. */
  async open(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      this.#state = "closed";
      throw error;
    }
  }

  /** Throws NotConnected where there is no connection at this moment. */
  send(bytes: Uint8Array): void {
    const attempt = this.#attempt;
    if (this.#state !== "up" || attempt === undefined) throw new NotConnected(`no connection on ${this.#options.route}`);
    attempt.socket.send(bytes);
  }

  /** Resolves when the server has answered everything sent before: a heartbeat, echoed in its turn. */
  fence(): Promise<void> {
    return new Promise((resolve, reject) => {
      const id = process.hrtime.bigint();
      this.send(heartbeatFrame(id));
      this.#echoes.set(id, { resolve, reject });
    });
  }

  /** Gives this connection up and makes a new one. */
  reset(reason: string): void {
    const attempt = this.#attempt;
    if (attempt === undefined) return;
    attempt.reason = reason;
    this.#drop(attempt, CLOSE_NORMAL);
  }

  /** Logs out and closes for good. */
  close(): void {
    if (this.#state === "closed") return;
    if (this.#state === "up") this.send(logoutFrame(true));
    this.#end("closed by the client");
  }

  async #connect(): Promise<void> {
    const { route, secret, heartbeatMs, cancelOnDisconnect, clientName } = this.#options;
    const logon = logonFrame(await secret(), { heartbeatMs, cancelOnDisconnect, clientName });
    if (this.#state === "closed") throw new ConnectionFailed("closed by the client", true);
    await new Promise<void>((onUp, onLost) => {
      const socket = new WebSocket(`${this.#options.wsUrl.replace(/\/+$/, "")}/v1/${route}`);
      socket.binaryType = "arraybuffer";
      const attempt: Attempt = { socket, awaited: -1, reason: "", onUp, onLost };
      this.#attempt = attempt;
      const isCurrent = (): boolean => this.#attempt === attempt;
      const timer = setTimeout(() => {
        if (isCurrent() && attempt.awaited !== 0) this.#drop(attempt, CLOSE_NORMAL, "the logon took too long");
      }, LOGON_MS_MAX);
      socket.addEventListener("open", () => {
        if (isCurrent()) socket.send(logon);
      });
      socket.addEventListener("message", ({ data }) => {
        if (isCurrent()) this.#receive(attempt, data);
      });
      socket.addEventListener("close", ({ code, reason }) => {
        clearTimeout(timer);
        if (isCurrent()) this.#drop(attempt, code, reason);
      });
      // A close event follows and does the work.
      socket.addEventListener("error", ({ message }) => {
        attempt.reason ||= message;
      });
    });
  }

  #receive(attempt: Attempt, data: unknown): void {
    this.#lastReceivedMs = performance.now();
    if (!(data instanceof ArrayBuffer)) {
      this.#drop(attempt, CLOSE_NORMAL, "the server sent text");
      return;
    }
    try {
      const frame = ServerFrame.getRootAsServerFrame(new ByteBuffer(new Uint8Array(data)));
      // A body of a kind that came later than this client is passed over; a frame without one is no frame.
      if (frame.bodyType() === ServerBody.NONE) throw new Error("it has no body");
      this.#look(attempt, frame);
      if (this.#attempt === attempt) this.#handlers.onFrame(frame);
    } catch (error) {
      this.#drop(attempt, CLOSE_NORMAL, `a frame could not be read: ${String(error)}`);
      return;
    }
    // Only now: the owner has seen the whole of the logon before it hears that the connection is up.
    if (attempt.awaited === 0 && this.#state !== "up" && this.#attempt === attempt) this.#stand(attempt);
  }

  /** What the connection itself needs of a frame. */
  #look(attempt: Attempt, frame: ServerFrame): void {
    switch (frame.bodyType()) {
      case ServerBody.LogonAck: {
        const ack: LogonAck = frame.body(new LogonAck());
        attempt.awaited = 1 + (this.#options.route === "orders" ? readableAccountCount(ack) : 0);
        break;
      }
      case ServerBody.InstrumentList:
      case ServerBody.AccountSnapshot:
        if (attempt.awaited > 0) attempt.awaited -= 1;
        break;
      case ServerBody.Heartbeat: {
        const sent = (frame.body(new Heartbeat()) as Heartbeat).clientTsNs();
        this.#rttMs = Number(process.hrtime.bigint() - sent) / 1e6;
        this.#echoes.get(sent)?.resolve();
        this.#echoes.delete(sent);
        break;
      }
      case ServerBody.Logout:
        attempt.reason = (frame.body(new Logout()) as Logout).text() ?? "";
        break;
      case ServerBody.Refusal: {
        const refusal: Refusal = frame.body(new Refusal());
        if (refusal.responseTo() === RequestKind.Logon) attempt.reason = `${refusal.rule()}: ${refusal.text()}`;
        break;
      }
      default:
    }
  }

  #stand(attempt: Attempt): void {
    this.#logonRefusalCount = 0;
    this.#setState("up", "");
    const { heartbeatMs } = this.#options;
    this.#heartbeat = setInterval(() => {
      if (performance.now() - this.#lastReceivedMs > 2 * heartbeatMs) this.reset("nothing was received for two heartbeats");
      else this.send(heartbeatFrame(process.hrtime.bigint()));
    }, heartbeatMs / 2);
    attempt.onUp();
  }

  /** Ends an attempt that stands or was to stand, and tells whoever waits. */
  #drop(attempt: Attempt, code: number, reason = ""): void {
    this.#attempt = undefined;
    clearInterval(this.#heartbeat);
    closeQuietly(attempt.socket);
    for (const { reject } of this.#echoes.values()) reject(new NotConnected("the connection was lost"));
    this.#echoes.clear();
    if (code === CLOSE_LOGON_REFUSED) this.#logonRefusalCount += 1;
    const isPermanent = code === CLOSE_REPLACED || this.#logonRefusalCount >= LOGON_REFUSALS_MAX;
    const words = attempt.reason || reason || "no reason given";
    const error = new ConnectionFailed(`${this.#options.route} connection lost (${code}): ${words}`, isPermanent);
    const wasUp = this.#state === "up";
    attempt.onLost(error);
    if (!wasUp) return;
    if (isPermanent) this.#end(error.message);
    else void this.#connectAgain(error.message);
  }

  async #connectAgain(reason: string): Promise<void> {
    this.#setState("connecting", reason);
    const { backoffMsMin, backoffMsMax } = this.#options;
    for (let pauseMs = 0; this.#state === "connecting"; pauseMs = Math.min(Math.max(2 * pauseMs, backoffMsMin), backoffMsMax)) {
      // Somewhere in the second half of the pause, so that many clients do not come back in one moment.
      await this.#wait(pauseMs * (0.5 + Math.random() / 2));
      if (this.#state !== "connecting") return;
      try {
        return await this.#connect();
      } catch (error) {
        if (error instanceof ConnectionFailed && error.isPermanent) this.#end(error.message);
      }
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#stopWaiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #end(reason: string): void {
    if (this.#state === "closed") return;
    const attempt = this.#attempt;
    this.#attempt = undefined;
    clearInterval(this.#heartbeat);
    this.#stopWaiting?.();
    for (const { reject } of this.#echoes.values()) reject(new NotConnected("the connection was closed"));
    this.#echoes.clear();
    this.#setState("closed", reason);
    if (attempt === undefined) return;
    closeQuietly(attempt.socket);
    attempt.onLost(new ConnectionFailed(reason, true));
  }

  #setState(state: ConnectionState, reason: string): void {
    this.#state = state;
    this.#handlers.onState(state, reason);
  }
}

/** After the InstrumentList comes, on the orders route, one AccountSnapshot for each account that may be read. */
const readableAccountCount = (ack: LogonAck): number =>
  tablesOf(ack.accountsLength(), (index) => ack.accounts(index)).filter((ref) => (ref.permissions() & Permission.Read) !== 0)
    .length;

/** Closing a socket that never opened throws in some states; it is gone either way. */
function closeQuietly(socket: WebSocket): void {
  try {
    socket.close(CLOSE_NORMAL);
  } catch {
    // Nothing to close.
  }
}
