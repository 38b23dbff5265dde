// The steps of the set-up: what each makes, of which inputs, and by which command.
//
// A step is done when its stamp holds the hash of its present inputs and its outputs are there. Order matters: each step
// may use what the ones before it made.
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { hashInputs } from "./stamp.mjs";
import { ROOT, bin } from "./root.mjs";

const triple = `${process.platform}-${process.arch}${process.platform === "linux" ? "-gnu" : ""}`;
export const ADDON = `core-native/jware-core.${triple}.node`;
/** Node's installation and the machine's kind decide which platform packages npm takes. */
const PLATFORM = `${process.platform}-${process.arch}`;

const TYPESCRIPT_INPUTS = {
  // The client too: the README's first program is run beside the platform.
  start: ["schemas/src", "schemas/gen/ts", "core-native/src", "feed/src", "engine/src", "client/typescript/src"],
  all: ["client/typescript/examples", "bench/src", "ui/src"],
};
const CONFIGS = ["schemas", "schemas/gen", "core-native", "feed", "engine", "client/typescript", "ui", "bench"].map(
  (folder) => `${folder}/tsconfig.json`,
);
const lockFacts = () => [PLATFORM, readFileSync(join(ROOT, "package-lock.json"), "utf8")];

/** npm itself, as it runs us, else the one on the PATH. */
const npm = (...args) =>
  process.env.npm_execpath?.endsWith(".js") ? [process.execPath, [process.env.npm_execpath, ...args]] : ["npm", args];

/** Without projects all are compiled. */
const typescript = (name, projects, sources, outputs = []) => ({
  name,
  title: `TypeScript (${["tsc -b", ...projects].join(" ")})`,
  hash: () => hashInputs(ROOT, ["tsconfig.base.json", "tsconfig.json", ...CONFIGS, ...sources], { facts: lockFacts() }),
  outputs: [
    ...["schemas/dist/src/index.js", "core-native/dist/index.js", "feed/dist/index.js", "engine/dist/main.js"],
    ...["client/typescript/dist/index.js", ...outputs],
  ],
  repeat: ["npx tsc -b", ...projects].join(" "),
  // A compiler that was cut off, or whose output was deleted, still believes its own notes: --force makes it look again.
  command: ({ isDistrusted }) => [process.execPath, [bin("tsc"), "-b", ...projects, ...(isDistrusted ? ["--force"] : [])]],
});

export const STEPS = {
  packages: {
    name: "packages",
    title: "packages (npm ci)",
    hash: () => hashInputs(ROOT, [], { facts: lockFacts() }),
    // The bin: an installation from before it was named has no link to it.
    outputs: ["node_modules/.package-lock.json", "node_modules/.bin/jware"],
    /** `npm install` by hand counts too, when it installed what the lock file says. */
    isAlreadyDone: installedEqualsLock,
    repeat: "npm ci",
    command: () => npm("ci", "--no-audit", "--no-fund"),
  },
  native: {
    name: "native",
    title: "native core (cargo build --release)",
    hash: () =>
      hashInputs(ROOT, ["Cargo.toml", "Cargo.lock", "core-native", "schemas/gen/rust"], {
        accept: /\.(rs|toml|lock)$/,
        facts: [PLATFORM],
      }),
    outputs: [ADDON],
    needsRust: true,
    repeat: "cargo build --release -p jware-node",
    command: () => [
      process.execPath,
      [
        bin("napi"),
        "build",
        "--platform",
        "--release",
        "--no-js",
        "--manifest-path",
        "core-native/node/Cargo.toml",
        "--package-json-path",
        "core-native/package.json",
        "--output-dir",
        ".setup/native",
      ],
    ],
    before: () => mkdirSync(join(ROOT, ".setup/native"), { recursive: true }),
    // A running engine has the old addon mapped: a new file takes its name, the old one's bytes are never written over.
    after: () => renameSync(join(ROOT, ".setup/native", ADDON.slice("core-native/".length)), join(ROOT, ADDON)),
  },
  typescript: typescript("typescript", ["engine", "client/typescript"], TYPESCRIPT_INPUTS.start),
  typescriptAll: typescript("typescript-all", [], [...TYPESCRIPT_INPUTS.start, ...TYPESCRIPT_INPUTS.all], ["bench/dist/main.js"]),
  ui: {
    name: "ui",
    title: "terminal (vite build)",
    hash: () => hashInputs(ROOT, ["ui", "schemas/src", "schemas/gen/ts"], { facts: lockFacts() }),
    outputs: ["ui/dist/index.html"],
    repeat: "cd ui && npx vite build",
    command: () => [process.execPath, [join(ROOT, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"]],
    cwd: join(ROOT, "ui"),
  },
};

/** What each command of the repository needs. */
export const NEEDS = {
  start: [STEPS.packages, STEPS.native, STEPS.typescript, STEPS.ui],
  everything: [STEPS.packages, STEPS.native, STEPS.typescriptAll, STEPS.ui],
  packages: [STEPS.packages],
};

/**
 * Whether node_modules holds what the lock file names. npm writes its own copy of the lock last, so an installation that
 * was cut off never equals it.
 */
export function installedEqualsLock(root = ROOT) {
  const installed = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installed)) return false;
  const locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const present = JSON.parse(readFileSync(installed, "utf8")).packages;
  return Object.entries(locked).every(([path, entry]) => {
    if (path === "" || !path.includes("node_modules/")) return true;
    const found = present[path];
    return found === undefined ? entry.optional === true : found.version === entry.version && found.link === entry.link;
  });
}
