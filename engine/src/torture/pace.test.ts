import { expect, it } from "vitest";
import { Pace } from "./pace.js";

it("lets so many acts through in a second, however fast they are asked for, and a burst at once", () => {
  let nowMs = 5;
  const pace = new Pace(100, () => nowMs);
  const moments = Array.from({ length: 205 }, () => {
    nowMs += pace.next();
    return nowMs;
  });
  expect(moments.slice(0, 11)).toEqual([...Array.from({ length: 10 }, () => 5), 105]);
  expect(moments.at(-1)).toBe(5 + 2_000);
});

it("makes up for nothing after a rest", () => {
  let nowMs = 0;
  const pace = new Pace(20, () => nowMs);
  pace.next();
  nowMs = 10_000;
  expect([pace.next(), pace.next(), pace.next()]).toEqual([0, 0, 100]);
});
