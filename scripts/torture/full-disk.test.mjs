// The short form of `npm run torture -- full-disk`: once, on twelve megabytes.
import { expect, it } from "vitest";
import { PlatformChild } from "../../engine/src/torture/platform-child.ts";
import * as rest from "../../engine/src/torture/rest.ts";
import { options, prove, whyNot } from "./full-disk.mjs";

it("refuses orders, carries out cancels and resumes on a full disk, and loses nothing", async (context) => {
  const reason = whyNot();
  if (reason !== undefined) {
    console.log(`skipped: ${reason}`);
    context.skip();
  }
  const result = await prove(options, { PlatformChild, rest });
  console.log(result.told);
  expect(result.broken).toEqual([]);
}, 120_000);

it("says where it cannot be made, which ends the command with a failure", () => {
  expect(whyNot({ platform: "darwin", getuid: () => 0 })).toBe("only Linux has tmpfs");
  expect(whyNot({ platform: "linux", getuid: () => 1000 })).toBe("only root may mount a tmpfs");
  expect(whyNot({ platform: "linux", getuid: () => 0 })).toBeUndefined();
});
