/**
 * The order that the gateway and the bare routes are sent: immediate or cancel, and at a price below the market, so that the gateway accepts it
 * and it is gone at once; bare routes know no market and only read it. `jware-load` (lane/http.rs) sends bare Fastify an order of the same fields.
 */
import { randomBytes } from "node:crypto";

export interface OrderAt {
  readonly symbol: string;
  readonly orderQty: string;
  readonly price: string;
}

/** Bodies with a name each, of one length. */
export function orderBodies({ symbol, orderQty, price }: OrderAt): () => string {
  const run = randomBytes(4).toString("hex");
  let number = 0;
  return () => {
    number += 1;
    const clOrdId = `rest-${run}-${String(number).padStart(8, "0")}`;
    const order = { account: "PAPER-1", clOrdId, symbol, side: "buy", ordType: "limit", timeInForce: "ioc", orderQty, price };
    return JSON.stringify(order);
  };
}
