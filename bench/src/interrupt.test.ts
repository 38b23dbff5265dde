/** What an interrupted run leaves: nothing. The compiled program, with a real engine and its database. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { descendantsOf } from "./pin-descendants.js";
import { ROOT } from "./root.js";

const GRACE_MS = 3_000;
const folder = mkdtempSync(join(tmpdir(), "jware-bench-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Not one that has ended and only waits for somebody to look at it. */
const isAlive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};

/** The program and its arguments; empty where it has ended meanwhile. */
const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
};

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe.runIf(process.platform === "linux")("an interrupted run", () => {
  it("ends the engine and its database, and leaves the report of an earlier run as it was", { timeout: 60_000 }, async () => {
    const json = join(folder, "run.json");
    writeFileSync(json, "an earlier run");
    // A suite for which nothing is built first, which would take minutes in a fresh clone.
    const program = join(ROOT, "bench/dist/main.js");
    const bench = spawn(process.execPath, [program, "--suite", "rest", "--part", "durable-order", "--json", json], {
      stdio: "ignore",
    });
    const ended = new Promise<number | null>((resolve) => bench.once("close", resolve));
    const pid = bench.pid ?? 0;
    const running = (program: RegExp) => descendantsOf(pid).filter((child) => program.test(commandOf(child)));
    const engines = () => running(/engine\/dist\/main\.js/);
    await until(() => (engines().length > 0 && running(/\/postgres -D /).length > 0) || bench.exitCode !== null);
    expect(bench.exitCode).toBeNull();
    const engine = engines();
    const dataDir = / --data-dir (\S+)/.exec(commandOf(engine[0] ?? 0))?.[1] ?? "";
    expect(existsSync(dataDir)).toBe(true);
    const started = descendantsOf(pid);
    bench.kill("SIGINT");
    expect(await ended).toBe(130);
    // It waited for what it had started itself; what those had started may need a moment, but does not go on.
    expect(engine.filter(isAlive)).toEqual([]);
    const giveUpMs = performance.now() + GRACE_MS;
    await until(() => !started.some(isAlive) || performance.now() > giveUpMs);
    expect(started.filter(isAlive)).toEqual([]);
    expect(existsSync(dataDir)).toBe(false);
    expect(readFileSync(json, "utf8")).toBe("an earlier run");
  });
});
