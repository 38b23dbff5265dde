import { expect, it } from "vitest";
import { collectedIn } from "./kinds.js";

it("reads what callgrind counted, and does not take nothing for a figure", () => {
  expect(collectedIn("==7== Events    : Ir\n==7== Collected : 14324209\n==7==\n==7== I   refs:      14,324,209")).toBe(
    14_324_209,
  );
  expect(() => collectedIn("==7== Collected : 0")).toThrow("counted no instruction");
  expect(() => collectedIn("valgrind: no such program")).toThrow("counted no instruction");
});
