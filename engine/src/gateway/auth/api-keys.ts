/**
 * API keys: `jw_<id>_<secret>`, shown once. PostgreSQL holds their SHA-256; the core is told of each, so that a logon over
 * WebSocket is checked in the call that brings it.
 *
 * A key has at most its owner's rights, cut to its scopes, and follows them: the relay of the outbox tells the core again after
 * a change.
 */
import type { PermissionName } from "@jware/schemas/permission-names";
import type { Sql } from "../../postgres/connect.js";
import type { CorePort } from "../core-port.js";
import type { AccountGrant, Role } from "../permission.js";
import { ApiError } from "../problem.js";
import { fingerprint, randomSecret, randomWord } from "./secret-text.js";
import { record } from "./user-events.js";
import type { UserStore } from "./user-store.js";

const DAY_MS = 86_400_000;
export const KEY_DAYS_DEFAULT = 90;
export const KEY_DAYS_MAX = 365;
const KEYS_PER_USER_MAX = 8;
const KEY_ID_LENGTH = 12;
const KEY_PATTERN = /^jw_([A-Za-z0-9]{12})_[A-Za-z0-9_-]{43}$/;

export interface ApiKeyInfo {
  readonly keyId: string;
  /** What limits, audits and the core name it by. */
  readonly number: number;
  readonly label: string;
  readonly scopes: readonly PermissionName[];
  readonly createdTsMs: number;
  readonly expiresTsMs: number;
}

export interface ApiKeyOwner {
  readonly keyId: string;
  readonly number: number;
  readonly userId: number;
  readonly userName: string;
  readonly role: Role;
  readonly scopes: readonly PermissionName[];
}

interface KeyRow {
  readonly keyId: string;
  readonly number: number;
  readonly sha256: string;
  readonly label: string;
  readonly scopes: PermissionName[];
  readonly createdTsMs: bigint;
  readonly expiresTsMs: bigint;
  readonly userId: number;
  readonly userName: string;
  readonly role: Role;
}

export const looksLikeApiKey = (text: string): boolean => KEY_PATTERN.test(text);

export class ApiKeys {
  readonly #sql: Sql;
  readonly #core: CorePort;
  readonly #users: UserStore;
  readonly #now: () => number;

  constructor(sql: Sql, core: CorePort, users: UserStore, now: () => number) {
    this.#sql = sql;
    this.#core = core;
    this.#users = users;
    this.#now = now;
  }

  /** Makes a key and tells the core. The text is nowhere but in the result. */
  async create(
    userId: number,
    label: string,
    scopes: readonly PermissionName[],
    days: number,
  ): Promise<{ readonly key: string; readonly info: ApiKeyInfo }> {
    const keyId = randomWord(KEY_ID_LENGTH);
    const key = `jw_${keyId}_${randomSecret()}`;
    const sha256 = fingerprint(key);
    const createdTsMs = this.#now();
    const expiresTsMs = createdTsMs + days * DAY_MS;
    const inserted = await this.#sql.begin(async (sql) => {
      // The user's row is the lock: two requests at once cannot both take the last place.
      await sql`SELECT 1 FROM users WHERE user_id = ${userId} FOR UPDATE`;
      const [made] = await sql<{ number: number }[]>`
        INSERT INTO api_keys (key_id, user_id, sha256, label, scopes, created_ts_ms, expires_ts_ms)
        SELECT ${keyId}, ${userId}, decode(${sha256}, 'hex'), ${label}, ${[...scopes]}, ${createdTsMs}, ${expiresTsMs}
        WHERE (SELECT count(*) FROM api_keys
               WHERE user_id = ${userId} AND revoked_ts_ms IS NULL AND expires_ts_ms > ${createdTsMs}) < ${KEYS_PER_USER_MAX}
        RETURNING key_number AS number`;
      if (made === undefined) throw new ApiError("CONFLICT", `A user has at most ${KEYS_PER_USER_MAX} keys; revoke one first.`);
      const event = { kind: "keyMade", userId, permissions: scopes, keyNumber: made.number } as const;
      await record(sql, createdTsMs, event, { userId, reason: "" });
      return made;
    });
    return { key, info: { keyId, number: inserted.number, label, scopes, createdTsMs, expiresTsMs } };
  }

  async list(userId: number): Promise<ApiKeyInfo[]> {
    const rows = await this.#sql<KeyRow[]>`
      SELECT key_id AS "keyId", key_number AS number, label, scopes, created_ts_ms AS "createdTsMs", expires_ts_ms AS "expiresTsMs"
      FROM api_keys WHERE user_id = ${userId} AND revoked_ts_ms IS NULL AND expires_ts_ms > ${this.#now()}
      ORDER BY created_ts_ms, key_id`;
    return rows.map(({ keyId, number, label, scopes, createdTsMs, expiresTsMs }) => ({
      keyId,
      number,
      label,
      scopes,
      createdTsMs: Number(createdTsMs),
      expiresTsMs: Number(expiresTsMs),
    }));
  }

  /** Ends one of the user's keys; false where there is none. */
  async revoke(userId: number, keyId: string): Promise<boolean> {
    return this.#sql.begin(async (sql) => {
      const [revoked] = await sql<{ number: number }[]>`
        UPDATE api_keys SET revoked_ts_ms = ${this.#now()}
        WHERE key_id = ${keyId} AND user_id = ${userId} AND revoked_ts_ms IS NULL RETURNING key_number AS number`;
      if (revoked === undefined) return false;
      await record(sql, this.#now(), { kind: "keyRevoked", userId, keyNumber: revoked.number }, { userId, reason: "" });
      return true;
    });
  }

  /** Who a key belongs to, by its fingerprint; undefined where it is unknown, revoked, expired, or its owner disabled. */
  async owner(sha256: string): Promise<ApiKeyOwner | undefined> {
    const [row] = await this.#selectOne(sha256);
    return row;
  }

  /** Tells the core of every valid key: at the start, and after rights changed. */
  async pushAll(): Promise<number> {
    return this.#putAll(await this.#select(this.#sql``));
  }

  /** Tells the core of a user's valid keys. */
  async pushOf(userId: number): Promise<number> {
    return this.#putAll(await this.#select(this.#sql`AND u.user_id = ${userId}`));
  }

  /** Tells the core of one key; false where it is not valid, and the core was told nothing. */
  async push(sha256: string): Promise<boolean> {
    return (await this.#putAll(await this.#selectOne(sha256))) > 0;
  }

  async #putAll(rows: readonly KeyRow[]): Promise<number> {
    for (const row of rows) await this.#put(row);
    return rows.length;
  }

  async #put(row: KeyRow): Promise<void> {
    this.#core.putCredential({
      sha256: row.sha256,
      user: row.userId,
      userName: row.userName,
      key: row.number,
      accounts: cutToScopes(await this.#users.grants(row), row.scopes).map(({ account, permissions }) => ({
        account,
        permissions,
      })),
      expiresTsMs: Number(row.expiresTsMs),
      singleUse: false,
    });
  }

  #selectOne(sha256: string): Promise<KeyRow[]> {
    return this.#select(this.#sql`AND k.sha256 = decode(${sha256}, 'hex')`);
  }

  #select(which: ReturnType<Sql>): Promise<KeyRow[]> {
    return this.#sql<KeyRow[]>`
      SELECT k.key_id AS "keyId", k.key_number AS number, encode(k.sha256, 'hex') AS sha256, k.label, k.scopes, k.created_ts_ms AS "createdTsMs",
             k.expires_ts_ms AS "expiresTsMs", u.user_id AS "userId", u.name AS "userName", u.role
      FROM api_keys k JOIN users u USING (user_id)
      WHERE k.revoked_ts_ms IS NULL AND k.expires_ts_ms > ${this.#now()} AND NOT u.disabled ${which}`;
  }
}

/** The grants with only the permissions that are also scopes of the key. */
export const cutToScopes = (grants: readonly AccountGrant[], scopes: readonly PermissionName[]): AccountGrant[] =>
  grants.flatMap((grant) => {
    const permissions = grant.permissions.filter((permission) => scopes.includes(permission));
    return permissions.length === 0 ? [] : [{ ...grant, permissions }];
  });
