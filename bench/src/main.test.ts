/** The compiled program as a person runs it: what it says, and its exit code. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type BenchRun, benchRun, runText, writeWhole } from "./bench-run.js";
import { type Figure, figureOf } from "./figure.js";
import { ROOT } from "./root.js";

const folder = mkdtempSync(join(tmpdir(), "jware-bench-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bench(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "bench/dist/main.js"), ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

function kept(name: string, figures: readonly Figure[], changes: Partial<BenchRun> = {}): string {
  const suite = { name: "book", tookS: 1, parts: ["book"], figures, checks: [], charts: [] };
  const file = join(folder, `${name}.json`);
  const machine = {
    ...{ cpu: "a processor", cpuCount: 2, memoryGiB: 8, system: "linux 6", node: "v22", rustc: "1.95", commit: name },
    ...{ isDirty: false, governor: "not told", loadAtStart: 0, startedAt: "2026-01-01T00:00:00Z" },
  };
  const noise = { before: 0, after: 0, isNoisy: false };
  const run = benchRun({ machine, noise, rounds: 3, isQuick: false, tookS: 1, suites: [suite], ...changes });
  writeWhole(file, runText(run));
  return file;
}

const ratio = (name: string, middle: number) => figureOf(name, "ratio", [middle, middle * 1.01, middle * 0.99], { atLeast: 1 });
const told = (middle: number) => figureOf("open loop, p99", "us", [middle, middle, middle], "told");

/** Each starts the program some times; how long that takes is the machine's business. */
const LIMIT = { timeout: 60_000 };

describe("npm run bench", LIMIT, () => {
  it("compare ends with 1 where a figure is gone or worse or a run was profiled, and with 0 where only what is told has changed", () => {
    const before = kept("before", [ratio("a / b", 2), ratio("c / d", 2), told(10)]);
    expect(bench("compare", before, before)).toMatchObject({ status: 0 });
    const gone = bench("compare", before, kept("gone", [ratio("a / b", 2), told(10)]));
    expect(gone.stdout).toContain("  gone     book: c / d\n");
    expect(gone).toMatchObject({ status: 1, stdout: expect.stringContaining("GONE: 1") });
    const slower = bench("compare", before, kept("slower", [ratio("a / b", 1), ratio("c / d", 2), told(10)]));
    expect(slower).toMatchObject({ status: 1, stdout: expect.stringContaining("WORSE: 1") });
    const profiled = kept("profiled", [ratio("a / b", 2)], { isProfiled: true });
    expect(bench("compare", before, profiled)).toEqual({
      ...{ status: 1, stdout: "" },
      stderr: "Nothing is compared: the run of 2026-01-01T00:00:00Z was profiled, and the profiler is in its figures.\n",
    });
    const later = bench("compare", before, kept("later", [ratio("a / b", 2), ratio("c / d", 2), told(90)]));
    expect(later).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("told     book: open loop, p99: 10.0 us -> 90.0 us"),
    });
  });

  it("makes a page of a quick look, and refuses a path that is a folder in one sentence", () => {
    const quick = kept("quick", [ratio("a / b", 2)], { isQuick: true });
    expect(bench("report", quick, "--html", join(folder, "quick.html"))).toMatchObject({ status: 0, stderr: "" });
    expect(bench("--suite", "book", "--json", folder)).toEqual({
      ...{ status: 1, stdout: "" },
      stderr: `${folder} cannot be written: it is a folder.\n`,
    });
    expect(bench("report", quick, "--html", folder)).toMatchObject({
      status: 1,
      stderr: `${folder} cannot be written: it is a folder.\n`,
    });
  });
});
