/**
 * Tells the core what changed about users, keys and sessions: the rows of `outbox`, in their order, until it has heard.
 *
 * Invariant: a change that was committed is told, whoever made it and whatever failed after the commit: a row leaves the outbox only
 * in a transaction that commits after it was told. A row that comes again, because that commit was lost, is known by its number.
 * What is told is what the tables say now, so a late row never undoes a newer one. One process relays for one core; a start
 * tells everything anew (`ApiKeys.pushAll`), since the core keeps none of it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../../observability/logger.js";
import type { Sql } from "../../postgres/connect.js";
import type { CorePort } from "../core-port.js";
import type { ApiKeys } from "./api-keys.js";
import type { Authenticator } from "./authenticator.js";
import type { SocketTickets } from "./socket-tickets.js";

const POLL_MS = 250;
const RETRY_MS = 1000;
const ROWS_MAX = 100;

export interface OutboxRow {
  readonly id: bigint;
  readonly kind: "user" | "grant" | "session" | "api_key" | "new_key";
  readonly subject: string;
}

export interface OutboxRelayParts {
  readonly sql: Sql;
  readonly core: CorePort;
  readonly apiKeys: ApiKeys;
  readonly socketTickets: SocketTickets;
  readonly authenticator: Authenticator;
  readonly logger: Logger;
  readonly now: () => number;
}

export class OutboxRelay {
  readonly #parts: OutboxRelayParts;
  readonly #stopping = new AbortController();
  /** Rows that were told, but whose leaving the outbox was not confirmed. */
  readonly #told = new Set<bigint>();
  #running: Promise<void> = Promise.resolve();
  /** Ends when what is being told now was told. */
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: OutboxRelayParts) {
    this.#parts = parts;
  }

  /** Tells what waits, then follows the outbox until `stop`. Rejects where the database does not answer at first. */
  async start(): Promise<void> {
    await this.#relayAll();
    this.#running = this.#follow();
  }

  /** Tells what waits now, for whoever wants it told before he answers. Rejects where that fails: it is told later then, not now. */
  relay(): Promise<void> {
    return this.#relayAll();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #follow(): Promise<void> {
    let isAway = false;
    while (!this.#stopping.signal.aborted) {
      await sleep(isAway ? RETRY_MS : POLL_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted) return;
      try {
        await this.#relayAll();
        isAway = false;
      } catch (error) {
        if (!isAway) this.#parts.logger.warn({ err: error }, "changes of users and keys do not reach the core: trying on");
        isAway = true;
      }
    }
  }

  /** One turn after the other: whoever comes while another is telling waits until that was told. */
  #relayAll(): Promise<void> {
    this.#turn = this.#turn.catch(() => undefined).then(() => this.#relayWaiting());
    return this.#turn;
  }

  async #relayWaiting(): Promise<void> {
    // A transaction takes a connection of its own: only where there is something.
    while ((await this.#parts.sql`SELECT 1 FROM outbox LIMIT 1`).length > 0) {
      if ((await this.#relaySome()) === 0) return;
    }
  }

  /** One transaction; how many rows left. */
  async #relaySome(): Promise<number> {
    const told: bigint[] = [];
    await this.#parts.sql.begin(async (sql) => {
      const rows = await sql<OutboxRow[]>`
        SELECT outbox_id AS id, kind, subject FROM outbox ORDER BY outbox_id LIMIT ${ROWS_MAX} FOR UPDATE SKIP LOCKED`;
      for (const row of rows) {
        if (!this.#told.has(row.id)) await this.#tell(row);
        this.#told.add(row.id);
        told.push(row.id);
        await sql`DELETE FROM outbox WHERE outbox_id = ${row.id}`;
      }
    });
    for (const id of told) this.#told.delete(id);
    return told.length;
  }

  async #tell({ id, kind, subject }: OutboxRow): Promise<void> {
    const { core, apiKeys, socketTickets, authenticator, logger } = this.#parts;
    switch (kind) {
      case "new_key":
        await apiKeys.push(subject);
        break;
      case "api_key":
        await authenticator.forgetKey(subject);
        // Sockets have the rights of their logon.
        core.removeCredential(subject);
        await apiKeys.push(subject);
        break;
      case "session":
        await authenticator.forgetSession(subject);
        socketTickets.revoke(subject);
        break;
      case "grant":
        await this.#forget(Number(subject));
        await apiKeys.pushOf(Number(subject));
        break;
      case "user": {
        await this.#forget(Number(subject));
        // His sockets have the rights of their logon: they end, and log on again with what is left.
        const ended = core.removeUserCredentials(Number(subject));
        await apiKeys.pushOf(Number(subject));
        logger.info({ userId: Number(subject), ended }, "a user's rights changed");
      }
    }
    logger.debug({ outboxId: Number(id), kind }, "told the core");
  }

  /** Forgets how a user was judged, here and in a store that gateways share. Sessions and keys that ended have rows of their own. */
  async #forget(userId: number): Promise<void> {
    const { sql, authenticator, now } = this.#parts;
    const sessions = await sql<{ id: string }[]>`
      SELECT session_id AS id FROM sessions WHERE user_id = ${userId} AND revoked_ts_ms IS NULL AND expires_ts_ms > ${now()}`;
    for (const { id } of sessions) await authenticator.forgetSession(id);
    const keys = await sql<{ sha256: string }[]>`
      SELECT encode(sha256, 'hex') AS sha256 FROM api_keys
      WHERE user_id = ${userId} AND revoked_ts_ms IS NULL AND expires_ts_ms > ${now()}`;
    for (const { sha256 } of keys) await authenticator.forgetKey(sha256);
  }
}
