import { expect, it } from "vitest";
import { busyCheck } from "./snapshots.js";

it("is wrong where a snapshot was made for less than a quarter of the busy slices, or nobody looked", () => {
  expect(busyCheck(0.24, 0)).toMatchObject({ passed: false, detail: expect.stringContaining("24 % of the busy slices") });
  expect(busyCheck(Number.NaN, Number.NaN)).toMatchObject({ passed: false });
  expect(busyCheck(0.25, 0)).toMatchObject({ passed: true, detail: expect.stringContaining("and 0 % of the others") });
  expect(busyCheck(undefined, undefined)).toMatchObject({ passed: true, isLeftOut: true });
});
