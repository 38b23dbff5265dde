/** The hot side of the core: sessions, frames in, frames out. */
// HOT: one native call per inbound frame and per drain; nothing here allocates per message.
import { native } from "./native.js";
import type { PermissionName } from "@jware/schemas/permission-names";

/**
 * Where one thread's frames wait until they may leave. `onWake` is called on the thread that made the outbox, once per
 * turn at most, when there is something to drain.
 */
export class Outbox {
  readonly id: number;

  constructor(onWake: () => void) {
    this.id = native.openOutbox(onWake);
  }

  /** Moves released records into the buffer; returns their bytes. Call until it returns 0. The buffer holds 1 MiB or more. */
  drain(buffer: Uint8Array): number {
    return native.drain(this.id, buffer);
  }

  /**
   * Ends a turn in which `submitInTurn` was called: a few orders on a quick disk are made durable here and now, more of them by the
   * journal's thread. Returns the bytes of released records now in the buffer; what does not fit, or is released later, brings a wake.
   */
  endTurn(buffer: Uint8Array): number {
    return native.endTurn(this.id, buffer);
  }

  /** Moves finished latency traces into `buffer`, as records of their sessions; returns their bytes. */
  drainTraces(buffer: Uint8Array): number {
    return native.drainTraces(this.id, buffer);
  }

  /** Drops what waits and ends the wakes. The thread's sessions must be closed before. */
  close(): void {
    native.closeOutbox(this.id);
  }
}

/** Rights of a session that needs no logon, because the gateway authenticated the request. */
export interface GatewayGrant {
  readonly user: number;
  /** Number of the API key; absent for who signed in. */
  readonly key?: number;
  readonly accounts: readonly { readonly account: number; readonly permissions: readonly PermissionName[] }[];
}

/**
 * Opens a session on an outbox. `orders` and `market` sessions must log on with their first frame; a `gateway` session
 * has the grant it is given. Returns its id, never 0.
 */
export const openSession = (outbox: Outbox, route: "orders" | "market" | "gateway", grant?: GatewayGrant): number =>
  native.openSession(outbox.id, route, grant === undefined ? null : JSON.stringify(grant));

/** Ends a session, and its orders where it asked for cancel-on-disconnect. */
export const closeSession = (session: number): void => native.closeSession(session);

/**
 * Takes one inbound frame: verify, decode, check, apply, encode. Returns the bytes of records now in `buffer` (those of
 * the session's outbox that may leave already): in memory mode its own answer is among them. Records that answer this
 * frame alone carry `token`. Never throws on bad bytes: they are answered with a Refusal.
 */
export const submit = (session: number, token: number, frame: Uint8Array | ArrayBuffer, buffer: Uint8Array): number =>
  native.submit(session, token, frame instanceof ArrayBuffer ? new Uint8Array(frame) : frame, buffer);

/**
 * The same of a caller that calls `Outbox.endTurn` at the end of his turn of the event loop, once for all frames of it. Where answers do
 * not wait for the disk (`ackMode` memory) there is nothing to end.
 */
export const submitInTurn = (session: number, token: number, frame: ArrayBuffer, buffer: Uint8Array): number =>
  native.submitInTurn(session, token, frame, buffer);

/**
 * Tells that traced answers were handed to their sockets just now: `marks` begins with `count` 32-bit numbers, session and number of a
 * TRACE record in turn. Their LatencyTraces leave with the outbox's next `drainTraces`.
 */
export const tracesWritten = (marks: Uint8Array, count: number): void => {
  native.tracesWritten(marks, count);
};

/** Queues fresh book snapshots and quotes of everything a market session subscribes to, after it fell behind. */
export const resyncMarket = (session: number): void => native.resyncMarket(session);

/** Queues closes for sessions of an outbox that did not log on within 3 s, or were silent for twice their heartbeat. */
export const sweepSessions = (outbox: Outbox): void => native.sweepSessions(outbox.id);
