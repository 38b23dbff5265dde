/** Linked orders and batches. */
import { type Static, Type } from "../json-shape.js";
import { orderTerms, replaceTerms } from "./order-terms.js";
import { Order } from "./orders.js";
import { RefusalDetail } from "./refusals.js";
import { AccountName, ClOrdIdText, oneOf, strict, SymbolText } from "./values.js";
import { CONTINGENCIES } from "./words.js";

export const NewOrderListBody = Type.Object(
  {
    account: AccountName,
    symbol: SymbolText,
    contingency: oneOf(CONTINGENCIES),
    orders: Type.Array(Type.Object({ clOrdId: ClOrdIdText, ...orderTerms }, strict), {
      minItems: 1,
      maxItems: 8,
      description: "oco: both legs. oto: parent, child. bracket: parent, take-profit, stop-loss",
    }),
  },
  strict,
);
export type OrderListJson = Static<typeof NewOrderListBody>;

export const OrderList = Type.Object({
  listId: Type.String(),
  contingency: oneOf(CONTINGENCIES),
  orders: Type.Array(Order, { description: "In the order of the request, each with its state after any immediate fills" }),
});

export const BatchBody = Type.Object(
  {
    account: AccountName,
    atomic: Type.Optional(Type.Boolean({ description: "All or none; new orders and cancels only. false where absent" })),
    requests: Type.Array(
      Type.Union([
        Type.Object({ kind: Type.Literal("new"), clOrdId: ClOrdIdText, symbol: SymbolText, ...orderTerms }, strict),
        Type.Object({ kind: Type.Literal("cancel"), origClOrdId: ClOrdIdText }, strict),
        Type.Object(
          { kind: Type.Literal("replace"), origClOrdId: ClOrdIdText, ...replaceTerms, clOrdId: Type.Optional(ClOrdIdText) },
          strict,
        ),
      ]),
      { minItems: 1, maxItems: 64, description: "Carried out in this order" },
    ),
  },
  strict,
);
export type BatchJson = Static<typeof BatchBody>;

export const BatchResults = Type.Object({
  results: Type.Array(
    Type.Union([
      Type.Object({ ok: Type.Literal(true), order: Order }),
      Type.Object({ ok: Type.Literal(false), refusal: RefusalDetail, clOrdId: Type.String() }),
    ]),
    { description: "One per request, in its order" },
  ),
});
