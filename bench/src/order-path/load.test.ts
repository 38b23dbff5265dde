import { expect, it } from "vitest";
import { countOf } from "./load.js";

it("asks everybody for the same time, but for ten answers to each outstanding request at least", () => {
  expect(countOf(1_500_000, 0.25, 10)).toBe(375_000);
  expect(countOf(160_000, 0.25, 10)).toBe(40_000);
  expect(countOf(160_000, 0.25, 50)).toBe(40_000);
  expect(countOf(9_000, 0.25, 50)).toBe(32_000);
});
