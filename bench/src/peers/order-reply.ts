/** What the bare routes take and give: an order's fields in JSON, checked by a schema where there is one; the least that is an answer. */

export interface OrderBody {
  readonly account: string;
  readonly clOrdId: string;
  readonly symbol: string;
  readonly side: string;
  readonly ordType: string;
  readonly orderQty: string;
  readonly price: string;
}

const text = { type: "string", maxLength: 64 } as const;

export const ORDER_SCHEMA = {
  type: "object",
  required: ["account", "clOrdId", "symbol", "side", "ordType", "orderQty", "price"],
  properties: {
    account: text,
    clOrdId: text,
    symbol: text,
    side: { enum: ["buy", "sell"] },
    ordType: { enum: ["limit", "market"] },
    timeInForce: text,
    orderQty: text,
    price: text,
  },
} as const;

export const REPLY_SCHEMA = {
  type: "object",
  properties: {
    clOrdId: { type: "string" },
    orderId: { type: "string" },
    ordStatus: { type: "string" },
    leavesQty: { type: "string" },
  },
} as const;

let orderCount = 0;

export function replyTo({ clOrdId, orderQty }: OrderBody) {
  orderCount += 1;
  return { clOrdId, orderId: String(orderCount), ordStatus: "new", leavesQty: orderQty };
}
