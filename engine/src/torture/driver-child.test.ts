import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { JudgedLog } from "./driver-child.js";

it("waits for no order of a client that has failed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "jware-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "client.log");
  writeFileSync(file, "");
  const failed = (): never => {
    throw new Error("the client failed: no sign-in");
  };
  // Longer than the test itself may take, where it goes on waiting.
  await expect(new JudgedLog(file).judgeUntilOrder(0, { throwIfFailed: failed })).rejects.toThrow("no sign-in");
});
