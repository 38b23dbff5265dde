/** Limits, the kinds of accounts and what losses led to, as the server tells them: who set what, and why. */
import { formatDecimal } from "@jware/schemas";
import {
  ACCOUNT_KIND_NAMES,
  type AccountKindName,
  POSITION_MODE_NAMES,
  type PositionModeName,
  LIMIT_NAMES,
  type LimitKindName,
  limitScopeOf,
  type LimitScopeRef,
} from "@jware/schemas/limit-names";
import { tablesOf } from "@jware/schemas/table-list";
import type {
  AccountConfiguration,
  Actor,
  FeeScheduleStatus,
  LimitStatus,
  LiquidationReport,
  LossLimitReport,
} from "@jware/schemas/wire";
import type { LimitScope } from "./errors.js";
import { type Instrument, qtyText } from "./instrument.js";
import { msOf } from "./order.js";

/** Who did it: numbers of the user and of the API key (absent for who signed in). */
export interface Who {
  readonly user: number;
  readonly key?: number;
}

/** A limit as it stands now. */
export interface LimitState {
  readonly scope: LimitScope;
  readonly limit: LimitKindName;
  readonly symbol?: string;
  readonly currency?: string;
  /** Decimal text: money, a quantity of the symbol, lots where none is named, or a count. Absent: it was taken away. */
  readonly max?: string;
  readonly windowMs?: number;
  readonly by: Who;
  readonly reason: string;
  readonly tsMs: number;
}

export interface AccountConfigured {
  readonly account: string;
  readonly kind: AccountKindName;
  readonly positionMode: PositionModeName;
  /** Accounts of one group do not trade with each other. */
  readonly selfTradeGroup?: number;
  /** What the account's whole equity is counted in. */
  readonly baseCurrency?: string;
  readonly by: Who;
  readonly reason: string;
  readonly tsMs: number;
}

/** One step of a fee schedule. */
export interface FeeTier {
  /** Decimal text: volume of 30 UTC days from which on it holds. */
  readonly notionalMin: string;
  /** Parts per million of the value; negative is a rebate. */
  readonly makerFeePpm: number;
  readonly takerFeePpm: number;
}

/** A fee schedule as it stands now. */
export interface FeeSchedule {
  /** Absent: the firm's, which binds who has none of their own. */
  readonly account?: string;
  readonly currency: string;
  /** Ascending; none: it was taken away. */
  readonly tiers: readonly FeeTier[];
  readonly by: Who;
  readonly reason: string;
  readonly tsMs: number;
}

/** A rung of the loss ladder was passed. */
export interface LossLimitPassed {
  readonly account: string;
  readonly limit: LimitKindName;
  readonly currency: string;
  readonly max: string;
  readonly loss: string;
  readonly tsMs: number;
}

/** A margin account is being closed. */
export interface Liquidation {
  readonly account: string;
  readonly currency: string;
  readonly equity: string;
  readonly maintenance: string;
  readonly tsMs: number;
}

/** What the session knows by number. */
export interface LimitDirectory {
  accountName(account: number): string;
  instrument(instrument: number): Instrument | undefined;
  currencyDecimals(code: string): number | undefined;
}

export const scopeOf = (scope: LimitScopeRef, directory: Pick<LimitDirectory, "accountName">): LimitScope =>
  scope.of === "account" || scope.of === "strategy" ? { ...scope, account: directory.accountName(scope.account) } : scope;

/** Undefined for a scope or kind of a later version. */
export function limitOf(status: LimitStatus, directory: LimitDirectory): LimitState | undefined {
  const scope = limitScopeOf(status.scope(), status.scopeAccount(), status.scopeId());
  const limit = LIMIT_NAMES[status.kind()];
  if (scope === undefined || limit === undefined) return undefined;
  const instrument = directory.instrument(status.instrument());
  const currency = status.currency() ?? "";
  const isQuantity = limit === "orderQty" || limit === "position";
  const figure = (value: bigint): string => {
    if (currency !== "") return formatDecimal(value, directory.currencyDecimals(currency) ?? 0);
    return isQuantity && instrument !== undefined ? qtyText(instrument, value) : value.toString();
  };
  return {
    ...{ scope: scopeOf(scope, directory), limit },
    ...(instrument === undefined ? {} : { symbol: instrument.symbol }),
    ...(currency === "" ? {} : { currency }),
    ...(status.isSet() ? { max: figure(status.max()) } : {}),
    ...(status.windowNs() === 0n ? {} : { windowMs: msOf(status.windowNs()) }),
    ...{ by: whoOf(status.actor()), reason: status.reason() ?? "", tsMs: msOf(status.tsNs()) },
  };
}

export function configuredOf(told: AccountConfiguration, directory: LimitDirectory): AccountConfigured | undefined {
  const kind = ACCOUNT_KIND_NAMES[told.kind()];
  if (kind === undefined) return undefined;
  return {
    ...{
      account: directory.accountName(told.account()),
      kind,
      positionMode: POSITION_MODE_NAMES[told.positionMode()] ?? "netting",
    },
    ...(told.selfTradeGroup() === 0 ? {} : { selfTradeGroup: told.selfTradeGroup() }),
    ...(told.baseCurrency() === null ? {} : { baseCurrency: told.baseCurrency() as string }),
    ...{ by: whoOf(told.actor()), reason: told.reason() ?? "", tsMs: msOf(told.tsNs()) },
  };
}

export function feeScheduleOf(told: FeeScheduleStatus, directory: LimitDirectory): FeeSchedule {
  const currency = told.currency() ?? "";
  const decimals = directory.currencyDecimals(currency) ?? 0;
  const tiers = tablesOf(told.tiersLength(), (index) => told.tiers(index)).map((tier) => ({
    notionalMin: formatDecimal(tier.notionalMinMinor(), decimals),
    makerFeePpm: tier.makerFeePpm(),
    takerFeePpm: tier.takerFeePpm(),
  }));
  return {
    ...(told.account() === 0 ? {} : { account: directory.accountName(told.account()) }),
    ...{ currency, tiers, by: whoOf(told.actor()), reason: told.reason() ?? "", tsMs: msOf(told.tsNs()) },
  };
}

export function lossLimitOf(report: LossLimitReport, directory: LimitDirectory): LossLimitPassed | undefined {
  const limit = LIMIT_NAMES[report.kind()];
  const currency = report.currency() ?? "";
  const money = (minor: bigint): string => formatDecimal(minor, directory.currencyDecimals(currency) ?? 0);
  if (limit === undefined) return undefined;
  return {
    ...{ account: directory.accountName(report.account()), limit, currency },
    ...{ max: money(report.maxMinor()), loss: money(report.lossMinor()), tsMs: msOf(report.tsNs()) },
  };
}

export function liquidationOf(report: LiquidationReport, directory: LimitDirectory): Liquidation {
  const currency = report.currency() ?? "";
  const money = (minor: bigint): string => formatDecimal(minor, directory.currencyDecimals(currency) ?? 0);
  return {
    ...{ account: directory.accountName(report.account()), currency },
    ...{ equity: money(report.equityMinor()), maintenance: money(report.maintenanceMinor()), tsMs: msOf(report.tsNs()) },
  };
}

const whoOf = (actor: Actor | null): Who => {
  const key = actor?.key() ?? 0;
  return { user: actor?.user() ?? 0, ...(key === 0 ? {} : { key }) };
};
