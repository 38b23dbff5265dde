/** Accounts: how they stand, how they are opened and configured. */
import { Type } from "../json-shape.js";
import { Order } from "./orders.js";
import { AccountName, CurrencyCode, Decimal, GivenReason, nullable, oneOf, strict, RecordReason } from "./values.js";
import { ACCOUNT_KINDS, PERMISSIONS, POSITION_LEGS, POSITION_MODES, TRADING_STATES } from "./words.js";

export const AccountParams = Type.Object({ name: AccountName }, strict);
export const AccountQuery = Type.Object({ account: AccountName }, strict);

export const Balance = Type.Object({
  currency: Type.String(),
  cash: Decimal,
  used: Decimal,
  held: Decimal,
  available: Decimal,
});

export const Position = Type.Object({
  symbol: Type.String(),
  leg: oneOf(POSITION_LEGS, "net: the only one of a netting account; long, short: those of a hedging one"),
  qty: Decimal,
  avgPx: nullable(Decimal),
  cost: Decimal,
  realisedPnl: Decimal,
  unrealisedPnl: nullable(Decimal),
  markPx: nullable(Decimal),
  markSource: nullable(oneOf(["middle", "last"], "The middle of the book, else the last trade; null where there is neither")),
  markStale: Type.Boolean({ description: "The book is not in step, or the mark is too old, or there is none" }),
  fees: Decimal,
  currency: Type.String(),
});

export const Account = Type.Object({
  account: Type.String(),
  id: Type.Integer(),
  state: oneOf(TRADING_STATES),
  kind: oneOf(ACCOUNT_KINDS, "How its positions are paid for"),
  positionMode: oneOf(POSITION_MODES, "One position in each instrument, or a long and a short leg"),
  selfTradeGroup: nullable(Type.Integer({ description: "Accounts of one group do not trade with each other" })),
  strategyStates: Type.Array(Type.Object({ strategy: Type.Integer(), state: oneOf(TRADING_STATES) }), {
    description: "Strategies that are not active",
  }),
  baseEquity: nullable(
    Type.Object({
      currency: Type.String(),
      equity: nullable(Decimal),
      stale: Type.Boolean({ description: "A mark that it rests on is stale" }),
      unconverted: Type.Array(Type.String(), { description: "Money that no instrument converts; equity is null then" }),
    }),
  ),
  accountSeq: Type.Integer(),
  permissions: Type.Array(oneOf(PERMISSIONS)),
  orders: Type.Array(Order),
  positions: Type.Array(Position),
  balances: Type.Array(Balance),
});

export const AccountRow = Type.Object({
  account: Type.String(),
  id: Type.Integer(),
  kind: oneOf(ACCOUNT_KINDS),
  positionMode: oneOf(POSITION_MODES),
  state: Type.String(),
  permissions: Type.Array(oneOf(PERMISSIONS), { description: "What you may do there" }),
});

/** Accounts are in addresses. */
const NewAccountName = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$", description: "Unique; it never changes" });

export const OpenAccountBody = Type.Object(
  {
    name: NewAccountName,
    kind: Type.Optional(oneOf(ACCOUNT_KINDS, "standard where absent")),
    positionMode: Type.Optional(oneOf(POSITION_MODES, "netting where absent")),
    deposits: Type.Optional(
      Type.Array(Type.Object({ currency: CurrencyCode, amount: Decimal }, strict), {
        maxItems: 32,
        description: "Money that it begins with; each currency once",
      }),
    ),
    reason: GivenReason,
  },
  strict,
);

export const OpenedAccount = Type.Object({
  account: Type.String(),
  id: Type.Integer(),
  kind: oneOf(ACCOUNT_KINDS),
  positionMode: oneOf(POSITION_MODES),
  state: Type.String(),
  balances: Type.Array(Balance),
});

export const AccountKindBody = Type.Object(
  {
    kind: oneOf(
      ACCOUNT_KINDS,
      "standard: paid in full, long or short. cash: paid in full, long only. margin: by the instruments' margins",
    ),
    positionMode: Type.Optional(
      oneOf(
        POSITION_MODES,
        "netting: one position in each instrument. hedging: a long and a short leg; what is reduce-only closes the other side's. Absent: as it is",
      ),
    ),
    reason: RecordReason,
  },
  strict,
);

export const AccountKind = Type.Object({
  account: Type.String(),
  kind: oneOf(ACCOUNT_KINDS),
  positionMode: oneOf(POSITION_MODES),
});

export const BaseCurrencyBody = Type.Object(
  {
    currency: nullable({ ...CurrencyCode, description: "null: none" }),
    reason: RecordReason,
  },
  strict,
);

export const BaseCurrency = Type.Object({ account: Type.String(), currency: nullable(Type.String()) });

export const SelfTradeGroupBody = Type.Object(
  {
    group: Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: "0: the account is by itself" }),
    reason: RecordReason,
  },
  strict,
);

export const SelfTradeGroup = Type.Object({ account: Type.String(), group: nullable(Type.Integer()) });
