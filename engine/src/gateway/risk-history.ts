/**
 * Who changed what may be done, and why; and what losses led to: read from the projection, newest first, in pages.
 *
 * Whoever reads an account's gets those of the account and its strategies, and those of the firm and of instruments, which bind it too.
 */
import { formatDecimal } from "@jware/schemas";
import { ACCOUNT_KIND_NAMES, LIMIT_NAMES, limitScopeOf, POSITION_MODE_NAMES } from "@jware/schemas/limit-names";
import { TRADING_STATE_NAMES } from "@jware/schemas/order-names";
import { LimitScope } from "@jware/schemas/wire";
import type { Sql } from "../postgres/connect.js";
import { formatQty, type InstrumentCatalog } from "./instrument-catalog.js";
import { figureKind, scopeJson } from "./limit-json.js";
import { nameOf } from "./order-facts.js";
import { msOfNs } from "./order-json.js";
import type { FeeTierJson } from "./shapes/fees.js";
import type { RiskEventJson } from "./shapes/risk-events.js";

const KINDS = {
  1: "tradingState",
  2: "limit",
  3: "accountConfigured",
  4: "lossLimitPassed",
  5: "liquidation",
  6: "feeSchedule",
} as const;

interface RiskRow {
  readonly seq: bigint;
  readonly idx: number;
  readonly tsNs: bigint;
  readonly kind: keyof typeof KINDS;
  readonly userId: bigint;
  readonly userName: string | null;
  readonly keyId: bigint;
  readonly scope: number;
  readonly account: bigint;
  readonly scopeId: bigint;
  readonly instrument: bigint;
  readonly state: number;
  readonly canceledCount: bigint;
  readonly limitKind: number;
  readonly isSet: boolean;
  readonly currency: string | null;
  readonly currencyDecimals: number | null;
  readonly limitValue: bigint;
  readonly foundValue: bigint;
  readonly windowNs: bigint;
  readonly accountKind: number;
  readonly positionMode: number;
  readonly group: bigint;
  readonly reason: string;
  readonly feeTiers: string;
}

export interface RiskPage {
  readonly events: RiskEventJson[];
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
}

export class RiskHistory {
  readonly #sql: Sql;
  readonly #catalog: InstrumentCatalog;
  readonly #accountNameOf: (account: number) => string;

  constructor(sql: Sql, catalog: InstrumentCatalog, accountNameOf: (account: number) => string) {
    this.#sql = sql;
    this.#catalog = catalog;
    this.#accountNameOf = accountNameOf;
  }

  /** A page of what concerns an account, or of everything; `before` is the cursor that the page before gave. */
  async events(account: number | undefined, limit: number, before: string | undefined): Promise<RiskPage> {
    const sql = this.#sql;
    const [seq, idx] = (before ?? "").split(".");
    const after = idx === undefined ? sql`` : sql`AND (r.seq, r.idx) < (${seq ?? 0}::bigint, ${idx}::integer)`;
    const binding = sql`AND (r.account_id = ${account ?? 0} OR r.scope IN (0, ${LimitScope.Firm}))`;
    const rows = await sql<RiskRow[]>`
      SELECT r.seq, r.idx, r.ts_ns AS "tsNs", r.kind, r.user_id AS "userId", u.name AS "userName", r.key_id AS "keyId", r.scope,
             r.account_id AS account, r.scope_id AS "scopeId", r.instrument_id AS instrument, r.state,
             r.canceled_count AS "canceledCount", r.limit_kind AS "limitKind", r.is_set AS "isSet", c.code AS currency,
             c.decimals AS "currencyDecimals", r.limit_value AS "limitValue", r.found_value AS "foundValue",
             r.window_ns AS "windowNs", r.account_kind AS "accountKind", r.self_trade_group AS "group", r.reason,
             r.fee_tiers AS "feeTiers", r.position_mode AS "positionMode"
      FROM risk_events r LEFT JOIN users u ON u.user_id = r.user_id LEFT JOIN currencies c ON c.currency_id = r.currency_id
      WHERE true ${after} ${account === undefined ? sql`` : binding}
      ORDER BY r.seq DESC, r.idx DESC LIMIT ${limit}`;
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { events: rows.map((row) => this.#json(row)), next: last === undefined ? null : `${last.seq}.${last.idx}` };
  }

  #json(row: RiskRow): RiskEventJson {
    const instrument = row.instrument === 0n ? undefined : this.#catalog.byId(Number(row.instrument));
    const limit = row.limitKind === 0 ? null : nameOf(LIMIT_NAMES, row.limitKind);
    const kind = limit === null ? "money" : figureKind(limit);
    const isMoney = kind === "money";
    const figure = (value: bigint): string => {
      if (isMoney) return formatDecimal(value, row.currencyDecimals ?? 0);
      return kind === "quantity" && instrument !== undefined ? formatQty(value, instrument) : value.toString();
    };
    const scope = limitScopeOf(row.scope, Number(row.account), Number(row.scopeId));
    const isPassed = row.kind === 4 || row.kind === 5;
    return {
      id: `${row.seq}.${row.idx}`,
      tsMs: msOfNs(row.tsNs),
      kind: KINDS[row.kind],
      user: row.userId === 0n ? null : (row.userName ?? row.userId.toString()),
      key: row.keyId === 0n ? null : Number(row.keyId),
      scope: scope === undefined ? null : scopeJson(scope, this.#accountNameOf),
      symbol: instrument?.symbol ?? null,
      state: row.state === 0 ? null : nameOf(TRADING_STATE_NAMES, row.state),
      canceledCount: Number(row.canceledCount),
      limit,
      currency: row.currency,
      max: (row.isSet && row.kind !== 6) || row.kind === 5 ? figure(row.limitValue) : null,
      value: isPassed ? figure(row.foundValue) : null,
      windowMs: row.windowNs === 0n ? null : msOfNs(row.windowNs),
      accountKind: row.accountKind === 0 ? null : nameOf(ACCOUNT_KIND_NAMES, row.accountKind),
      positionMode: row.positionMode === 0 ? null : nameOf(POSITION_MODE_NAMES, row.positionMode),
      selfTradeGroup: row.accountKind === 0 || row.group === 0n ? null : Number(row.group),
      reason: row.reason,
      feeTiers: row.kind === 6 ? readTiers(row.feeTiers, row.currencyDecimals ?? 0) : null,
    };
  }
}

/** The tiers of a schedule, written as 0006_fee_tiers.sql says. */
const readTiers = (text: string, decimals: number): FeeTierJson[] =>
  text === "" ? [] : text.split(" ").map((tier) => readTier(tier, decimals));

function readTier(text: string, decimals: number): FeeTierJson {
  const [notionalMin = "0", makerFeePpm, takerFeePpm] = text.split(":");
  return {
    notionalMin: formatDecimal(BigInt(notionalMin), decimals),
    ...{ makerFeePpm: Number(makerFeePpm), takerFeePpm: Number(takerFeePpm) },
  };
}
