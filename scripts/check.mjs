// `npm run check`: everything that can be judged without running the platform. One line per check; the output of a failing one. With `--bench`
// also what the platform costs, against the committed ratios: some minutes.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importProblems } from "./check-imports.mjs";
import { linkProblems } from "./check-links.mjs";
import { lockProblems } from "./check-lock.mjs";
import { endChildrenOnSignal, lastLines, run } from "./run.mjs";
import { ROOT, bin, main, seconds } from "./root.mjs";
import { setup } from "./setup.mjs";
import { sourceFiles } from "./stamp.mjs";
import { NEEDS } from "./steps.mjs";

const OUTPUT_LINES_MAX = 120;
/** Everything that `npm run gen` writes. */
const GENERATED = ["schemas/gen", "schemas/src/refusal-codes.ts", "docs/refusals.md", "docs/protocol-reference.md"];

const tool = (name, ...args) => runs(process.execPath, [bin(name), ...args]);
const cargo = (args, env) => runs("cargo", args, env);

/** Name and what to do; resolves with the complaint, empty where all is well. */
const CHECKS = [
  ["lock file holds every platform's packages", async () => lockProblems().join("\n")],
  ["imports keep to the architecture", async () => importProblems().join("\n")],
  ["links in the pages lead somewhere", async () => linkProblems().join("\n")],
  ["format and lint (biome)", tool("biome", "check", "--error-on-warnings", "--max-diagnostics=50", ".")],
  ["types (tsc -b)", tool("tsc", "-b")],
  ["types of tests (tsc)", tool("tsc", "-p", "tsconfig.tests.json")],
  ["no dead code (knip)", tool("knip", "--no-progress")],
  ["generated code is as generated", generatedProblems],
  ["Rust format (cargo fmt)", cargo(["fmt", "--all", "--check"])],
  ["Rust lint (clippy)", cargo(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])],
  ["Rust docs (rustdoc)", cargo(["doc", "--workspace", "--no-deps", "--quiet"], { RUSTDOCFLAGS: "-D warnings" })],
];

await main(async () => {
  await setup(NEEDS.packages, { isRustNeeded: true });
  endChildrenOnSignal();
  const words = process.argv.slice(2);
  // Minutes of a machine that does nothing else: only where it is asked for.
  if (words.includes("--bench")) CHECKS.push(["ratios against the baseline (bench)", benchProblems]);
  const wanted = words.filter((word) => word !== "--bench");
  const checks = CHECKS.filter(([name]) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
  let failedCount = 0;
  for (const [name, check] of checks) {
    const startMs = performance.now();
    const complaint = await check();
    process.stdout.write(`${complaint === "" ? "ok    " : "FAILED"}  ${name}  ${seconds(startMs)}\n`);
    if (complaint === "") continue;
    failedCount += 1;
    process.stdout.write(`${complaint.replace(/^/gm, "    ")}\n`);
  }
  process.stdout.write(`${checks.length - failedCount} checks passed, ${failedCount} failed\n`);
  process.exit(failedCount === 0 ? 0 : 1);
});

/** A quick look at everything; ratios that got worse, and failed checks. It sets up by itself. */
async function benchProblems() {
  const args = [join(ROOT, "scripts/bench.mjs"), "--quick", "--rounds", "3", "--against-baseline"];
  const { code, output } = await run(process.execPath, args);
  return code === 0 ? "" : lastLines(output.replace(/^(?!.*(WRONG|worse|WORSE)).*\n/gm, "")) || lastLines(output);
}

function runs(command, args, env) {
  return async () => {
    const { code, output } = await run(command, args, { env });
    return code === 0 ? "" : lastLines(output, OUTPUT_LINES_MAX) || `exit code ${code}`;
  };
}

/** Generates again, and compares with what stood there; in a clean clone that is what is committed. */
async function generatedProblems() {
  const before = generatedFiles();
  const { code, output } = await run(process.execPath, [join(ROOT, "schemas/generate.mjs")]);
  if (code !== 0) return lastLines(output);
  const after = generatedFiles();
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter((file) => before.get(file) !== after.get(file));
  const unknown = existsSync(join(ROOT, ".git"))
    ? execFileSync("git", ["ls-files", "--others", "--exclude-standard", ...GENERATED], { cwd: ROOT, encoding: "utf8" }).trim()
    : "";
  return [
    ...changed.map((file) => `${file} was not as generated (it is now: commit it)`),
    ...(unknown === "" ? [] : [`generated but not in git: ${unknown.split("\n").join(", ")}`]),
  ].join("\n");
}

function generatedFiles() {
  const files = GENERATED.flatMap((path) => sourceFiles(join(ROOT, path)));
  return new Map(files.map((file) => [file.slice(ROOT.length + 1), readFileSync(file, "utf8")]));
}
