// Plants one fault at a time in a copy of the core and asks the tests whether they see it.
//
// A fault is a row of core-native/core/tests/mutants.json: a file of core/src, a text that is there once, another in its place,
// and what that breaks. A text that is not there once is an error: the list follows the code. A fault that the compiler refuses
// is an error too, since it proves nothing. The copy is under target/mutants; nothing else is touched.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, SetupError } from "../root.mjs";
import { adopt } from "../run.mjs";

const LIST = "core-native/core/tests/mutants.json";
const SCRATCH = join(ROOT, "target/mutants");
const COPY = join(SCRATCH, "copy");
/** A fault may make a loop of a command. */
const TEST_MS_MAX = 240_000;
/** What is compiled is what the tests of the core need, as fast as it compiles. */
const ENV = {
  CARGO_TARGET_DIR: join(SCRATCH, "target"),
  CARGO_PROFILE_TEST_OPT_LEVEL: "0",
  CARGO_PROFILE_TEST_DEBUG: "0",
  CARGO_INCREMENTAL: "1",
  RUSTFLAGS: "-Awarnings",
  RUST_BACKTRACE: "0",
  JWARE_TEST_SEED: "1",
};
/** Asked one after the other until one sees the fault: examples first, then what takes longer. */
const STAGES = [
  [
    "examples",
    ["orders", "meetings", "icebergs", "triggers", "linked", "exits", "limits", "corrections", "marks", "paper", "fees", "transfers"],
  ],
  ["more", ["extremes", "scenarios", "fuzz", "snapshot"]],
  ["differential", ["differential"]],
  ["indicators", ["indicators"]],
];

export const options = { only: "", stages: "" };

/** `npm run torture -- mutants`: succeeds when every planted fault was caught. */
export async function run({ only, stages }) {
  const names = (text) => text.split(",").filter((name) => name !== "");
  const tell = ({ name, outcome, by, breaks, seconds: took }, at, count) =>
    process.stdout.write(`${String(at).padStart(3)}/${count} ${outcome.padEnd(8)} ${name} (${breaks}) ${by} ${took} s\n`);
  const rows = await mutants({ only: names(only), wantedStages: names(stages), tell });
  const survivors = rows.filter(({ outcome }) => outcome === "survived").map(({ name }) => name);
  const told = `${rows.length - survivors.length} of ${rows.length} planted faults caught${survivors.length > 0 ? `; survived: ${survivors.join(", ")}` : ""}`;
  return { faults: rows, caught: rows.length - survivors.length, survivors, failures: survivors.length, told };
}

/** Runs every fault (or those of the given names) against every stage (or those); resolves with one row for each. */
async function mutants({ only = [], wantedStages = [], tell = () => {} } = {}) {
  const list = JSON.parse(readFileSync(join(ROOT, LIST), "utf8"));
  const wanted = only.length === 0 ? list : list.filter(({ name }) => only.includes(name));
  const unknown = only.find((name) => !list.some((fault) => fault.name === name));
  if (unknown !== undefined) throw new SetupError(`No planted fault is called ${unknown}: see ${LIST}.`);
  const strange = wantedStages.find((stage) => !STAGES.some(([name]) => name === stage));
  if (strange !== undefined) throw new SetupError(`${strange} is no stage: ${STAGES.map(([name]) => name).join(", ")}.`);
  for (const fault of wanted) planted(fault);
  copy();
  const asked = STAGES.filter(([name]) => wantedStages.length === 0 || wantedStages.includes(name));
  const stages = asked.map(([stage, tests]) => [stage, tests.filter(isThere)]).filter(([, tests]) => tests.length > 0);
  for (const [stage, tests] of stages) {
    const sound = await test(tests);
    if (sound.code !== 0)
      throw new SetupError(`Without any fault the tests of "${stage}" do not pass:\n${sound.output.slice(-3_000)}`);
  }
  const rows = [];
  for (const fault of wanted) {
    const startMs = performance.now();
    const row = { ...(await judge(fault, stages)), seconds: Number(((performance.now() - startMs) / 1000).toFixed(1)) };
    rows.push(row);
    tell(row, rows.length, wanted.length);
  }
  return rows;
}

/** The faulty file's text. */
function planted({ name, file, old, new: fault }, root = ROOT) {
  const text = readFileSync(join(root, "core-native/core/src", file), "utf8");
  const count = text.split(old).length - 1;
  if (count !== 1) throw new SetupError(`${name}: its text is ${count} times in core/src/${file}, not once. Update ${LIST}.`);
  return text.replace(old, () => fault);
}

async function judge(fault, stages) {
  const { name, file, breaks } = fault;
  const place = join(COPY, "core-native/core/src", file);
  const sound = readFileSync(place, "utf8");
  writeFileSync(place, planted(fault, COPY));
  try {
    for (const [stage, tests] of stages) {
      const { code, output, isLate } = await test(tests);
      if (/^error(\[E\d+\])?: (?!test failed)/m.test(output) && !/^test result:/m.test(output)) {
        throw new SetupError(`${name} does not compile:\n${output.slice(-2_000)}`);
      }
      if (isLate) return { name, breaks, outcome: "caught", by: `${stage}: it did not end` };
      if (code !== 0) return { name, breaks, outcome: "caught", by: `${stage}: ${firstFailure(output)}` };
    }
    return { name, breaks, outcome: "survived", by: "" };
  } finally {
    writeFileSync(place, sound);
  }
}

const firstFailure = (output) => /^---- (.+?) stdout ----$/m.exec(output)?.[1] ?? "a test binary failed";

const isThere = (name) => {
  const tests = join(COPY, "core-native/core/tests");
  // The differential test is the one with a scene of its own.
  if (name === "differential") return existsSync(join(tests, "random")) && existsSync(join(tests, "differential.rs"));
  return existsSync(join(tests, `${name}.rs`)) || existsSync(join(tests, name, "main.rs"));
};

/** The crate and what it includes from elsewhere, as a workspace of its own. */
function copy() {
  rmSync(COPY, { recursive: true, force: true });
  mkdirSync(COPY, { recursive: true });
  for (const path of ["core-native/core", "schemas/gen/rust", "Cargo.lock"])
    cpSync(join(ROOT, path), join(COPY, path), { recursive: true });
  const workspace = readFileSync(join(ROOT, "Cargo.toml"), "utf8").replace(/^members = .*$/m, 'members = ["core-native/core"]');
  writeFileSync(join(COPY, "Cargo.toml"), workspace);
  // Recordings of other projects' tests are read from beside the checkout.
  const shared = join(ROOT, "../shared");
  const link = join(SCRATCH, "shared");
  if (existsSync(shared) && !existsSync(link)) symlinkSync(shared, link);
}

/** Runs test binaries, up to the first that fails. */
function test(tests) {
  const args = ["test", "--offline", "-q", "-p", "jware-core", "--lib", ...tests.flatMap((name) => ["--test", name])];
  return new Promise((resolve) => {
    const child = spawn("cargo", args, { cwd: COPY, env: { ...process.env, ...ENV }, detached: true });
    adopt(child);
    let output = "";
    let isLate = false;
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
    const timer = setTimeout(() => {
      isLate = true;
      // The whole group: cargo and the test that it runs.
      process.kill(-child.pid, "SIGKILL");
    }, TEST_MS_MAX);
    child.once("error", (error) => resolve({ code: 127, output: error.message, isLate: false }));
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, output, isLate });
    });
  });
}
