/** The list of points is the list of those in the code. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { expect, it } from "vitest";
import { POINTS } from "./points.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const FOLDERS = ["core-native/journal/src", "core-native/node/src", "engine/src"];
const CALL = /\bfailpoint(?:_io|_half)?\(\s*"([^"]+)"/g;

const namesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(rs|ts)$/.test(file) && !/\.test\.ts$|failpoint\.(rs|ts)$/.test(file))
    .flatMap((file) => [...readFileSync(join(ROOT, folder, file), "utf8").matchAll(CALL)].map(([, name = ""]) => name));

it("each point stands once in the code, and is one that the proof kills at", () => {
  const inCode = FOLDERS.flatMap(namesIn).sort();
  expect(inCode).toEqual(POINTS.map(({ name }) => name).sort());
  expect(new Set(inCode).size).toBe(inCode.length);
  expect(inCode.length).toBeGreaterThanOrEqual(25);
});

it("the documentation says how many there are", () => {
  expect(readFileSync(join(ROOT, "docs/reliability.md"), "utf8")).toContain(`at ${POINTS.length} named points`);
});
