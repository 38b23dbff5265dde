// Who may import whom (ARCHITECTURE.md), over package.json, Cargo.toml and every import in the sources. Prints each breach.
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { sourceFiles } from "./stamp.mjs";
import { ROOT } from "./root.mjs";

/** Package folder -> its name and the packages of ours that it may import. */
export const PACKAGES = {
  schemas: { name: "@jware/schemas", may: [] },
  "core-native": { name: "@jware/core-native", may: ["@jware/schemas"] },
  feed: { name: "@jware/feed", may: ["@jware/schemas", "@jware/core-native"] },
  engine: { name: "@jware/engine", may: ["@jware/schemas", "@jware/core-native", "@jware/feed"] },
  ui: { name: "@jware/ui", may: ["@jware/schemas"] },
  "client/typescript": { name: "@jware/client", may: ["@jware/schemas"] },
  bench: { name: "@jware/bench", may: ["@jware/schemas", "@jware/core-native", "@jware/engine", "@jware/client"] },
};
/** The engine meets the feed in the core; only who starts the threads names it. */
const FEED_IMPORTERS = /^engine\/src\/[^/]+\.ts$/;
/** Folders of the engine that do not know each other. */
const ENGINE_ROOMS = ["edge", "gateway", "projector", "broker"];
/** Rust crate -> the crates of ours that it may depend on. */
export const CRATES = {
  core: [],
  journal: [],
  wire: ["jware-core"],
  replica: ["jware-core", "jware-journal"],
  node: ["jware-core", "jware-journal", "jware-replica", "jware-wire"],
};

const IMPORT = /(?:^|[\s;}])(?:import|export)\s(?:[^"'`;]*?\sfrom\s)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** The module names that a source imports. */
export const importsOf = (source) => [...source.matchAll(IMPORT)].map(([, first, second]) => first ?? second);

/** Without `import type` and `export type`, which leave nothing behind. */
export const valueImportsOf = (source) =>
  importsOf(source.replaceAll(/(?:^|(?<=[\s;}]))(?:import|export)\s+type\s[^"'`;]*?\sfrom\s["'][^"']+["']/g, ""));

/** What runs where only `dependencies` are installed. The page is bundled, and the bench runs here alone. */
const INSTALLED = ["schemas", "core-native", "feed", "engine", "client/typescript"];
const IS_RUN = /\/src\//;
const IS_TEST = /\.test\.|\/test\/|\/torture\//;

/** What is wrong with one import of one file (paths from the root), or undefined. */
export function importProblem(file, imported) {
  const folder = Object.keys(PACKAGES).find((name) => file.startsWith(`${name}/`));
  if (folder === undefined) return undefined;
  const { name, may } = PACKAGES[folder];
  if (imported.startsWith("@jware/")) {
    const target = imported.split("/").slice(0, 2).join("/");
    if (target !== name && !may.includes(target))
      return `${file} imports ${imported}: ${name} may import ${may.join(", ") || "none of ours"}`;
    if (target === "@jware/feed" && folder === "engine" && !FEED_IMPORTERS.test(file)) {
      return `${file} imports ${imported}: only the files that start the threads may`;
    }
    return undefined;
  }
  if (!imported.startsWith(".")) return undefined;
  const target = relative(ROOT, resolve(ROOT, dirname(file), imported));
  if (!target.startsWith(`${folder}/`)) return `${file} imports ${imported}: that is outside its package`;
  const room = (path) => ENGINE_ROOMS.find((each) => path.startsWith(`engine/src/${each}/`));
  const [from, to] = [room(file), room(target)];
  if (from !== undefined && to !== undefined && from !== to)
    return `${file} imports ${imported}: engine/src/${from} and ${to} do not know each other`;
  return undefined;
}

/** Every breach in the repository. */
export function importProblems() {
  const problems = [];
  for (const [folder, { name, may }] of Object.entries(PACKAGES)) {
    const manifest = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
    for (const dependency of Object.keys(manifest.dependencies ?? {})) {
      if (dependency.startsWith("@jware/") && !may.includes(dependency))
        problems.push(`${folder}/package.json: ${name} may not depend on ${dependency}`);
    }
    for (const file of sourceFiles(join(ROOT, folder)).filter(
      (path) => /\.[cm]?[jt]sx?$/.test(path) && !path.includes("/gen/"),
    )) {
      const [path, source] = [relative(ROOT, file), readFileSync(file, "utf8")];
      for (const imported of importsOf(source)) {
        const problem = importProblem(path, imported);
        if (problem !== undefined) problems.push(problem);
      }
      if (!INSTALLED.includes(folder) || !IS_RUN.test(path) || IS_TEST.test(path)) continue;
      for (const imported of valueImportsOf(source)) {
        const isForTests = Object.keys(manifest.devDependencies ?? {}).some(
          (each) => imported === each || imported.startsWith(`${each}/`),
        );
        if (isForTests)
          problems.push(`${path} imports ${imported}: that is installed for tests only, and its types are all that may be used`);
      }
    }
  }
  for (const [crate, may] of Object.entries(CRATES)) {
    const manifest = readFileSync(join(ROOT, "core-native", crate, "Cargo.toml"), "utf8").split(/^\[dev-dependencies\]/m)[0];
    for (const [, dependency] of manifest.matchAll(/^(jware-\w+)\b/gm)) {
      if (!may.includes(dependency)) problems.push(`core-native/${crate}/Cargo.toml: may not depend on ${dependency}`);
    }
  }
  return problems;
}
