import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { NATIVE_PROGRAMS, targetsOf } from "./native-program.js";
import { LEFT_OUT_OF_QUICK, SUITES } from "./suites.js";

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

/** The native programs that a module names. */
const programsIn = (module: string): readonly (string | undefined)[] =>
  [...readFileSync(module, "utf8").matchAll(/nativeProgram\("([^"]+)"\)/g)].map(([, name]) => name);

it("native programs are built for the suites that run them, and for no other", () => {
  const suitesOf = (name: string) =>
    Object.keys(SUITES).filter((suite) => [...reachedFrom(suite)].flatMap(programsIn).includes(name));
  for (const [name, { suites }] of Object.entries(NATIVE_PROGRAMS))
    expect([...suites].sort(), name).toEqual(suitesOf(name).sort());
  // Nobody runs one past the table, nor names it in a way that is not seen here.
  const textOf = (module: string) => readFileSync(module, "utf8");
  expect(modulesOf(SRC).filter((module) => textOf(module).includes("target/release"))).toEqual([PROGRAMS]);
  const unseen = modulesOf(SRC).filter((module) => textOf(module).split("nativeProgram(").length - 1 > programsIn(module).length);
  expect(unseen).toEqual([]);
});

it("builds what some suites need, once, and nothing for those that need none", () => {
  expect([...targetsOf(["rest", "ui", "feed", "native-call"])]).toEqual([]);
  expect([...targetsOf(["book", "durability", "rest"])]).toEqual([["-p", "jware-load", "-p", "jware-bench-native"]]);
  expect(targetsOf(Object.keys(SUITES)).size).toBe(2);
});

it("a quick look leaves out parts that there are", () => {
  const parts = Object.entries(SUITES).flatMap(([suite, of]) => Object.keys(of).map((part) => `${suite}/${part}`));
  expect([...LEFT_OUT_OF_QUICK].filter((part) => !parts.includes(part))).toEqual([]);
});
