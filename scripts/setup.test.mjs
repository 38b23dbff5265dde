// The set-up's promise: what it reports as done was done with the present sources, whatever happened before.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ROOT } from "./root.mjs";
import { dueSteps, setup } from "./setup.mjs";
import { hashInputs, sourceFiles, Stamps } from "./stamp.mjs";
import { installedEqualsLock, NEEDS } from "./steps.mjs";

let root;
let printed;
const print = (text) => {
  printed += text;
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "jware-setup-"));
  printed = "";
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, "src/a.txt"), "one");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Copies src/a.txt to out.txt, noting each run in runs.txt. */
const copyStep = (code = "fs.copyFileSync('src/a.txt', 'out.txt')") => ({
  name: "copy",
  title: "copying",
  repeat: "cp src/a.txt out.txt",
  outputs: ["out.txt"],
  hash: () => hashInputs(root, ["src"]),
  command: ({ isDistrusted }) => [
    process.execPath,
    [
      "-e",
      `const fs = require('node:fs'); fs.appendFileSync('runs.txt', '${isDistrusted ? "distrusted" : "trusted"} '); ${code}`,
    ],
  ],
});
const runs = () => readFileSync(join(root, "runs.txt"), "utf8").trim().split(" ");

test("a step runs once, and again only when its inputs change or its output is gone", async () => {
  await setup([copyStep()], { root, print });
  expect(printed).toMatch(/^copying \.\.\. \d+\.\d s\n$/);
  printed = "";
  await setup([copyStep()], { root, print });
  expect(printed).toBe("");
  writeFileSync(join(root, "src/a.txt"), "two");
  await setup([copyStep()], { root, print });
  expect(readFileSync(join(root, "out.txt"), "utf8")).toBe("two");
  rmSync(join(root, "out.txt"));
  await setup([copyStep()], { root, print });
  expect(readFileSync(join(root, "out.txt"), "utf8")).toBe("two");
  expect(runs()).toEqual(["distrusted", "trusted", "distrusted"]);
});

test("a failing step shows its output and how to repeat it, and is not taken as done", async () => {
  const failing = copyStep("fs.writeFileSync('out.txt', 'half'); console.error('the disk is made of cheese'); process.exit(3)");
  await expect(setup([failing], { root, print })).rejects.toThrow(
    /made of cheese[\s\S]*copying\. To repeat it: cp src\/a\.txt out\.txt/,
  );
  expect(printed).toMatch(/failed after/);
  await setup([copyStep()], { root, print });
  expect(readFileSync(join(root, "out.txt"), "utf8")).toBe("one");
});

test("a set-up that was killed in the middle of a step is resumed, once the tool it ran is gone, and halves are not trusted", async () => {
  const orphan = `
    const fs = require("node:fs");
    fs.writeFileSync("out.txt", "half");
    const timer = setInterval(() => {
      if (!fs.existsSync("go")) return;
      fs.writeFileSync("out.txt", "late half");
      clearInterval(timer);
    }, 20);`;
  const source = `
    import { hashInputs } from ${JSON.stringify(join(ROOT, "scripts/stamp.mjs"))};
    import { setup } from ${JSON.stringify(join(ROOT, "scripts/setup.mjs"))};
    const root = ${JSON.stringify(root)};
    const command = () => [process.execPath, ["-e", ${JSON.stringify(orphan)}]];
    await setup([{ name: "copy", title: "copying", outputs: ["out.txt"], hash: () => hashInputs(root, ["src"]), command }], { root });`;
  const killed = spawn(process.execPath, ["--input-type=module", "-e", source]);
  const ended = new Promise((resolve) => killed.once("exit", resolve));
  while (!existsSync(join(root, "out.txt"))) await new Promise((resolve) => setTimeout(resolve, 10));
  killed.kill("SIGKILL");
  await ended;

  expect(new Stamps(join(root, ".setup")).wasCutOff("copy")).toBe(true);
  const resumed = setup([copyStep()], { root, print, lockStaleMs: 100 });
  while (!printed.includes("Another set-up")) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(existsSync(join(root, "runs.txt"))).toBe(false);
  writeFileSync(join(root, "go"), "");
  await resumed;
  expect(readFileSync(join(root, "out.txt"), "utf8")).toBe("one");
  expect(runs()).toEqual(["distrusted"]);
});

test("two set-ups of one folder take turns, and the second finds the work done", async () => {
  const slow = copyStep("setTimeout(() => fs.copyFileSync('src/a.txt', 'out.txt'), 300)");
  await Promise.all([setup([slow], { root, print }), setup([slow], { root, print })]);
  expect(runs()).toEqual(["distrusted"]);
  expect(printed).toContain("Another set-up of this folder is running");
  expect(readdirSync(join(root, ".setup"))).toEqual(["copy.stamp"]);
});

test("tests, outputs and installed packages are no inputs", () => {
  for (const path of ["src/a.test.ts", "src/dist/b.js", "src/node_modules/c/index.js", "src/tests/d.rs"]) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), "");
  }
  expect(sourceFiles(join(root, "src"))).toEqual([join(root, "src/a.txt")]);
});

test("a renamed file is a changed input", () => {
  const before = hashInputs(root, ["src"]);
  writeFileSync(join(root, "src/b.txt"), "one");
  rmSync(join(root, "src/a.txt"));
  expect(hashInputs(root, ["src"])).not.toBe(before);
});

test("an installation counts only when it holds what the lock file names", () => {
  const lock = (packages) => JSON.stringify({ packages: { "": {}, engine: {}, ...packages } });
  const write = (installed, locked) => {
    mkdirSync(join(root, "node_modules"), { recursive: true });
    writeFileSync(join(root, "node_modules/.package-lock.json"), lock(installed));
    writeFileSync(join(root, "package-lock.json"), lock(locked));
    return installedEqualsLock(root);
  };
  const a = { "node_modules/a": { version: "1.0.0" } };
  expect(installedEqualsLock(root)).toBe(false);
  expect(write(a, a)).toBe(true);
  expect(write(a, { ...a, "node_modules/b": { version: "1.0.0" } })).toBe(false);
  expect(write(a, { ...a, "node_modules/b-darwin": { version: "1.0.0", optional: true } })).toBe(true);
  expect(write(a, { "node_modules/a": { version: "1.0.1" } })).toBe(false);
});

test("a start makes what the README's first program runs on", () => {
  const program = /^npx tsx (\S+)$/m.exec(readFileSync(join(ROOT, "README.md"), "utf8"))?.[1] ?? "";
  const [, used] = /from "@jware\/(\S+)"/.exec(readFileSync(join(ROOT, program), "utf8")) ?? [];
  expect(used).toBe("client");
  const entry = JSON.parse(readFileSync(join(ROOT, "client/typescript/package.json"), "utf8")).exports["."].default;
  expect(NEEDS.start.flatMap(({ outputs }) => outputs)).toContain(join("client/typescript", entry));
});

test("looking whether anything is to be done reads a bounded number of files", () => {
  // 300 ms were measured for well over 2,000 small files; the sources are a few hundred.
  const folders = ["schemas", "core-native", "feed/src", "engine/src", "ui", "client/typescript", "bench/src"];
  expect(folders.flatMap((folder) => sourceFiles(join(ROOT, folder))).length).toBeLessThan(2000);
  expect(dueSteps(NEEDS.everything, new Stamps(join(root, ".setup"))).map((step) => step.name)).toContain("native");
});
