import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { checkWritable, writeWhole } from "./bench-run.js";

const folder = mkdtempSync(join(tmpdir(), "jware-bench-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("writes a file whole, over what was there", () => {
  const file = join(folder, "run.json");
  checkWritable(file);
  writeWhole(file, "one");
  writeWhole(file, "two");
  expect(readFileSync(file, "utf8")).toBe("two");
});

it("refuses a folder that is not there, and a file that is a folder", () => {
  mkdirSync(join(folder, "taken"));
  expect(() => checkWritable(join(folder, "taken"))).toThrow("taken cannot be written: it is a folder.");
  expect(() => checkWritable(join(folder, "none/run.json"))).toThrow("run.json cannot be written: its folder is not there.");
});

it("leaves nothing beside a file that could not be written", () => {
  const file = join(folder, "name");
  mkdirSync(join(folder, "name/with-something"), { recursive: true });
  expect(() => writeWhole(file, "text")).toThrow("name cannot be written: ");
  expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});
