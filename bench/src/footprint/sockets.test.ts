import { expect, it } from "vitest";
import { middleStep } from "./sockets.js";

it("takes a step in which nothing was collected", () => {
  // Two of six steps gave back ten megabytes, as an engine's collectors do.
  expect(middleStep([280_000, 282_000, 272_000, 274_000, 264_000, 266_000, 268_000])).toBe(2_000);
  expect(middleStep([100, 130])).toBe(30);
});
