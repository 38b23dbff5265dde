import { expect, it } from "vitest";
import { conflatedAfter } from "./slow-subscriber.js";

/** An edge that tells this next, and then the last of it again and again. */
function edgeOf(told: number[]) {
  const line = (count: number | undefined) => ["", String(count)] as unknown as RegExpExecArray;
  return { lastLine: async () => line(told.length > 1 ? told.shift() : told[0]) };
}

it("waits until somebody was conflated in this round, not in an earlier one", async () => {
  expect(await conflatedAfter(edgeOf([2, 2, 3]), 2)).toBe(3);
  await expect(conflatedAfter(edgeOf([2]), 2, 0)).rejects.toThrow("nobody was conflated");
});
