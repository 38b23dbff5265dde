import { spawn } from "node:child_process";
import { getPriority } from "node:os";
import { expect, test } from "vitest";
import { YIELDING_NICE, yieldProcess } from "./yield-process.js";

test("a process that yields does so from then on, and once", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  try {
    const { pid } = child;
    if (pid === undefined) throw new Error("no process");
    for (let time = 1; time <= 2; time++) {
      yieldProcess(pid);
      expect(getPriority(pid)).toBe(Math.max(getPriority(0), YIELDING_NICE));
    }
  } finally {
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
  }
});
