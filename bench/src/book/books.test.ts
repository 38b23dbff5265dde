import { describe, expect, it } from "vitest";
import { type Flow, firstOf } from "./flow.js";
import { throughLimitOrderBook } from "./limit-order-book.js";
import { throughNodejsOrderBook } from "./nodejs-order-book.js";
import { throughNode } from "./through-node.js";

const [LIMIT, MARKET, CANCEL] = [1, 2, 3];
const [BUY, SELL] = [1, 2];
const limit = (id: number, side: number, price: number, qty: number) => [LIMIT | (side << 8), id, price, qty];

/** Two rest before the clock runs. Then: a buy takes all of 1 and some of 2; 4 rests and goes; a market order takes more than there is. */
const OPS = [
  limit(1, SELL, 100, 5),
  limit(2, SELL, 101, 5),
  limit(3, BUY, 101, 7),
  limit(4, BUY, 90, 1),
  [CANCEL, 4, 0, 0],
  limit(5, BUY, 95, 2),
  [MARKET | (BUY << 8), 6, 262_144, 9],
];
const flowOf = (timed: number): Flow => ({
  ops: Uint32Array.from(OPS.slice(0, 2 + timed).flat()),
  prefill: 2,
  timed,
  expected: { trades: 3, volume: 10, hash: "", resting: 1 },
});

describe("books on a flow", () => {
  it("all come to the same, operation by operation and in batches", () => {
    const one = throughNode(flowOf(5), { batch: 1, written: "one by one" }).outcome;
    expect(one).toMatchObject({ trades: 3, volume: 10, resting: 1 });
    for (const written of ["one by one", "as records"] as const)
      expect(throughNode(flowOf(5), { batch: 3, written }).outcome).toEqual(one);
    expect(throughLimitOrderBook(flowOf(5)).outcome).toEqual(one);
    expect(throughNodejsOrderBook(flowOf(5))).toMatchObject({ trades: 3, resting: 1 });
  });

  it("may take the first operations alone, and are then expected to come to what ours does", () => {
    const first = firstOf(flowOf(5), 1, (part) => throughNode(part, { batch: 1, written: "one by one" }));
    expect(first).toMatchObject({ timed: 1, expected: { trades: 2, volume: 7, resting: 1 } });
    expect(throughLimitOrderBook(first).outcome).toEqual(first.expected);
    expect(firstOf(flowOf(5), 5, () => expect.fail("all are taken"))).toEqual(flowOf(5));
  });
});
