/**
 * One-time tickets for the WebSocket logon: 256 bits, 30 seconds, known to the core alone by their SHA-256.
 *
 * The tickets of a signed-in session are remembered, so that its end also ends the sockets that logged on with them.
 */
import type { CorePort } from "../core-port.js";
import type { Principal } from "../permission.js";
import { fingerprint, randomSecret } from "./secret-text.js";

export const SOCKET_TICKET_TTL_S = 30;
const TICKETS_PER_SESSION_MAX = 100;
const SESSIONS_MAX = 10_000;

export class SocketTickets {
  readonly #core: CorePort;
  readonly #now: () => number;
  readonly #bySession = new Map<string, string[]>();

  constructor(core: CorePort, now: () => number) {
    this.#core = core;
    this.#now = now;
  }

  issue(principal: Principal, sessionId: string): string {
    const ticket = randomSecret();
    const sha256 = fingerprint(ticket);
    this.#core.putCredential({
      sha256,
      user: principal.userId,
      userName: principal.userName,
      accounts: principal.accounts.map(({ account, permissions }) => ({ account, permissions })),
      expiresTsMs: this.#now() + SOCKET_TICKET_TTL_S * 1000,
      singleUse: true,
    });
    this.#remember(sessionId, sha256);
    return ticket;
  }

  /** Voids the tickets of a session and ends the sockets that used them. Returns how many it ended. */
  revoke(sessionId: string): number {
    const tickets = this.#bySession.get(sessionId) ?? [];
    this.#bySession.delete(sessionId);
    return tickets.reduce((count, sha256) => count + this.#core.removeCredential(sha256), 0);
  }

  #remember(sessionId: string, sha256: string): void {
    const tickets = [...(this.#bySession.get(sessionId) ?? []), sha256].slice(-TICKETS_PER_SESSION_MAX);
    this.#bySession.delete(sessionId);
    this.#bySession.set(sessionId, tickets);
    if (this.#bySession.size <= SESSIONS_MAX) return;
    for (const oldest of this.#bySession.keys()) {
      this.#bySession.delete(oldest);
      return;
    }
  }
}
