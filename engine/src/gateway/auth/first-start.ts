/**
 * Makes what a new data folder needs: the users `admin` and `trader` with random passwords, the paper account with play
 * money, one API key, and `credentials.json` that names them.
 *
 * Users and the file are made once; a later start overwrites neither. The account is made wherever the core lacks it, each
 * deposit wherever its currency was never paid in, so a start that was cut short is completed by the next.
 */
import { join } from "node:path";
import { PAPER_ACCOUNT, PAPER_ACCOUNT_NAME } from "../../paper-account.js";
import type { Sql } from "../../postgres/connect.js";
import type { CorePort } from "../core-port.js";
import type { Role } from "../permission.js";
import { ApiError } from "../problem.js";
import type { ApiKeys } from "./api-keys.js";
import { KEY_DAYS_MAX } from "./api-keys.js";
import { generatePassword, type PasswordHasher } from "./password.js";
import { writeSecretFile } from "./secret-file.js";

export const TRADER_NAME = "trader";
const ADMIN_NAME = "admin";
const PLAY_MONEY = 1_000_000n;
const CURRENCIES = [
  { code: "USD", decimals: 6 },
  { code: "USDT", decimals: 8 },
] as const;

const FIRST_USERS = [
  { name: ADMIN_NAME, role: "admin", permissions: ["read", "cancel", "risk"] },
  { name: TRADER_NAME, role: "trader", permissions: ["read", "trade", "cancel"] },
] as const satisfies readonly { name: string; role: Role; permissions: readonly string[] }[];

/** Addresses that credentials.json names. */
export interface ServiceUrls {
  readonly page: string;
  readonly rest: string;
  readonly webSocket: string;
}

/** Opens the paper account and pays the play money in, where that was not done. Resolves when it is durable. */
export async function ensurePaperAccount(core: CorePort): Promise<void> {
  if (core.queryAccount(PAPER_ACCOUNT) === undefined) {
    const opened = core.execute({ kind: "openAccount", account: PAPER_ACCOUNT, name: PAPER_ACCOUNT_NAME });
    if (!opened.ok) throw new Error(`the paper account cannot be opened: ${opened.text}`);
  }
  let lastSeq = 0;
  for (const { code, decimals } of CURRENCIES) {
    // Refused where it is defined already, by an earlier start or by the feed: what matters is that the deposit goes through.
    core.execute({ kind: "defineCurrency", code, decimals });
    if (core.queryAccount(PAPER_ACCOUNT)?.balances.some((balance) => balance.currency === code)) continue;
    const amountMinor = (PLAY_MONEY * 10n ** BigInt(decimals)).toString();
    const paid = core.execute({ kind: "deposit", user: 0, account: PAPER_ACCOUNT, currency: code, amountMinor });
    if (!paid.ok) throw new Error(`the play money in ${code} cannot be paid in: ${paid.text}`);
    lastSeq = paid.seq;
  }
  if (lastSeq > 0) await core.awaitDurable(lastSeq);
}

export interface FirstUsersParts {
  readonly sql: Sql;
  readonly hasher: PasswordHasher;
  readonly apiKeys: ApiKeys;
  readonly dataDir: string;
  readonly urls: ServiceUrls;
  readonly nowTsMs: number;
}

export const credentialsPath = (dataDir: string): string => join(dataDir, "credentials.json");

/** Makes the first users where there is no user at all. Returns whether it did. */
export async function ensureFirstUsers(parts: FirstUsersParts): Promise<boolean> {
  const [known] = await parts.sql<{ count: bigint }[]>`SELECT count(*) FROM users`;
  if (Number(known?.count) > 0) return false;
  const users = await Promise.all(
    FIRST_USERS.map(async (user) => {
      const password = generatePassword();
      return { ...user, password, hash: await parts.hasher.hash(password) };
    }),
  );
  const ids = await insertUsers(parts.sql, users, parts.nowTsMs);
  if (ids === undefined) return false;
  const { key } = await parts.apiKeys.create(ids.trader, "first key", ["read", "trade", "cancel"], KEY_DAYS_MAX);
  const text = {
    note: "Made at the first start and shown nowhere else. Change the passwords, then delete this file.",
    users: Object.fromEntries(users.map(({ name, role, password }) => [name, { username: name, password, role }])),
    account: PAPER_ACCOUNT_NAME,
    apiKey: key,
    urls: parts.urls,
  };
  writeSecretFile(credentialsPath(parts.dataDir), `${JSON.stringify(text, null, 2)}\n`);
  return true;
}

interface NewUser {
  readonly name: string;
  readonly role: Role;
  readonly permissions: readonly string[];
  readonly hash: string;
}

/** Inserts the users; undefined where another gateway on the same database was faster. */
function insertUsers(sql: Sql, users: readonly NewUser[], nowTsMs: number): Promise<{ readonly trader: number } | undefined> {
  return sql.begin(async (transaction) => {
    await transaction`LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE`;
    const [known] = await transaction<{ count: bigint }[]>`SELECT count(*) FROM users`;
    if (Number(known?.count) > 0) return undefined;
    let trader: number | undefined;
    for (const { name, role, permissions, hash } of users) {
      const [row] = await transaction<{ userId: number }[]>`
        INSERT INTO users (name, role, password_hash, created_ts_ms) VALUES (${name}, ${role}, ${hash}, ${nowTsMs})
        RETURNING user_id AS "userId"`;
      if (row === undefined) throw new ApiError("INTERNAL", "an inserted user has an id");
      await transaction`
        INSERT INTO user_accounts (user_id, account_id, permissions)
        VALUES (${row.userId}, ${PAPER_ACCOUNT}, ${[...permissions]})`;
      if (name === TRADER_NAME) trader = row.userId;
    }
    if (trader === undefined) throw new Error("the trader is among the first users");
    return { trader };
  });
}
