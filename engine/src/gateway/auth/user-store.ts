/** Users and what they were given, in PostgreSQL. Names are lower case; accounts are named by the core. */
import type { PermissionName } from "@jware/schemas/permission-names";
import type { Sql } from "../../postgres/connect.js";
import { effectivePermissions, type AccountGrant, type Role } from "../permission.js";

export interface UserRow {
  readonly userId: number;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly epoch: number;
  readonly disabled: boolean;
}

/** Name of an account, or undefined where the core has none. Names never change. */
export type AccountNames = (account: number) => string | undefined;

export class UserStore {
  readonly #sql: Sql;
  readonly #accountName: AccountNames;

  constructor(sql: Sql, accountName: AccountNames) {
    this.#sql = sql;
    this.#accountName = accountName;
  }

  async byName(name: string): Promise<UserRow | undefined> {
    const [row] = await this.#sql<UserRow[]>`
      SELECT user_id AS "userId", name, role, password_hash AS "passwordHash", token_epoch AS epoch, disabled
      FROM users WHERE name = ${name}`;
    return row;
  }

  async byId(userId: number): Promise<UserRow | undefined> {
    const [row] = await this.#sql<UserRow[]>`
      SELECT user_id AS "userId", name, role, password_hash AS "passwordHash", token_epoch AS epoch, disabled
      FROM users WHERE user_id = ${userId}`;
    return row;
  }

  /** Accounts of a user with the permissions that his role can use; those without any are left out. */
  async grants(user: Pick<UserRow, "userId" | "role">): Promise<AccountGrant[]> {
    const rows = await this.#sql<{ account: bigint; permissions: PermissionName[] }[]>`
      SELECT account_id AS account, permissions FROM user_accounts WHERE user_id = ${user.userId} ORDER BY account_id`;
    return rows.flatMap((row) => {
      const account = Number(row.account);
      const name = this.#accountName(account);
      const permissions = effectivePermissions(user.role, row.permissions);
      return name === undefined || permissions.length === 0 ? [] : [{ account, name, permissions }];
    });
  }

  async setPasswordHash(userId: number, passwordHash: string): Promise<void> {
    await this.#sql`UPDATE users SET password_hash = ${passwordHash} WHERE user_id = ${userId}`;
  }
}
