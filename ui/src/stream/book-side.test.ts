import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BookSide } from "./book-side.js";

const take = (length: number) => new Float64Array(length);

describe("a side of the book", () => {
  it.each([1, -1] as const)("agrees with a sorted map whatever is set (direction %i)", (direction) => {
    const change = fc.record({ ticks: fc.integer({ min: 1, max: 400 }), lots: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 800 }), (changes) => {
        const side = new BookSide(direction);
        const model = new Map<number, number>();
        for (const { ticks, lots } of changes) {
          side.set(ticks, lots);
          if (lots > 0) model.set(ticks, lots);
          else model.delete(ticks);
        }
        const expected = [...model].sort((a, b) => (a[0] - b[0]) * direction).flat();
        expect([...side.pack(1000, take)]).toEqual(expected);
        expect(side.best()).toBe(expected[0] ?? 0);
      }),
    );
  });

  it("gives no more levels than asked for, the best ones", () => {
    const side = new BookSide(-1);
    for (let ticks = 1; ticks <= 300; ticks++) side.set(ticks, ticks);
    expect([...side.pack(2, take)]).toEqual([300, 300, 299, 299]);
  });
});
