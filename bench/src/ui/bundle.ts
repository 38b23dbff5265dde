/** Bytes that a browser loads for the page. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { figureOf, type SuiteResult } from "../figure.js";
import { ROOT } from "../root.js";

const KIB = 1_024;

export async function bundle(): Promise<SuiteResult> {
  const folder = join(ROOT, "ui/dist");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const sizes = files.map((entry) => {
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    return { name: entry.name, plain: bytes.length, zipped: gzipSync(bytes).length };
  });
  const sum = (pick: (size: (typeof sizes)[number]) => number, ends = "") =>
    sizes.filter(({ name }) => name.endsWith(ends)).reduce((total, size) => total + pick(size), 0) / KIB;
  const kib = (name: string, value: number) => figureOf(name, "KiB", [value], { better: "lower" }, { n: 1 });
  return {
    figures: [
      kib(
        "bundle: everything, gzip",
        sum(({ zipped }) => zipped),
      ),
      kib(
        "bundle: scripts, gzip",
        sum(({ zipped }) => zipped, ".js"),
      ),
      kib(
        "bundle: everything, plain",
        sum(({ plain }) => plain),
      ),
    ],
    checks: [
      {
        name: "bundle",
        passed: sizes.some(({ name }) => name.endsWith(".js")),
        detail: `${sizes.length} files of the built terminal`,
      },
    ],
  };
}
