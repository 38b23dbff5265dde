// The short form of `npm run torture -- full-disk`: once, on twelve megabytes.
import { expect, it } from "vitest";
import { options, run } from "./full-disk.mjs";

it("refuses orders, carries out cancels and resumes on a full disk, and loses nothing", async (context) => {
  const result = await run(options);
  if (result.skipped !== undefined) {
    console.log(`skipped: ${result.skipped}`);
    context.skip();
  }
  console.log(result.told);
  expect(result.complaints).toEqual([]);
}, 120_000);
