/**
 * Limits as REST writes them, to and from those of the core: names for numbers, decimals for minor units and lots.
 *
 * Money has the decimals of its currency, a quantity those of the symbol that is named. Where none is named, quantities are lots:
 * one number is then a different quantity in each instrument.
 */
import type { LimitInput, LimitView } from "@jware/core-native";
import type { LimitKindName, LimitScopeRef } from "@jware/schemas/limit-names";
import { formatDecimal, parseDecimal, parseUnits } from "@jware/schemas";
import { formatQty, type InstrumentCatalog, qtyScale } from "./instrument-catalog.js";
import { RefusedError } from "./refusal-problem.js";
import type { LimitJson, SetLimitJson } from "./shapes/limits.js";

type FigureKind = "money" | "quantity" | "count";

export const figureKind = (limit: LimitKindName): FigureKind => FIGURES[limit];

const FIGURES: Readonly<Record<LimitKindName, FigureKind>> = {
  orderQty: "quantity",
  orderNotional: "money",
  openOrders: "count",
  position: "quantity",
  grossNotional: "money",
  netNotional: "money",
  messageRate: "count",
  windowNotional: "money",
  repeatedExecution: "count",
  duplicateOrder: "count",
  lossWarn: "money",
  lossReduce: "money",
  lossHalt: "money",
  lossFlatten: "money",
};

/** Accounts by name, of those that the user was given. */
export type AccountIdOf = (name: string) => number | undefined;
export type AccountNameOf = (account: number) => string;

/** Decimals of an account's base currency, which money without a currency is in; undefined where it has none. */
export type BaseDecimalsOf = (account: number) => number | undefined;

/** What the core is to set; throws the refusal where a name is not known or a figure has no exact form. */
export function readLimit(
  json: SetLimitJson,
  accountIdOf: AccountIdOf,
  catalog: InstrumentCatalog,
  baseDecimalsOf: BaseDecimalsOf,
): LimitInput {
  const { limit, symbol, currency, max, windowMs } = json;
  const scope = readScope(json.scope, accountIdOf);
  const instrument = symbol === undefined ? undefined : catalog.bySymbol(symbol)?.instrument;
  if (symbol !== undefined && instrument === undefined) throw RefusedError.byRule("UNKNOWN_INSTRUMENT", null);
  return {
    ...{ scope, limit },
    ...(instrument === undefined ? {} : { instrument }),
    ...(currency === undefined ? {} : { currency }),
    ...(max === undefined || max === null
      ? {}
      : { max: readFigure(max, json, catalog, moneyDecimals(scope, currency, catalog, baseDecimalsOf)).toString() }),
    ...(windowMs === undefined ? {} : { windowMs }),
  };
}

function readScope(scope: SetLimitJson["scope"], accountIdOf: AccountIdOf): LimitScopeRef {
  if (scope.of === "firm" || scope.of === "user" || scope.of === "key") return scope;
  const account = accountIdOf(scope.account);
  if (account === undefined) throw RefusedError.byRule("ACCOUNT_NOT_PERMITTED", null);
  return { ...scope, account };
}

/** Decimals of a limit's money: of its currency, or without one of the account's base currency. */
function moneyDecimals(
  scope: LimitScopeRef,
  currency: string | null | undefined,
  catalog: InstrumentCatalog,
  baseDecimalsOf: BaseDecimalsOf,
): number | undefined {
  if (currency !== undefined && currency !== null) return catalog.currencyDecimals(currency);
  return scope.of === "account" ? baseDecimalsOf(scope.account) : undefined;
}

function readFigure(
  text: string,
  { limit, symbol }: SetLimitJson,
  catalog: InstrumentCatalog,
  ofMoney: number | undefined,
): bigint | number {
  const kind = FIGURES[limit];
  const instrument = symbol === undefined ? undefined : catalog.bySymbol(symbol);
  if (kind === "quantity" && instrument !== undefined) {
    const parsed = parseUnits(text, qtyScale(instrument));
    if (parsed.ok) return parsed.units;
  } else {
    const decimals = kind === "money" ? ofMoney : 0;
    const parsed = decimals === undefined ? undefined : parseDecimal(text, decimals);
    if (parsed?.ok === true) return parsed.mantissa;
  }
  throw RefusedError.byRule("FIELD_INVALID", null);
}

/** A limit as it stands. */
export function limitJson(
  view: LimitView,
  accountNameOf: AccountNameOf,
  catalog: InstrumentCatalog,
  baseDecimalsOf: BaseDecimalsOf,
): LimitJson {
  const { limit, currency, max, remaining, windowMs } = view;
  const instrument = catalog.byId(view.instrument);
  const kind = FIGURES[limit];
  const figure = (text: string): string => {
    if (kind === "money") return formatDecimal(BigInt(text), moneyDecimals(view.scope, currency, catalog, baseDecimalsOf) ?? 0);
    return kind === "quantity" && instrument !== undefined ? formatQty(BigInt(text), instrument) : text;
  };
  return {
    scope: scopeJson(view.scope, accountNameOf),
    limit,
    symbol: instrument?.symbol ?? null,
    currency,
    unit: kind === "quantity" && instrument === undefined ? "lots" : kind,
    max: figure(max),
    windowMs: windowMs === 0 ? null : windowMs,
    remaining: remaining === null ? null : figure(remaining),
    tripped: view.isTripped,
  };
}

/** A limit that is not set. */
export const noLimitJson = ({ scope, limit, symbol, currency }: SetLimitJson): LimitJson => ({
  ...{ scope, limit, symbol: symbol ?? null, currency: currency ?? null },
  unit: FIGURES[limit] === "quantity" && symbol === undefined ? "lots" : FIGURES[limit],
  ...{ max: null, windowMs: null, remaining: null, tripped: false },
});

/** A scope with its account's name. */
export const scopeJson = (scope: LimitScopeRef, accountNameOf: AccountNameOf): LimitJson["scope"] =>
  scope.of === "account" || scope.of === "strategy" ? { ...scope, account: accountNameOf(scope.account) } : scope;

/** Whether two are of the same scope, kind, instrument and currency. */
export const isSameLimit = (input: LimitInput, view: LimitView): boolean =>
  input.limit === view.limit &&
  (input.instrument ?? 0) === view.instrument &&
  (input.currency ?? null) === view.currency &&
  scopeKey(input.scope) === scopeKey(view.scope);

const scopeKey = (scope: LimitScopeRef): string =>
  [
    scope.of,
    "account" in scope ? scope.account : 0,
    "strategy" in scope ? scope.strategy : 0,
    "user" in scope ? scope.user : 0,
    "key" in scope ? scope.key : 0,
  ].join(" ");

/** Whether a limit holds for everything that an account does. A user's holds wherever he acts, and is told to no account. */
export const bindsAccount = ({ scope }: LimitView, account: number): boolean =>
  scope.of === "firm" || ((scope.of === "account" || scope.of === "strategy") && scope.account === account);
