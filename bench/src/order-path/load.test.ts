import { expect, it } from "vitest";
import { countOf } from "./load.js";

it("asks bare servers for a second, and everybody for ten answers to each outstanding request", () => {
  expect(countOf("echo", 10, 1_500_000, false)).toBe(1_500_000);
  expect(countOf("echo", 10, 1_500_000, true)).toBe(500_000);
  expect(countOf("fastify", 50, 9_000, false)).toBe(32_000);
  expect(countOf("memory", 50, 700_000, false)).toBe(40_000);
  expect(countOf("durable", 50, 700_000, true)).toBe(32_000);
});
