import { describe, expect, it } from "vitest";
import { BOOK_SIDE, bookOp, OrderBook } from "./order-book.js";

const { buy, sell } = BOOK_SIDE;

/** Trades of the last `apply()`, as lists. */
const tradesOf = (book: OrderBook, count: number) =>
  Array.from({ length: count }, (_, trade) => [...book.trades.subarray(trade * 4, trade * 4 + 4)]);

describe("an order book by itself", () => {
  it("trades by price, then time", () => {
    const book = new OrderBook();
    book.limit(1, sell, 101, 5);
    book.limit(2, sell, 100, 5);
    book.limit(3, sell, 101, 5);
    book.limit(4, buy, 101, 12);
    expect(tradesOf(book, book.apply())).toEqual([
      [2, 4, 100, 5],
      [1, 4, 101, 5],
      [3, 4, 101, 2],
    ]);
    expect(book.depth(sell, 10)).toEqual([[101, 3]]);
    book.cancel(3);
    book.cancel(99);
    expect(book.apply()).toBe(0);
    expect(book.restingCount).toBe(0);
    book.close();
  });

  it("brings trades that did not fit with the next call, in order", () => {
    const book = new OrderBook(16, 2);
    for (let id = 1; id <= 5; id += 1) book.limit(id, sell, 100, 1);
    book.immediate(9, buy, 0, 5);
    const makers: number[] = [];
    do makers.push(...tradesOf(book, book.apply()).map((trade) => trade[0] ?? 0));
    while (book.hasMore);
    expect(makers).toEqual([1, 2, 3, 4, 5]);
    book.close();
  });

  it("takes operations that are records already, beside those that are not", () => {
    const book = new OrderBook(4);
    book.limit(1, sell, 100, 3);
    book.write(new Uint32Array([bookOp("limit", sell), 2, 100, 3, bookOp("cancel"), 1, 77, 77]));
    book.write(new Uint32Array([bookOp("immediate", buy), 3, 0, 5]));
    expect(() => book.write(new Uint32Array([bookOp("cancel"), 2, 0, 0]))).toThrow("room for 4");
    expect(() => book.write(new Uint32Array(3))).toThrow("no records of 4");
    expect(tradesOf(book, book.apply())).toEqual([[2, 3, 100, 3]]);
    book.close();
  });

  it("refuses what is no operation, and loses nothing before it", () => {
    const book = new OrderBook(4);
    book.limit(1, sell, 100, 1);
    book.limit(2, buy, 100, 1);
    book.limit(3, buy, 100, 0);
    expect(() => book.apply()).toThrow("operation 2 is none");
    expect(tradesOf(book, book.apply())).toEqual([[1, 2, 100, 1]]);
    book.limit(5, buy, 90, 1);
    book.limit(5, buy, 91, 1);
    expect(() => book.apply()).toThrow("operation 1 is none");
    for (let id = 10; id < 14; id += 1) book.limit(id, buy, 50, 1);
    expect(() => book.limit(14, buy, 50, 1)).toThrow("room for 4");
    book.close();
    expect(() => book.apply()).toThrow("closed");
  });
});
