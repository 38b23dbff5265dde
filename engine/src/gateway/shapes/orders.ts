/** One order: entered, validated, replaced, canceled, read. */
import { type Static, Type } from "../json-shape.js";
import { orderTerms, replaceTerms } from "./order-terms.js";
import { RefusalDetail } from "./refusals.js";
import { AccountName, ClOrdIdText, Decimal, LimitText, nullable, oneOf, strict, SymbolText, TsMs } from "./values.js";
import {
  CONTINGENCIES,
  ORD_STATUSES,
  ORD_TYPES,
  POST_ONLY,
  SELF_TRADE_PREVENTIONS,
  SIDES,
  TIMES_IN_FORCE,
  TRIGGER_SOURCES,
} from "./words.js";

export const ClOrdIdParams = Type.Object({ clOrdId: ClOrdIdText }, strict);

export const NewOrderBody = Type.Object(
  { account: AccountName, clOrdId: ClOrdIdText, symbol: SymbolText, ...orderTerms },
  strict,
);

export const ReplaceBody = Type.Object({ ...replaceTerms, clOrdId: Type.Optional(ClOrdIdText) }, strict);

export const OrdersQuery = Type.Object(
  {
    account: AccountName,
    status: Type.Optional(oneOf(["open", "closed", "all"], "all where absent")),
    limit: Type.Optional(LimitText),
  },
  strict,
);

export const MassCancelQuery = Type.Object(
  {
    account: AccountName,
    symbol: Type.Optional(SymbolText),
    side: Type.Optional(oneOf(SIDES)),
    strategy: Type.Optional(Type.String({ pattern: "^[1-9]\\d{0,9}$", description: "Number of the strategy" })),
  },
  strict,
);

export const Order = Type.Object({
  orderId: Type.String(),
  clOrdId: Type.String(),
  account: Type.String(),
  symbol: Type.String(),
  side: oneOf(SIDES),
  ordType: oneOf(ORD_TYPES),
  timeInForce: oneOf(TIMES_IN_FORCE),
  ordStatus: oneOf(ORD_STATUSES),
  reason: Type.String({ description: "Why it ended or was changed other than by a fill or a replace; none otherwise" }),
  orderQty: Decimal,
  price: nullable(Decimal),
  cumQty: Decimal,
  leavesQty: Decimal,
  avgPx: nullable(Decimal),
  createdTsMs: TsMs,
  triggerPrice: nullable(Decimal),
  triggerSource: nullable(oneOf(TRIGGER_SOURCES)),
  trailAmount: nullable(Decimal),
  trailBps: nullable(Type.Integer()),
  displayQty: nullable(Decimal),
  cashQty: nullable(Decimal),
  expireTsMs: nullable(TsMs),
  postOnly: nullable(oneOf(POST_ONLY)),
  reduceOnly: Type.Boolean(),
  selfTradePrevention: nullable(oneOf(SELF_TRADE_PREVENTIONS)),
  strategy: nullable(Type.Integer()),
  deadlineTsMs: nullable(TsMs),
  working: Type.Boolean({ description: "In the book: not waiting for a trigger or a parent, and not done" }),
  listId: nullable(Type.String({ description: "orderId of the first order of its list" })),
  contingency: nullable(oneOf(CONTINGENCIES)),
  queueAheadQty: nullable(
    Type.String({
      description:
        "What trades before it at its price, house and own, as far as it is displayed. Of an order that rests in a book, where it is read (not in the answer to a change)",
    }),
  ),
  refusal: nullable(RefusalDetail),
});
export type OrderJson = Static<typeof Order>;

export const Validation = Type.Object({
  accepted: Type.Boolean({ description: "Whether the order would be accepted now" }),
  refusals: Type.Array(RefusalDetail, { description: "Every rule that would refuse it, in precedence" }),
  passed: Type.Array(Type.Omit(RefusalDetail, ["text", "transient"]), {
    description: "Every rule with figures that it passes: its limit, the value with this order, the headroom without it",
  }),
  fills: Type.Array(Type.Object({ price: Decimal, qty: Decimal }), { description: "What it would fill at once, best first" }),
  price: nullable(Decimal),
});
