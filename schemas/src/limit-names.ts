/** Words for limits, and for kinds and positions of accounts: the numbers of the wire, as REST, the clients and the terminal call them. */
import { AccountKind, CollarReference, LimitKind, LimitScope, PositionLeg, PositionMode } from "../gen/ts/jware/wire.js";
import { inverted } from "./order-names.js";

export const LIMIT_BY_NAME = {
  orderQty: LimitKind.OrderQty,
  orderNotional: LimitKind.OrderNotional,
  openOrders: LimitKind.OpenOrders,
  position: LimitKind.Position,
  grossNotional: LimitKind.GrossNotional,
  netNotional: LimitKind.NetNotional,
  messageRate: LimitKind.MessageRate,
  windowNotional: LimitKind.WindowNotional,
  repeatedExecution: LimitKind.RepeatedExecution,
  duplicateOrder: LimitKind.DuplicateOrder,
  lossWarn: LimitKind.LossWarn,
  lossReduce: LimitKind.LossReduce,
  lossHalt: LimitKind.LossHalt,
  lossFlatten: LimitKind.LossFlatten,
} as const;
export type LimitKindName = keyof typeof LIMIT_BY_NAME;

export const ACCOUNT_KIND_BY_NAME = {
  standard: AccountKind.Standard,
  cash: AccountKind.Cash,
  margin: AccountKind.Margin,
} as const;
export type AccountKindName = keyof typeof ACCOUNT_KIND_BY_NAME;

export const POSITION_MODE_BY_NAME = { netting: PositionMode.Netting, hedging: PositionMode.Hedging } as const;
export type PositionModeName = keyof typeof POSITION_MODE_BY_NAME;

export const POSITION_LEG_BY_NAME = { net: PositionLeg.Net, long: PositionLeg.Long, short: PositionLeg.Short } as const;
export type PositionLegName = keyof typeof POSITION_LEG_BY_NAME;

export const COLLAR_REFERENCE_BY_NAME = {
  mark: CollarReference.Mark,
  last: CollarReference.Last,
  mid: CollarReference.Mid,
} as const;
export type CollarReferenceName = keyof typeof COLLAR_REFERENCE_BY_NAME;

export const LIMIT_NAMES = inverted<LimitKindName>(LIMIT_BY_NAME);
export const ACCOUNT_KIND_NAMES = inverted<AccountKindName>(ACCOUNT_KIND_BY_NAME);
export const POSITION_MODE_NAMES = inverted<PositionModeName>(POSITION_MODE_BY_NAME);
export const POSITION_LEG_NAMES = inverted<PositionLegName>(POSITION_LEG_BY_NAME);
export const COLLAR_REFERENCE_NAMES = inverted<CollarReferenceName>(COLLAR_REFERENCE_BY_NAME);

/** Whose limit: all together, an account (by its number, or as `Account` has it), a strategy of it, a user, an API key (by their numbers). */
export type LimitScopeRef<Account = number> =
  | { readonly of: "firm" }
  | { readonly of: "account"; readonly account: Account }
  | { readonly of: "strategy"; readonly account: Account; readonly strategy: number }
  | { readonly of: "user"; readonly user: number }
  | { readonly of: "key"; readonly key: number };

/** A scope from the three fields that the wire and the database have of it; undefined for none, or for one of a later version. */
export function limitScopeOf(scope: number, account: number, id: number): LimitScopeRef | undefined {
  if (scope === LimitScope.Firm) return { of: "firm" };
  if (scope === LimitScope.Account) return { of: "account", account };
  if (scope === LimitScope.Strategy) return { of: "strategy", account, strategy: id };
  if (scope === LimitScope.User) return { of: "user", user: id };
  if (scope === LimitScope.Key) return { of: "key", key: id };
  return undefined;
}

/** A scope in words, such as `strategy 7`; `accountName` names its account, where that is known. */
export function limitScopeText(scope: LimitScopeRef<number | string>, accountName?: string): string {
  const account = accountName ?? ("account" in scope ? String(scope.account) : "");
  if (scope.of === "firm") return "the firm";
  if (scope.of === "account") return `account ${account}`;
  if (scope.of === "strategy") return `strategy ${scope.strategy} of ${account}`;
  return scope.of === "user" ? `user ${scope.user}` : `API key ${scope.key}`;
}
