/** Accounts, positions and balances as an algorithm sees them. Money is decimal text in its currency. */
import { formatDecimal } from "@jware/schemas";
import { POSITION_LEG_NAMES, type PositionLegName } from "@jware/schemas/limit-names";
import { TRADING_STATE_NAMES, type TradingStateName, wordsOf } from "@jware/schemas/order-names";
import { PERMISSION_BY_NAME, type PermissionName } from "@jware/schemas/permission-names";
import { type BalanceReport, type PositionReport, ScopeKind, type ScopeStatus } from "@jware/schemas/wire";
import type { Directory } from "./directory.js";
import { averagePriceText, type Instrument, qtyText } from "./instrument.js";
import { msOf } from "./order.js";

export type { PermissionName };

/** An account that the session may use. */
export interface Account {
  readonly id: number;
  readonly name: string;
  readonly permissions: ReadonlySet<PermissionName>;
}

export interface Position {
  readonly account: string;
  readonly symbol: string;
  /**
   * Of a hedging account `long` or `short`, each a position of its own; else `net`. Sells that are `reduceOnly` close `long`, buys
   * that are close `short`; without it they open or add to the other one.
   */
  readonly leg: PositionLegName;
  /** Negative when short. */
  readonly qty: string;
  /** Absent when flat. */
  readonly avgPx?: string;
  /** Realised profit and loss before fees, and fees, in `currency`. */
  readonly realised: string;
  readonly fees: string;
  readonly currency: string;
  readonly tsMs: number;
}

export interface Balance {
  readonly account: string;
  readonly currency: string;
  readonly cash: string;
  /** Cost of open positions. */
  readonly used: string;
  /** What working orders may still need. */
  readonly held: string;
  /** What a new order may use: cash - used - held. */
  readonly available: string;
  readonly tsMs: number;
}

export interface AccountState {
  readonly account: string;
  readonly state: TradingStateName;
  readonly reason: string;
  readonly tsMs: number;
}

/** The state of a scope other than a whole account. */
export interface ScopeState {
  readonly scope: "firm" | "instrument" | "strategy";
  /** Of a strategy: whose, and which. */
  readonly account?: string;
  readonly strategy?: number;
  /** Of an instrument. */
  readonly symbol?: string;
  readonly state: TradingStateName;
  /** Orders that the change canceled. */
  readonly canceledCount: number;
  readonly reason: string;
  readonly tsMs: number;
}

export const permissionsOf = (bits: number): ReadonlySet<PermissionName> =>
  new Set(wordsOf(PERMISSION_BY_NAME).filter((name) => (bits & PERMISSION_BY_NAME[name]) !== 0));

export function positionOf(report: PositionReport, instrument: Instrument, account: string): Position {
  const money = (minor: bigint): string => formatDecimal(minor, instrument.currencyDecimals);
  // Cost is in minor units: over the value of one tick on one lot it is lot-ticks.
  const avgPx = averagePriceText(instrument, report.costMinor() / instrument.tickLotMinor, report.qtyLots());
  return {
    account,
    symbol: instrument.symbol,
    leg: POSITION_LEG_NAMES[report.leg()] ?? "net",
    qty: qtyText(instrument, report.qtyLots()),
    ...(avgPx === undefined ? {} : { avgPx }),
    realised: money(report.realisedMinor()),
    fees: money(report.feesMinor()),
    currency: instrument.quoteCurrency,
    tsMs: msOf(report.tsNs()),
  };
}

export function balanceOf(report: BalanceReport, decimals: number, account: string): Balance {
  const money = (minor: bigint): string => formatDecimal(minor, decimals);
  return {
    account,
    currency: report.currency() ?? "",
    cash: money(report.cashMinor()),
    used: money(report.usedMinor()),
    held: money(report.heldMinor()),
    available: money(report.availableMinor()),
    tsMs: msOf(report.tsNs()),
  };
}

const SCOPES: Readonly<Record<number, ScopeState["scope"]>> = {
  [ScopeKind.Firm]: "firm",
  [ScopeKind.Instrument]: "instrument",
  [ScopeKind.Strategy]: "strategy",
};

/** Undefined for a kind of scope that this version does not know. */
export function scopeStateOf(status: ScopeStatus, directory: Directory): ScopeState | undefined {
  const scope = SCOPES[status.scope()];
  if (scope === undefined) return undefined;
  const symbol = directory.instrument(status.instrument())?.symbol;
  return {
    scope,
    ...(scope === "strategy" ? { account: directory.accountName(status.account()), strategy: status.strategy() } : {}),
    ...(scope === "instrument" && symbol !== undefined ? { symbol } : {}),
    state: TRADING_STATE_NAMES[status.state()] ?? "halted",
    canceledCount: status.canceledCount(),
    reason: status.reason() ?? "",
    tsMs: msOf(status.tsNs()),
  };
}
