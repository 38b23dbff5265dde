/**
 * Users as an administrator makes and changes them: role, password, disabled or not, and what they may do with which account.
 *
 * Invariant: a change is one transaction, made by one method here; what follows from it outside the database (judgements that are
 * remembered, sockets, keys that the core knows) is done after the commit, in `#tell`. Sockets keep the rights of their logon, so
 * whose rights change is logged off and logs on again with what they are; an account more ends nothing, and is there at the next logon.
 * There is always an administrator who is not disabled.
 */
import type { AccountPermission } from "@jware/core-native";
import type { Sql } from "../../postgres/connect.js";
import type { CorePort } from "../core-port.js";
import type { Role } from "../permission.js";
import { ApiError } from "../problem.js";
import type { ApiKeys } from "./api-keys.js";
import type { Authenticator } from "./authenticator.js";
import type { SocketTickets } from "./socket-tickets.js";
import type { AccountNames } from "./user-store.js";

export interface UserListing {
  readonly userId: number;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly createdTsMs: number;
  /** As given: what the role cannot use is told, too. */
  readonly accounts: readonly { readonly account: number; readonly name: string; readonly permissions: AccountPermission[] }[];
}

export interface NewUser {
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
}

/** What is absent stays. */
export interface UserChange {
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
  readonly passwordHash?: string | undefined;
}

export interface UserAdminParts {
  readonly sql: Sql;
  readonly core: CorePort;
  readonly apiKeys: ApiKeys;
  readonly authenticator: Authenticator;
  readonly socketTickets: SocketTickets;
  readonly accountName: AccountNames;
  /** Relays the outbox, where every change of these tables has left a row. */
  readonly relay: () => Promise<void>;
  readonly now: () => number;
}

type Transaction = Parameters<Parameters<Sql["begin"]>[1]>[0];

/** The user that a change is about, and how he can be at work now. */
interface Concerned {
  readonly userId: number;
  readonly sessions: readonly string[];
  /** Fingerprints. */
  readonly keys: readonly string[];
}

interface UserRow {
  readonly userId: number;
  readonly role: Role;
  readonly disabled: boolean;
}

export class UserAdmin {
  readonly #parts: UserAdminParts;

  constructor(parts: UserAdminParts) {
    this.#parts = parts;
  }

  /** All users, or the one of a name, by name. */
  async list(name?: string): Promise<UserListing[]> {
    const { sql, accountName } = this.#parts;
    const rows = await sql<
      (Omit<UserListing, "createdTsMs" | "accounts"> & {
        createdTsMs: bigint;
        accounts: { account: number; permissions: AccountPermission[] }[];
      })[]
    >`
      SELECT u.user_id AS "userId", u.name, u.role, u.disabled, u.created_ts_ms AS "createdTsMs",
             coalesce(json_agg(json_build_object('account', a.account_id, 'permissions', a.permissions) ORDER BY a.account_id)
                      FILTER (WHERE a.user_id IS NOT NULL), '[]') AS accounts
      FROM users u LEFT JOIN user_accounts a USING (user_id)
      WHERE ${name === undefined ? sql`true` : sql`u.name = ${name}`}
      GROUP BY u.user_id ORDER BY u.name`;
    return rows.map((row) => ({
      ...row,
      createdTsMs: Number(row.createdTsMs),
      accounts: row.accounts.map((grant) => ({ ...grant, name: accountName(grant.account) ?? String(grant.account) })),
    }));
  }

  /** Makes a user, who may do nothing with any account yet. Throws USER_EXISTS. */
  async create({ name, role, passwordHash }: NewUser): Promise<void> {
    const { sql, now } = this.#parts;
    const made = await sql`
      INSERT INTO users (name, role, password_hash, created_ts_ms) VALUES (${name}, ${role}, ${passwordHash}, ${now()})
      ON CONFLICT (name) DO NOTHING RETURNING user_id`;
    if (made.length === 0) throw new ApiError("USER_EXISTS", "There is a user of this name.");
  }

  /**
   * Changes role, state or password. Disabling revokes his keys and ends his sessions, a new password ends his sessions, and
   * whatever changes ends his sockets. Throws NOT_FOUND, LAST_ADMINISTRATOR.
   */
  async change(name: string, { role, disabled, passwordHash }: UserChange): Promise<void> {
    const { sql, now } = this.#parts;
    const { concerned, endsSockets } = await sql.begin(async (transaction) => {
      // Two administrators who demote each other at once must not both be found to be one of two.
      await transaction`LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE`;
      const user = await userNamed(transaction, name);
      const isAdmin = user.role === "admin" && !user.disabled;
      const staysAdmin = (role ?? user.role) === "admin" && !(disabled ?? user.disabled);
      if (isAdmin && !staysAdmin) await refuseForLast(transaction, user.userId);
      const concerned = await workOf(transaction, user.userId, now());
      const isLoggedOff = disabled === true || passwordHash !== undefined;
      await transaction`
        UPDATE users SET role = ${role ?? user.role}, disabled = ${disabled ?? user.disabled},
               password_hash = coalesce(${passwordHash ?? null}, password_hash),
               token_epoch = token_epoch + ${isLoggedOff ? 1 : 0}
        WHERE user_id = ${user.userId}`;
      if (isLoggedOff) {
        const why = disabled === true ? "user disabled" : "password reset";
        await transaction`
          UPDATE sessions SET revoked_ts_ms = ${now()}, revoked_reason = ${why}
          WHERE user_id = ${user.userId} AND revoked_ts_ms IS NULL`;
      }
      if (disabled === true) {
        await transaction`UPDATE api_keys SET revoked_ts_ms = ${now()} WHERE user_id = ${user.userId} AND revoked_ts_ms IS NULL`;
      }
      return { concerned, endsSockets: isLoggedOff || (role !== undefined && role !== user.role) };
    });
    await this.#tell(concerned, endsSockets);
  }

  /** Gives these permissions on an account in place of any before. Throws NOT_FOUND. */
  async grant(name: string, account: number, permissions: readonly AccountPermission[]): Promise<void> {
    const { sql, now } = this.#parts;
    const { concerned, isChanged } = await sql.begin(async (transaction) => {
      const { userId } = await userNamed(transaction, name);
      const [before] = await transaction`
        SELECT 1 FROM user_accounts WHERE user_id = ${userId} AND account_id = ${account}`;
      await transaction`
        INSERT INTO user_accounts (user_id, account_id, permissions) VALUES (${userId}, ${account}, ${[...permissions]})
        ON CONFLICT (user_id, account_id) DO UPDATE SET permissions = excluded.permissions`;
      return {
        concerned: await workOf(transaction, userId, now()),
        isChanged: before !== undefined,
      };
    });
    await this.#tell(concerned, isChanged);
  }

  /** Takes every permission on an account away. Throws NOT_FOUND where there was none. */
  async withdraw(name: string, account: number): Promise<void> {
    const { sql, now } = this.#parts;
    const concerned = await sql.begin(async (transaction) => {
      const { userId } = await userNamed(transaction, name);
      const gone = await transaction`
        DELETE FROM user_accounts WHERE user_id = ${userId} AND account_id = ${account} RETURNING account_id`;
      if (gone.length === 0) throw new ApiError("NOT_FOUND", "The user was given nothing on this account.");
      return workOf(transaction, userId, now());
    });
    await this.#tell(concerned, true);
  }

  /** Makes everybody forget what the user could do before; ends his sockets where he can do less. */
  async #tell({ userId, sessions, keys }: Concerned, endsSockets: boolean): Promise<void> {
    const { core, apiKeys, authenticator, socketTickets, relay } = this.#parts;
    for (const session of sessions) {
      await authenticator.forgetSession(session);
      if (endsSockets) socketTickets.revoke(session);
    }
    for (const sha256 of keys) {
      if (endsSockets) core.removeCredential(sha256);
      await authenticator.forgetKey(sha256);
    }
    await apiKeys.pushOf(userId);
    // Else the relay would close in a moment what he opens again after this answer. Where it fails, it tries on by itself.
    await relay().catch(() => undefined);
  }
}

/** The user, locked until the transaction ends. */
async function userNamed(sql: Transaction, name: string): Promise<UserRow> {
  const [row] = await sql<UserRow[]>`SELECT user_id AS "userId", role, disabled FROM users WHERE name = ${name} FOR UPDATE`;
  if (row === undefined) throw new ApiError("NOT_FOUND", "There is no user of this name.");
  return row;
}

async function refuseForLast(sql: Transaction, userId: number): Promise<void> {
  const others = await sql`SELECT 1 FROM users WHERE role = 'admin' AND NOT disabled AND user_id <> ${userId} LIMIT 1`;
  if (others.length === 0) {
    throw new ApiError("LAST_ADMINISTRATOR", "He is the last administrator; make another one first.");
  }
}

async function workOf(sql: Transaction, userId: number, nowTsMs: number): Promise<Concerned> {
  const sessions = await sql<{ id: string }[]>`
    SELECT session_id AS id FROM sessions WHERE user_id = ${userId} AND revoked_ts_ms IS NULL AND expires_ts_ms > ${nowTsMs}`;
  const keys = await sql<{ sha256: string }[]>`
    SELECT encode(sha256, 'hex') AS sha256 FROM api_keys
    WHERE user_id = ${userId} AND revoked_ts_ms IS NULL AND expires_ts_ms > ${nowTsMs}`;
  return { userId, sessions: sessions.map(({ id }) => id), keys: keys.map(({ sha256 }) => sha256) };
}
