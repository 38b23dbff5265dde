/**
 * Signed-in sessions and their refresh tokens, in PostgreSQL.
 *
 * A session is a family of refresh tokens, each good for one use. Using one a second time means that somebody else has it:
 * the family ends. A client that lost the answer may repeat within 10 s and gets the same successor: it is derived from the
 * token with a key of the server, so it need not be kept.
 */
import { createHmac, randomUUID } from "node:crypto";
import type { Sql } from "../../postgres/connect.js";
import { fingerprint, randomSecret } from "./secret-text.js";

export const SESSION_IDLE_MS = 30 * 60_000;
export const SESSION_ABSOLUTE_MS = 12 * 60 * 60_000;
const REPEAT_GRACE_MS = 10_000;
const SESSIONS_PER_USER_MAX = 10;

export interface OpenedSession {
  readonly sessionId: string;
  readonly refreshToken: string;
}

export type RefreshOutcome =
  | { readonly kind: "refreshed"; readonly userId: number; readonly sessionId: string; readonly refreshToken: string }
  | { readonly kind: "refused" }
  /** A token came a second time: the session is revoked, and its sockets must close. */
  | { readonly kind: "reused"; readonly userId: number; readonly sessionId: string };

interface TokenRow {
  readonly sessionId: string;
  readonly userId: number;
  readonly tokenUsedTsMs: bigint | null;
  readonly sessionUsedTsMs: bigint;
  readonly expiresTsMs: bigint;
  readonly revokedTsMs: bigint | null;
  readonly disabled: boolean;
}

export class Sessions {
  readonly #sql: Sql;
  readonly #refreshTokenKey: string;
  readonly #now: () => number;

  constructor(sql: Sql, refreshTokenKey: string, now: () => number) {
    this.#sql = sql;
    this.#refreshTokenKey = refreshTokenKey;
    this.#now = now;
  }

  /** Opens a session. A user's oldest end where he would have more than 10. */
  async open(userId: number): Promise<OpenedSession> {
    const [sessionId, refreshToken, now] = [randomUUID(), randomSecret(), this.#now()];
    await this.#sql.begin(async (sql) => {
      await sql`
        INSERT INTO sessions (session_id, user_id, created_ts_ms, used_ts_ms, expires_ts_ms)
        VALUES (${sessionId}, ${userId}, ${now}, ${now}, ${now + SESSION_ABSOLUTE_MS})`;
      await sql`
        INSERT INTO refresh_tokens (sha256, session_id, issued_ts_ms)
        VALUES (decode(${fingerprint(refreshToken)}, 'hex'), ${sessionId}, ${now})`;
      await sql`
        UPDATE sessions SET revoked_ts_ms = ${now}, revoked_reason = 'too many sessions'
        WHERE session_id IN (
          SELECT session_id FROM sessions WHERE user_id = ${userId} AND revoked_ts_ms IS NULL
          ORDER BY created_ts_ms DESC, session_id OFFSET ${SESSIONS_PER_USER_MAX})`;
    });
    return { sessionId, refreshToken };
  }

  /** Exchanges a refresh token for its successor. */
  refresh(refreshToken: string): Promise<RefreshOutcome> {
    const sha256 = fingerprint(refreshToken);
    const successor = createHmac("sha256", this.#refreshTokenKey).update(refreshToken).digest("base64url");
    return this.#sql.begin(async (sql): Promise<RefreshOutcome> => {
      const now = this.#now();
      const [row] = await sql<TokenRow[]>`
        SELECT s.session_id AS "sessionId", s.user_id AS "userId", t.used_ts_ms AS "tokenUsedTsMs",
               s.used_ts_ms AS "sessionUsedTsMs", s.expires_ts_ms AS "expiresTsMs", s.revoked_ts_ms AS "revokedTsMs", u.disabled
        FROM refresh_tokens t JOIN sessions s USING (session_id) JOIN users u USING (user_id)
        WHERE t.sha256 = decode(${sha256}, 'hex') FOR UPDATE OF s, t`;
      if (row === undefined || row.disabled || row.revokedTsMs !== null) return { kind: "refused" };
      if (now >= Number(row.expiresTsMs) || now - Number(row.sessionUsedTsMs) >= SESSION_IDLE_MS) return { kind: "refused" };
      const { sessionId, userId } = row;
      if (row.tokenUsedTsMs === null) {
        await sql`UPDATE refresh_tokens SET used_ts_ms = ${now} WHERE sha256 = decode(${sha256}, 'hex')`;
        await sql`
          INSERT INTO refresh_tokens (sha256, session_id, issued_ts_ms)
          VALUES (decode(${fingerprint(successor)}, 'hex'), ${sessionId}, ${now})`;
        await sql`UPDATE sessions SET used_ts_ms = ${now} WHERE session_id = ${sessionId}`;
        return { kind: "refreshed", userId, sessionId, refreshToken: successor };
      }
      const [next] = await sql<{ used: boolean }[]>`
        SELECT used_ts_ms IS NOT NULL AS used FROM refresh_tokens WHERE sha256 = decode(${fingerprint(successor)}, 'hex')`;
      if (next?.used === false && now - Number(row.tokenUsedTsMs) <= REPEAT_GRACE_MS) {
        return { kind: "refreshed", userId, sessionId, refreshToken: successor };
      }
      await sql`
        UPDATE sessions SET revoked_ts_ms = ${now}, revoked_reason = 'refresh token used twice' WHERE session_id = ${sessionId}`;
      return { kind: "reused", userId, sessionId };
    });
  }

  /** The session a refresh token belongs to, whatever its state. */
  async sessionOf(refreshToken: string): Promise<string | undefined> {
    const [row] = await this.#sql<{ sessionId: string }[]>`
      SELECT session_id AS "sessionId" FROM refresh_tokens WHERE sha256 = decode(${fingerprint(refreshToken)}, 'hex')`;
    return row?.sessionId;
  }

  async end(sessionId: string, reason: string): Promise<void> {
    await this.#sql`
      UPDATE sessions SET revoked_ts_ms = ${this.#now()}, revoked_reason = ${reason}
      WHERE session_id = ${sessionId} AND revoked_ts_ms IS NULL`;
  }

  /** Whether the session stands: not revoked, not past its absolute end. Idleness is judged at the refresh. */
  async stands(sessionId: string, userId: number): Promise<boolean> {
    const [row] = await this.#sql<{ one: number }[]>`
      SELECT 1 AS one FROM sessions
      WHERE session_id = ${sessionId} AND user_id = ${userId} AND revoked_ts_ms IS NULL AND expires_ts_ms > ${this.#now()}`;
    return row !== undefined;
  }
}
