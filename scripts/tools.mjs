// Are the tools there that a set-up needs? Each missing or wrong one gives one sentence that says what to install.
//
// Only plain Node: this runs before any package is installed, and on Node versions that we refuse.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { SetupError } from "./root.mjs";

const run = promisify(execFile);

/** The same range as `engines` in package.json (a test compares them). */
export const NODE_RANGE = { min: [20, 19], below: 23 };
/** The same version as `rust-version` in Cargo.toml (a test compares them). */
export const RUST_MIN = [1, 89];

const numbersOf = (version) => version.split(".").map((part) => Number.parseInt(part, 10));
const isBelow = ([major, minor], [minMajor, minMinor]) => major < minMajor || (major === minMajor && minor < minMinor);

/** What is wrong with this Node version, or undefined. */
export function nodeProblem(version) {
  const numbers = numbersOf(version);
  if (!isBelow(numbers, NODE_RANGE.min) && numbers[0] < NODE_RANGE.below) return undefined;
  return (
    `Node ${version} cannot run Jware Trader: install Node 22 (any from ${NODE_RANGE.min.join(".")} and below ${NODE_RANGE.below} will do), ` +
    "for example with `nvm install 22` or from https://nodejs.org/en/download."
  );
}

/** What is wrong with what `rustc --version` printed, or undefined. */
export function rustProblem(printed) {
  const version = /^rustc (\d+\.\d+\.\d+)/.exec(printed)?.[1];
  if (version === undefined)
    return `\`rustc --version\` printed "${printed.trim()}": install stable Rust from https://rustup.rs.`;
  if (!isBelow(numbersOf(version), RUST_MIN)) return undefined;
  return `Rust ${version} is too old: Jware Trader needs ${RUST_MIN.join(".")} or later; run \`rustup update stable\`, or install it from https://rustup.rs.`;
}

const INSTALL_RUST = "install stable Rust from https://rustup.rs, open a new shell and run this again.";
const installCompiler = () =>
  process.platform === "darwin"
    ? "install Apple's command line tools with `xcode-select --install`."
    : "install one, on Debian with `apt-get install -y build-essential`.";

/** Throws a SetupError where Node is of the wrong version. */
export function checkNode(version = process.versions.node) {
  const problem = nodeProblem(version);
  if (problem !== undefined) throw new SetupError(problem);
}

/** Throws a SetupError naming every tool that building the native core needs and that is missing or too old. */
export async function checkRust() {
  addRustupToPath();
  const [cargo, rustc, compiler] = await Promise.all([print("cargo"), print("rustc"), print("cc")]);
  const problems = [];
  if (cargo === undefined || rustc === undefined) {
    const missing = [cargo === undefined ? "cargo" : "", rustc === undefined ? "rustc" : ""].filter((name) => name !== "");
    problems.push(`${missing.join(" and ")} not found: ${INSTALL_RUST}`);
  } else {
    const problem = rustProblem(rustc);
    if (problem !== undefined) problems.push(problem);
  }
  if (compiler === undefined) problems.push(`No C linker (cc) found: ${installCompiler()}`);
  if (problems.length > 0) throw new SetupError(problems.join("\n"));
}

/** A shell opened before rustup ran does not know its folder yet. */
function addRustupToPath() {
  const folder = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "bin");
  const path = process.env.PATH ?? "";
  if (existsSync(join(folder, "cargo")) && !path.split(delimiter).includes(folder))
    process.env.PATH = `${path}${delimiter}${folder}`;
}

async function print(program) {
  try {
    return (await run(program, ["--version"])).stdout;
  } catch {
    return undefined;
  }
}
