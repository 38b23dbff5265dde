import { expect, it } from "vitest";
import { ORDER_SCHEMA } from "../peers/order-reply.js";
import { orderBodies } from "./order-body.js";

it("makes orders of one length, each with a name of its own and every field that the bare routes ask for", () => {
  const next = orderBodies({ symbol: "BENCH", orderQty: "1", price: "99.00" });
  const bodies = Array.from({ length: 11 }, next);
  expect(new Set(bodies.map((body) => (JSON.parse(body) as { clOrdId: string }).clOrdId)).size).toBe(11);
  expect(new Set(bodies.map(({ length }) => length)).size).toBe(1);
  expect(Object.keys(JSON.parse(next()))).toEqual(Object.keys(ORDER_SCHEMA.properties));
});
