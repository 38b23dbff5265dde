import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { LEFT_OUT_OF_QUICK, SUITES, WITHOUT_NATIVE_PROGRAMS } from "./suites.js";

const SRC = import.meta.dirname;
const PROGRAMS = join(SRC, "native-program.ts");

const modulesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/(\.test|\.d)\.ts$/.test(name))
    .map((name) => join(folder, name));

/** What a module takes from others of the bench when it runs: types are gone by then. */
const importsOf = (module: string): readonly string[] =>
  [...readFileSync(module, "utf8").matchAll(/^import (?!type )[^;]*?"(\.[^"]+)\.js";/gm)].map(([, path]) =>
    join(dirname(module), `${path}.ts`),
  );

/** A suite's folder, its programs with it, and all that they import. */
function reachedFrom(suite: string): ReadonlySet<string> {
  const reached = new Set(modulesOf(join(SRC, suite)));
  for (const module of reached) for (const other of importsOf(module)) reached.add(other);
  return reached;
}

it("native programs are built for the suites that run one, and for no other", () => {
  const without = Object.keys(SUITES).filter((suite) => !reachedFrom(suite).has(PROGRAMS));
  expect([...WITHOUT_NATIVE_PROGRAMS].sort()).toEqual(without.sort());
  // Nobody runs one past the module that is looked for.
  const spelled = modulesOf(SRC).filter((module) => readFileSync(module, "utf8").includes("target/release"));
  expect(spelled).toEqual([PROGRAMS]);
});

it("a quick look leaves out parts that there are", () => {
  const parts = Object.entries(SUITES).flatMap(([suite, of]) => Object.keys(of).map((part) => `${suite}/${part}`));
  expect([...LEFT_OUT_OF_QUICK].filter((part) => !parts.includes(part))).toEqual([]);
});
