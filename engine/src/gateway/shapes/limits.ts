/** Limits: whose, of what, and how much is left. */
import { type Static, Type } from "../json-shape.js";
import {
  AccountName,
  CurrencyCode,
  DecimalText,
  nullable,
  oneOf,
  RecordReason,
  StrategyNumber,
  strict,
  SymbolText,
  WireNumber,
} from "./values.js";
import { LIMITS } from "./words.js";

/** A week, which is what the core takes. */
const LIMIT_WINDOW_MS_MAX = 604_800_000;

export const LimitScope = Type.Union(
  [
    Type.Object({ of: Type.Literal("firm") }, strict),
    Type.Object({ of: Type.Literal("account"), account: AccountName }, strict),
    Type.Object({ of: Type.Literal("strategy"), account: AccountName, strategy: StrategyNumber }, strict),
    Type.Object({ of: Type.Literal("user"), user: WireNumber }, strict),
    Type.Object({ of: Type.Literal("key"), key: WireNumber }, strict),
  ],
  {
    description:
      "Whose limit: all together, an account, a strategy of it, or a user or an API key (by their numbers) on whatever account",
  },
);

export const LimitKind = oneOf(LIMITS, "What is limited; core-native/core/RULES.md has the rules");

export const Limit = Type.Object({
  scope: LimitScope,
  limit: LimitKind,
  symbol: nullable(Type.String()),
  currency: nullable(Type.String()),
  unit: oneOf(["money", "quantity", "lots", "count"], "Of max and remaining"),
  max: nullable(Type.String({ description: "Exact decimal; null where no such limit is set" })),
  windowMs: nullable(Type.Integer()),
  remaining: nullable(Type.String({ description: "What a rate would let pass now; null for all others" })),
  tripped: Type.Boolean({ description: "Whether a throttle or loss limit was passed; until it is set again" }),
});
export type LimitJson = Static<typeof Limit>;

export const SetLimitBody = Type.Object(
  {
    scope: LimitScope,
    limit: LimitKind,
    symbol: Type.Optional(SymbolText),
    currency: Type.Optional({ ...CurrencyCode, description: "For limits of money" }),
    max: Type.Optional(
      nullable({
        ...DecimalText,
        description:
          "Money in the currency; a quantity of the symbol, or lots where none is named; else a count. Absent or null takes the limit away",
      }),
    ),
    windowMs: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_WINDOW_MS_MAX, description: "For rates" })),
    reason: RecordReason,
  },
  strict,
);
export type SetLimitJson = Static<typeof SetLimitBody>;
