import { expect, it } from "vitest";
import { middleStep } from "./sockets.js";

it("takes a step in which nothing was collected", () => {
  // Two of six steps gave back ten megabytes, as an engine's collectors do.
  expect(middleStep([280_000, 282_000, 272_000, 274_500, 277_500, 268_500, 270_900])).toBe(2_200);
  expect(middleStep([100, 130])).toBe(30);
});
