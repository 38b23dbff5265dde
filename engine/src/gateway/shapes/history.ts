/** What happened to an account, page by page: reports of its orders, and its ledger. */
import { type Static, Type } from "../json-shape.js";
import { RefusalDetail } from "./refusals.js";
import { AccountName, Decimal, LimitText, nullable, oneOf, strict, TsMs, CurrencyCode } from "./values.js";
import { EXEC_TYPES, ORD_STATUSES, SIDES } from "./words.js";

export const ExecutionsQuery = Type.Object(
  {
    account: AccountName,
    limit: Type.Optional(LimitText),
    before: Type.Optional(
      Type.String({ pattern: "^\\d{1,19}\\.\\d{1,19}\\.\\d{1,9}$", description: "`next` of the page before" }),
    ),
    execType: Type.Optional(
      oneOf(["trade", "all"], "trade: fills, and what was taken back or corrected of them; all where absent"),
    ),
  },
  strict,
);

export const Execution = Type.Object({
  execId: Type.String(),
  orderId: Type.String(),
  clOrdId: Type.String(),
  account: Type.String(),
  symbol: Type.String(),
  side: oneOf(SIDES),
  execType: oneOf(EXEC_TYPES),
  ordStatus: oneOf(ORD_STATUSES),
  reason: Type.String(),
  lastQty: nullable(Decimal),
  lastPx: nullable(Decimal),
  fee: nullable(Decimal),
  feeCurrency: Type.String(),
  liquidity: nullable(oneOf(["maker", "taker"])),
  tradeId: nullable(Type.String()),
  orderQty: Decimal,
  price: nullable(Decimal),
  cumQty: Decimal,
  leavesQty: Decimal,
  avgPx: nullable(Decimal),
  tsMs: TsMs,
  seq: Type.Integer(),
  triggerPrice: nullable(Decimal),
  listId: nullable(Type.String()),
  refusal: nullable(RefusalDetail),
  execRefId: nullable(
    Type.String({ description: "With tradeCancel and tradeCorrect: the fill that is taken back or corrected" }),
  ),
  text: nullable(Type.String({ description: "Why that was done" })),
});
export type ExecutionJson = Static<typeof Execution>;

export const LedgerQuery = Type.Object(
  {
    account: AccountName,
    currency: Type.Optional(CurrencyCode),
    limit: Type.Optional(LimitText),
    before: Type.Optional(
      Type.String({ pattern: "^\\d{1,19}\\.\\d{1,19}\\.\\d{1,9}\\.\\d{1,3}$", description: "`next` of the page before" }),
    ),
  },
  strict,
);

/** Why an amount moved. `tradeBack` and `feeBack` are of trades that were bust or corrected. */
export const LEDGER_KINDS = ["trade", "fee", "deposit", "withdrawal", "tradeBack", "feeBack"] as const;

export const LedgerEntry = Type.Object({
  seq: Type.Integer(),
  tsMs: TsMs,
  kind: oneOf(LEDGER_KINDS),
  amount: Decimal,
  currency: Type.String(),
  contra: oneOf(
    ["market", "house", "fees", "outside"],
    "Where it came from or went: another user's account is only told as the market",
  ),
  symbol: nullable(Type.String()),
  execId: nullable(Type.String()),
  tradeId: nullable(Type.String()),
});
export type LedgerEntryJson = Static<typeof LedgerEntry>;
