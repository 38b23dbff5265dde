/** Orders as REST tells them. */
import { isDoneStatus } from "@jware/schemas/order-names";
import type { RefusalDetail } from "./errors.js";
import type { Gateway, RestOrder, RestRefusal } from "./gateway.js";
import type { FetchOrders } from "./order-history.js";
import { givenOf, type Order } from "./order.js";

/** The server's history by REST, where there is a gateway to ask. */
export const ordersOf =
  (gateway: Gateway | undefined): FetchOrders =>
  async (account) =>
    ((await gateway?.orders(account)) ?? []).map(orderOfRest);

export function orderOfRest({ orderId, reason, listId, refusal, working, reduceOnly, ...same }: RestOrder): Order {
  const { clOrdId, account, symbol, side, ordType, timeInForce, ordStatus, ...given } = same;
  const { orderQty, cumQty, leavesQty, createdTsMs, ...optional } = given;
  return {
    ...{ orderId: Number(orderId), clOrdId, account, symbol, side, ordType, timeInForce, ordStatus },
    ...{ orderQty, cumQty, leavesQty, createdTsMs, isDone: isDoneStatus(ordStatus), isWorking: working },
    ...givenOf(optional),
    ...(reduceOnly ? { reduceOnly } : {}),
    ...(listId === null ? {} : { listId: Number(listId) }),
    ...(reason === "none" || reason === "requested" ? {} : { reason }),
    ...(refusal === null ? {} : { refusal: refusalOfRest(refusal, symbol) }),
  };
}

function refusalOfRest(
  { unit, currency, limit, value, headroom, transient, scope, ...same }: RestRefusal,
  symbol: string,
): RefusalDetail {
  const figures = unit === "none" || limit === null ? {} : { unit, ...givenOf({ limit, value, headroom }) };
  return { ...same, isTransient: transient, symbol, ...figures, ...givenOf({ currency, scope }) };
}
