/**
 * From an Authorization header to a principal.
 *
 * A judgement is remembered for a second (longer in Redis, where it can be dropped for everybody), so a revocation or a
 * changed right is in force within one. While PostgreSQL is away, whoever was judged before keeps the last judgement until his
 * token ends: trading goes on without the database; new sign-ins and new keys do not.
 */
import type { Logger } from "../../observability/logger.js";
import { ROLES, type Principal, type Role } from "../permission.js";
import { isDatabaseError } from "../problem.js";
import type { AccessClaims, AccessTokens } from "./access-token.js";
import { cutToScopes, looksLikeApiKey, type ApiKeys } from "./api-keys.js";
import { fingerprint } from "./secret-text.js";
import type { SessionStore } from "./session-store.js";
import type { Sessions } from "./sessions.js";
import type { UserStore } from "./user-store.js";

const LAST_KNOWN_MAX = 10_000;

export interface AuthenticatorParts {
  readonly tokens: AccessTokens;
  readonly users: UserStore;
  readonly sessions: Sessions;
  readonly apiKeys: ApiKeys;
  readonly store: SessionStore;
  readonly storeTtlMs: number;
  readonly logger: Logger;
}

export class Authenticator {
  readonly #parts: AuthenticatorParts;
  readonly #lastKnown = new Map<string, Principal>();

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
  }

  /** Who sends this header; null where it is absent, malformed, unknown or no longer valid. */
  async authenticate(header: string | undefined): Promise<Principal | null> {
    const credential = /^Bearer ([^\s]+)$/.exec(header ?? "")?.[1];
    if (credential === undefined) return null;
    if (looksLikeApiKey(credential)) return this.#byKey(fingerprint(credential));
    const claims = this.#parts.tokens.verify(credential);
    return claims === undefined ? null : this.#bySession(claims);
  }

  /** Forgets what is remembered of a session, here and in the shared store. */
  async forgetSession(sessionId: string): Promise<void> {
    await this.#forget((key) => key.startsWith(`sid:${sessionId}:`), `sid:${sessionId}`);
  }

  async forgetKey(sha256: string): Promise<void> {
    await this.#forget((key) => key === `key:${sha256}`, `key:${sha256}`);
  }

  #bySession(claims: AccessClaims): Promise<Principal | null> {
    const { users, sessions } = this.#parts;
    const version = `${claims.userId}.${claims.epoch}`;
    return this.#judged(`sid:${claims.sessionId}`, `sid:${claims.sessionId}:${version}`, version, async () => {
      const [user, stands] = await Promise.all([users.byId(claims.userId), sessions.stands(claims.sessionId, claims.userId)]);
      if (user === undefined || user.disabled || user.epoch !== claims.epoch || !stands) return null;
      return {
        userId: user.userId,
        userName: user.name,
        role: user.role,
        sessionId: claims.sessionId,
        accounts: await users.grants(user),
      };
    });
  }

  #byKey(sha256: string): Promise<Principal | null> {
    const { users, apiKeys } = this.#parts;
    return this.#judged(`key:${sha256}`, `key:${sha256}`, "", async () => {
      const owner = await apiKeys.owner(sha256);
      if (owner === undefined) return null;
      const { userId, userName, role, keyId, number: keyNumber, scopes } = owner;
      return { userId, userName, role, keyId, keyNumber, accounts: cutToScopes(await users.grants(owner), scopes) };
    });
  }

  /** Asks the store, then PostgreSQL, then (PostgreSQL being away) the last judgement of this process. */
  async #judged(
    storeKey: string,
    localKey: string,
    version: string,
    judge: () => Promise<Principal | null>,
  ): Promise<Principal | null> {
    const { store, storeTtlMs, logger } = this.#parts;
    const remembered = readRemembered(await store.get(storeKey), version);
    if (remembered !== undefined) return remembered;
    try {
      const principal = await judge();
      if (principal === null) {
        this.#lastKnown.delete(localKey);
        return null;
      }
      this.#keepLastKnown(localKey, principal);
      await store.put(storeKey, JSON.stringify({ version, principal }), storeTtlMs);
      return principal;
    } catch (error) {
      const known = this.#lastKnown.get(localKey);
      if (known === undefined || !isDatabaseError(error)) throw error;
      logger.warn({ err: error, userName: known.userName }, "the database is away; the last known rights are used");
      return known;
    }
  }

  #keepLastKnown(key: string, principal: Principal): void {
    this.#lastKnown.delete(key);
    this.#lastKnown.set(key, principal);
    if (this.#lastKnown.size <= LAST_KNOWN_MAX) return;
    for (const oldest of this.#lastKnown.keys()) {
      this.#lastKnown.delete(oldest);
      break;
    }
  }

  async #forget(isMine: (key: string) => boolean, storeKey: string): Promise<void> {
    for (const key of [...this.#lastKnown.keys()].filter(isMine)) this.#lastKnown.delete(key);
    // The truth is written already; what a store cannot forget now lapses by itself.
    await this.#parts.store.drop(storeKey).catch((error: unknown) => {
      this.#parts.logger.warn({ err: error }, "a judgement could not be dropped from the shared store; it lapses by itself");
    });
  }
}

/** A remembered judgement of this user and epoch; anything malformed counts as not remembered. */
function readRemembered(text: string | undefined, version: string): Principal | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as { version?: unknown; principal?: Principal };
    const role: Role | undefined = value.principal?.role;
    return value.version === version && role !== undefined && ROLES.includes(role) ? value.principal : undefined;
  } catch {
    return undefined;
  }
}
