/** Accounts with their orders, positions and balances: the live truth. */
import type { AccountKindName, PositionLegName, PositionModeName } from "@jware/schemas/limit-names";
import type { TradingStateName } from "@jware/schemas/order-names";
import { native } from "./native.js";
import type { OrderView } from "./order.js";

export interface AccountView {
  readonly account: number;
  readonly name: string;
  readonly state: TradingStateName;
  readonly kind: AccountKindName;
  readonly positionMode: PositionModeName;
  /** Accounts of the same group, other than 0, do not trade with each other. */
  readonly selfTradeGroup: number;
  /** Strategies that are not active. */
  readonly strategyStates: readonly { readonly strategy: number; readonly state: TradingStateName }[];
  /** Null where it has no base currency. */
  readonly baseEquity: BaseEquityView | null;
  readonly accountSeq: number;
  /** Live orders: working and waiting. */
  readonly orders: readonly OrderView[];
  readonly positions: readonly PositionView[];
  readonly balances: readonly BalanceView[];
}

export interface PositionView {
  readonly instrument: number;
  readonly leg: PositionLegName;
  readonly qtyLots: number;
  readonly costMinor: string;
  readonly realisedMinor: string;
  readonly feesMinor: string;
  /** At the mark; absent where there is none. */
  readonly unrealisedMinor?: string;
  readonly markTicks?: number;
  /** The middle of the book, else the last trade. */
  readonly markSource?: "middle" | "last";
  /** Whether its book is not in step, or its news older than `markStaleMs`. */
  readonly isMarkStale?: boolean;
}

/** An account's whole equity in its base currency. */
export interface BaseEquityView {
  readonly currency: string;
  readonly currencyDecimals: number;
  /** Null where some money cannot be converted. */
  readonly equityMinor: string | null;
  /** Whether a mark that it rests on is stale. */
  readonly isStale: boolean;
  /** Codes of what cannot be converted. */
  readonly unconverted: readonly string[];
}

export interface BalanceView {
  readonly currency: string;
  readonly currencyDecimals: number;
  readonly cashMinor: string;
  readonly usedMinor: string;
  readonly heldMinor: string;
  readonly availableMinor: string;
}

/** The live truth about an account, or undefined where there is none. */
export const queryAccount = (account: number): AccountView | undefined => {
  const text = native.queryAccount(account);
  return text === null ? undefined : (JSON.parse(text) as AccountView);
};

/** An account, in a list. */
export interface AccountEntry {
  readonly account: number;
  readonly name: string;
  readonly state: TradingStateName;
  readonly kind: AccountKindName;
  readonly positionMode: PositionModeName;
}

/** The users' accounts, by number. */
export const queryAccounts = (): readonly AccountEntry[] => JSON.parse(native.queryAccounts()) as AccountEntry[];

/** An account's id by its name. Cost: every account is looked at. */
export const accountNamed = (name: string): number | undefined => native.accountNamed(name) ?? undefined;

/** Money that was paid in (negative: out) under a name. */
export interface TransferView {
  /** Sequence of the command that did it. */
  readonly seq: number;
  readonly currency: string;
  readonly amountMinor: string;
}

/** What was paid in or out of an account under a name; undefined where nothing was. */
export const queryTransfer = (account: number, reference: string): TransferView | undefined => {
  const text = native.queryTransfer(account, reference);
  return text === null ? undefined : (JSON.parse(text) as TransferView);
};
