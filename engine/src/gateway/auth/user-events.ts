/**
 * The record of what was changed about users: a row in the transaction of each change, and the rows in pages, newest first.
 *
 * Invariant: nothing about a user, his rights or his keys changes through the gateway without its row; only the users that the first
 * start makes have none.
 */
import type { PermissionName } from "@jware/schemas/permission-names";
import type { Sql, Transaction } from "../../postgres/connect.js";
import type { Role } from "../permission.js";
import type { UserEventJson } from "../shapes/user-events.js";
import type { AccountNames } from "./user-store.js";

/** Who does it, and why; an empty reason for what people do about themselves. */
export interface By {
  readonly userId: number;
  readonly reason: string;
}

/** What was done to a user; what is absent stayed. */
export interface UserEvent {
  readonly kind: UserEventJson["kind"];
  readonly userId: number;
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
  readonly isPasswordReset?: boolean;
  readonly account?: number;
  readonly permissions?: readonly PermissionName[];
  readonly keyNumber?: number;
}

export interface UserEventPage {
  readonly events: UserEventJson[];
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
}

/** Adds the row of a change that `sql`, its transaction, makes. */
export async function record(sql: Transaction, tsMs: number, event: UserEvent, by: By): Promise<void> {
  const { kind, userId, role, disabled, isPasswordReset = false, account, permissions, keyNumber } = event;
  await sql`
    INSERT INTO user_events (ts_ms, kind, user_id, by_user_id, role, disabled, password_reset, account_id, permissions, key_number, reason)
    VALUES (${tsMs}, ${kind}, ${userId}, ${by.userId}, ${role ?? null}, ${disabled ?? null}, ${isPasswordReset}, ${account ?? null},
            ${permissions === undefined ? null : [...permissions]}, ${keyNumber ?? null}, ${by.reason})`;
}

export class UserEvents {
  readonly #sql: Sql;
  readonly #accountName: AccountNames;

  constructor(sql: Sql, accountName: AccountNames) {
    this.#sql = sql;
    this.#accountName = accountName;
  }

  /** A page of what was done to one user, or to all; `before` is the cursor that the page before gave. */
  async page(name: string | undefined, limit: number, before: string | undefined): Promise<UserEventPage> {
    const sql = this.#sql;
    const rows = await sql<EventRow[]>`
      SELECT e.event_id AS id, e.ts_ms AS "tsMs", e.kind, u.name AS "user", b.name AS "by", e.role, e.disabled,
             e.password_reset AS "passwordReset", e.account_id AS account, e.permissions, e.key_number AS key, e.reason
      FROM user_events e JOIN users u ON u.user_id = e.user_id JOIN users b ON b.user_id = e.by_user_id
      WHERE ${name === undefined ? sql`true` : sql`u.name = ${name}`} AND ${before === undefined ? sql`true` : sql`e.event_id < ${before}`}
      ORDER BY e.event_id DESC LIMIT ${limit}`;
    const events = rows.map((row) => ({
      ...row,
      id: String(row.id),
      tsMs: Number(row.tsMs),
      account: row.account === null ? null : (this.#accountName(Number(row.account)) ?? String(row.account)),
      key: row.key === null ? null : Number(row.key),
    }));
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { events, next: last === undefined ? null : String(last.id) };
  }
}

type EventRow = Omit<UserEventJson, "id" | "tsMs" | "account" | "key"> & {
  readonly id: bigint;
  readonly tsMs: bigint;
  readonly account: bigint | null;
  readonly key: bigint | null;
};
