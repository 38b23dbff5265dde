// Programs that tests need are found where they are, and not where they only seem to be.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findProgram } from "./system-packages.mjs";

const folder = mkdtempSync(join(tmpdir(), "jware-programs-"));
const put = (name, mode) => {
  const path = join(folder, name);
  writeFileSync(path, "");
  chmodSync(path, mode);
  return path;
};
const program = { variable: "MY_BROWSER", candidates: ["chromium", "chrome"], places: [join(folder, "placed")] };
afterAll(() => rmSync(folder, { recursive: true }));

test("the variable goes before the PATH, the PATH before well-known places; what cannot be run is passed over", () => {
  const placed = put("placed", 0o755);
  expect(findProgram(program, { PATH: folder })).toBe(placed);
  const chrome = put("chrome", 0o755);
  expect(findProgram(program, { PATH: `/nowhere:${folder}` })).toBe(chrome);
  const mine = put("mine", 0o755);
  expect(findProgram(program, { PATH: folder, MY_BROWSER: mine })).toBe(mine);
  expect(findProgram(program, { PATH: folder, MY_BROWSER: "/nowhere/chromium" })).toBe(chrome);
  expect(findProgram({ ...program, places: [] }, { PATH: "" })).toBeUndefined();
});
