// The checks of our own find what they are for.
import { expect, test } from "vitest";
import { importProblem, importsOf, valueImportsOf } from "./check-imports.mjs";
import { brokenLinks } from "./check-links.mjs";
import { lockHoles } from "./check-lock.mjs";

test("imports are found in every form", () => {
  const source = `import a from "./a.js";
import {
  b,
} from '@jware/b';
export * from "./c.js";
import "./d.css";
import type { E } from "e";
const f = await import("./f.js");
const text = "import nothing from 'nowhere'";`;
  expect(importsOf(source).slice(0, 6)).toEqual(["./a.js", "@jware/b", "./c.js", "./d.css", "e", "./f.js"]);
});

test.each([
  ["ui/src/main.ts", "@jware/core-native"],
  ["client/typescript/src/client.ts", "@jware/engine"],
  ["schemas/src/units.ts", "@jware/core-native"],
  ["feed/src/normalise.ts", "@jware/engine"],
  ["feed/src/normalise.ts", "../../engine/src/config.js"],
  ["engine/src/edge/edge-thread.ts", "../gateway/auth.js"],
  ["engine/src/gateway/gateway-thread.ts", "@jware/feed"],
])("%s may not import %s", (file, imported) => {
  expect(importProblem(file, imported)).toContain(file);
});

test.each([
  ["ui/src/main.ts", "@jware/schemas/wire"],
  ["engine/src/main.ts", "@jware/feed"],
  ["engine/src/main.ts", "./gateway/gateway-thread.js"],
  ["engine/src/edge/edge-thread.ts", "../bus/bus.js"],
  ["engine/src/edge/edge-thread.ts", "pino"],
  ["bench/src/main.ts", "@jware/client"],
])("%s may import %s", (file, imported) => {
  expect(importProblem(file, imported)).toBeUndefined();
});

test("a relative link that leads nowhere is found; code and addresses are left alone", () => {
  const page = "[a](b.md) [c](./d.md#part) [e](https://example.com) [f](#here)\n```\n[g](h.md)\n```\n`[i](j.md)`\n";
  const seen = [];
  const exists = (path) => {
    seen.push(path);
    return path === "docs/b.md";
  };
  expect(brokenLinks("docs/page.md", page, exists)).toEqual(["docs/page.md: ./d.md#part does not exist"]);
  expect(seen).toEqual(["docs/b.md", "docs/d.md"]);
});

test("a platform package that the lock does not hold is found", () => {
  const packages = {
    "": {},
    "node_modules/a": { optionalDependencies: { "a-linux": "1.0.0", "a-darwin": "1.0.0" } },
    "node_modules/a-linux": { optional: true },
  };
  expect(lockHoles({ packages })).toEqual(["node_modules/a -> a-darwin 1.0.0"]);
});

test("an import of types alone leaves nothing behind", () => {
  const source =
    'import type { A } from "a";\nexport type { B } from "b";\nimport { type C, d } from "c";\nimport type {\n  E,\n} from "e/f";\nimport "g";';
  expect(importsOf(source)).toEqual(["a", "b", "c", "e/f", "g"]);
  expect(valueImportsOf(source)).toEqual(["c", "g"]);
});
