/**
 * Users as an administrator makes and changes them: role, password, disabled or not, and what they may do with which account.
 *
 * Invariant: a change is one transaction, made by one method here; what follows from it outside the database (judgements that are
 * remembered, sockets, keys that the core knows) is relayed after the commit. Sockets keep the rights of their logon, so
 * whose rights change is logged off and logs on again with what they are; an account more ends nothing, and is there at the next logon.
 * There is always an administrator who is not disabled. Each change leaves its row in the record, with who and why.
 */
import type { PermissionName } from "@jware/schemas/permission-names";
import type { Sql, Transaction } from "../../postgres/connect.js";
import type { Role } from "../permission.js";
import { ApiError } from "../problem.js";
import type { OutboxRelay } from "./outbox-relay.js";
import { type By, record } from "./user-events.js";
import type { AccountNames } from "./user-store.js";

export interface UserListing {
  readonly userId: number;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly createdTsMs: number;
  /** As given: what the role cannot use is told, too. */
  readonly accounts: readonly { readonly account: number; readonly name: string; readonly permissions: PermissionName[] }[];
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
  readonly outbox: OutboxRelay;
  readonly accountName: AccountNames;
  readonly now: () => number;
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
        accounts: { account: number; permissions: PermissionName[] }[];
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
  async create({ name, role, passwordHash }: NewUser, by: By): Promise<void> {
    const { sql, now } = this.#parts;
    await sql.begin(async (transaction) => {
      const [made] = await transaction<{ userId: number }[]>`
        INSERT INTO users (name, role, password_hash, created_ts_ms) VALUES (${name}, ${role}, ${passwordHash}, ${now()})
        ON CONFLICT (name) DO NOTHING RETURNING user_id AS "userId"`;
      if (made === undefined) throw new ApiError("USER_EXISTS", "There is a user of this name.");
      await record(transaction, now(), { kind: "made", userId: made.userId, role, disabled: false }, by);
    });
  }

  /**
   * Changes role, state or password. Disabling revokes his keys and ends his sessions, a new password ends his sessions, and
   * whatever changes ends his sockets. Throws NOT_FOUND, LAST_ADMINISTRATOR.
   */
  async change(name: string, { role, disabled, passwordHash }: UserChange, by: By): Promise<void> {
    const { sql, outbox, now } = this.#parts;
    await sql.begin(async (transaction) => {
      // Two administrators who demote each other at once must not both be found to be one of two.
      await transaction`LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE`;
      const user = await userNamed(transaction, name);
      const isAdmin = user.role === "admin" && !user.disabled;
      const staysAdmin = (role ?? user.role) === "admin" && !(disabled ?? user.disabled);
      if (isAdmin && !staysAdmin) await refuseForLast(transaction, user.userId);
      const isLoggedOff = disabled === true || passwordHash !== undefined;
      await transaction`
        UPDATE users SET role = ${role ?? user.role}, disabled = ${disabled ?? user.disabled},
               password_hash = coalesce(${passwordHash ?? null}, password_hash),
               token_epoch = token_epoch + ${isLoggedOff ? 1 : 0}
        WHERE user_id = ${user.userId}`;
      const isPasswordReset = passwordHash !== undefined;
      await record(transaction, now(), { kind: "changed", userId: user.userId, role, disabled, isPasswordReset }, by);
      if (isLoggedOff) await endSessions(transaction, user.userId, now(), disabled === true ? "user disabled" : "password reset");
      if (disabled === true) await this.#revokeKeys(transaction, user.userId, by);
    });
    await outbox.relay();
  }

  /**
   * A new password of one's own, which ends one's sessions. `knownHash` is what the present one was held against: where it is another by
   * now, somebody was quicker. Throws NOT_FOUND, CONFLICT.
   */
  async changeOwnPassword(name: string, knownHash: string, passwordHash: string): Promise<void> {
    const { sql, outbox, now } = this.#parts;
    await sql.begin(async (transaction) => {
      const { userId } = await userNamed(transaction, name);
      const changed = await transaction`
        UPDATE users SET password_hash = ${passwordHash}, token_epoch = token_epoch + 1
        WHERE user_id = ${userId} AND password_hash = ${knownHash} RETURNING user_id`;
      if (changed.length === 0) throw new ApiError("CONFLICT", "The password has just been changed by another request.");
      await endSessions(transaction, userId, now(), "password changed");
      await record(transaction, now(), { kind: "passwordChanged", userId }, { userId, reason: "" });
    });
    await outbox.relay();
  }

  async #revokeKeys(sql: Transaction, userId: number, by: By): Promise<void> {
    const tsMs = this.#parts.now();
    const revoked = await sql<{ keyNumber: number }[]>`
      UPDATE api_keys SET revoked_ts_ms = ${tsMs} WHERE user_id = ${userId} AND revoked_ts_ms IS NULL RETURNING key_number AS "keyNumber"`;
    for (const { keyNumber } of revoked) await record(sql, tsMs, { kind: "keyRevoked", userId, keyNumber }, by);
  }

  /** Gives these permissions on an account in place of any before. Throws NOT_FOUND. */
  async grant(name: string, account: number, permissions: readonly PermissionName[], by: By): Promise<void> {
    const { sql, outbox, now } = this.#parts;
    await sql.begin(async (transaction) => {
      const { userId } = await userNamed(transaction, name);
      await transaction`
        INSERT INTO user_accounts (user_id, account_id, permissions) VALUES (${userId}, ${account}, ${[...permissions]})
        ON CONFLICT (user_id, account_id) DO UPDATE SET permissions = excluded.permissions
        WHERE user_accounts.permissions IS DISTINCT FROM excluded.permissions`;
      await record(transaction, now(), { kind: "granted", userId, account, permissions }, by);
    });
    await outbox.relay();
  }

  /** Takes every permission on an account away. Throws NOT_FOUND where there was none. */
  async withdraw(name: string, account: number, by: By): Promise<void> {
    const { sql, outbox, now } = this.#parts;
    await sql.begin(async (transaction) => {
      const { userId } = await userNamed(transaction, name);
      const gone = await transaction`
        DELETE FROM user_accounts WHERE user_id = ${userId} AND account_id = ${account} RETURNING account_id`;
      if (gone.length === 0) throw new ApiError("NOT_FOUND", "The user was given nothing on this account.");
      await record(transaction, now(), { kind: "withdrawn", userId, account }, by);
    });
    await outbox.relay();
  }
}

async function endSessions(sql: Transaction, userId: number, tsMs: number, why: string): Promise<void> {
  await sql`UPDATE sessions SET revoked_ts_ms = ${tsMs}, revoked_reason = ${why} WHERE user_id = ${userId} AND revoked_ts_ms IS NULL`;
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
