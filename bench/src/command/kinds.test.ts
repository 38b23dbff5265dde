import { expect, it } from "vitest";
import { againCheck, collectedIn } from "./kinds.js";

it("reads what callgrind counted, and does not take nothing for a figure", () => {
  expect(collectedIn("==7== Events    : Ir\n==7== Collected : 14324209\n==7==\n==7== I   refs:      14,324,209")).toBe(
    14_324_209,
  );
  expect(() => collectedIn("==7== Collected : 0")).toThrow("counted no instruction");
  expect(() => collectedIn("valgrind: no such program")).toThrow("counted no instruction");
});

it("is wrong where instructions that are counted again are others", () => {
  expect(againCheck(9_203, 9_215)).toMatchObject({ passed: true, detail: "new: 9203.0, then 9215.0" });
  for (const again of [9_260, 9_150, Number.NaN]) expect(againCheck(9_203, again)).toMatchObject({ passed: false });
});
