/** The short form of `npm run torture -- outage`. */
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { outage } from "./test/outage-torture.js";

it("trades on without the database at 2,000 orders a second, and catches up", { timeout: 300_000 }, async (context) => {
  if (!existsSync("/proc/self/status")) {
    console.log("skipped: a process's memory is read from /proc");
    context.skip();
    return;
  }
  const result = await outage(10);
  console.log(JSON.stringify(result));
  // That it was late is printed: no timing decides a test.
  expect(result.failures).toEqual([]);
});
