/** What an interrupted run leaves: nothing. The compiled program, with a real engine and its database. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { descendantsOf } from "./pin-descendants.js";
import { ROOT } from "./root.js";

const folder = mkdtempSync(join(tmpdir(), "jware-bench-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe.runIf(process.platform === "linux")("an interrupted run", () => {
  it("ends every process that it started, and leaves no report", { timeout: 60_000 }, async () => {
    const json = join(folder, "run.json");
    const program = join(ROOT, "bench/dist/main.js");
    const bench = spawn(process.execPath, [program, "--suite", "footprint", "--part", "start-up", "--json", json], {
      stdio: "ignore",
    });
    const ended = new Promise<number | null>((resolve) => bench.once("close", resolve));
    const pid = bench.pid ?? 0;
    // The engine, and the database that it starts.
    await until(() => descendantsOf(pid).length >= 3);
    const started = descendantsOf(pid);
    bench.kill("SIGINT");
    expect(await ended).toBe(130);
    await until(() => !started.some(isAlive));
    expect(existsSync(json)).toBe(false);
  });
});
