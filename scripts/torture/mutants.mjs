// Plants one fault at a time in a copy of a crate and asks the tests whether they see it.
//
// A fault is a row of core-native/core/tests/mutants.json or core-native/journal/tests/mutants.json: a file of its crate's src, a
// text that is there once, another in its place, and what that breaks. Its `crate` is core, where it names none. A text that is not
// there once is an error: the list follows the code, which `mutants.test.mjs` looks at in every `npm test`. A fault that the compiler
// refuses is an error too, since it proves nothing. The copy is under target/mutants; nothing else is touched.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, SetupError } from "../root.mjs";
import { adopt } from "../run.mjs";

const LISTS = ["core-native/core/tests/mutants.json", "core-native/journal/tests/mutants.json"];
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
  JWARE_DISK_SEEDS: "500",
};
/**
 * Of each crate: what is copied, and the tests that are asked one after the other until one sees the fault: examples first, then
 * what takes longer.
 */
export const CRATES = {
  core: {
    copied: ["core-native/core", "schemas/gen/rust"],
    members: ["core-native/core"],
    stages: [
      [
        "examples",
        [
          "orders",
          "meetings",
          "icebergs",
          "triggers",
          "linked",
          "exits",
          "limits",
          "corrections",
          "marks",
          "paper",
          "fees",
          "transfers",
          "hedging",
          "names",
          "watched",
        ],
      ],
      ["more", ["extremes", "scenarios", "fuzz", "snapshot", "linked_states"]],
      ["differential", ["differential"]],
      ["indicators", ["indicators", "bars", "trade_bars"]],
    ],
  },
  journal: {
    copied: ["core-native/journal", "core-native/core", "schemas/gen/rust"],
    members: ["core-native/journal", "core-native/core"],
    stages: [
      ["files", ["turns", "batching", "roundtrip", "survey", "damage"]],
      // 500 seeds are enough: `JWARE_DISK_SEEDS`.
      ["disk", ["crash", "core_on_disk"]],
    ],
  },
};

export const options = { crate: "", only: "", stages: "" };

/** `npm run torture -- mutants`: succeeds when every planted fault was caught. */
export async function run({ crate, only, stages }) {
  const names = (text) => text.split(",").filter((name) => name !== "");
  const tell = ({ name, outcome, by, breaks, seconds: took }, at, count) =>
    process.stdout.write(`${String(at).padStart(3)}/${count} ${outcome.padEnd(8)} ${name} (${breaks}) ${by} ${took} s\n`);
  const rows = await mutants({ crates: names(crate), only: names(only), wantedStages: names(stages), tell });
  const survivors = rows.filter(({ outcome }) => outcome === "survived").map(({ name }) => name);
  const told = `${rows.length - survivors.length} of ${rows.length} planted faults caught${survivors.length > 0 ? `; survived: ${survivors.join(", ")}` : ""}`;
  return { faults: rows, caught: rows.length - survivors.length, survivors, failures: survivors.length, told };
}

/** Every fault of the lists. */
export const faults = () =>
  LISTS.flatMap((path) => JSON.parse(readFileSync(join(ROOT, path), "utf8"))).map((fault) => ({ crate: "core", ...fault }));

/** Runs every fault (or those of the given crates or names) against every stage (or those); resolves with one row for each. */
async function mutants({ crates = [], only = [], wantedStages = [], tell = () => {} } = {}) {
  const list = faults();
  const wanted = list.filter(
    ({ crate, name }) => (crates.length === 0 || crates.includes(crate)) && (only.length === 0 || only.includes(name)),
  );
  const unknown = only.find((name) => !list.some((fault) => fault.name === name));
  if (unknown !== undefined) throw new SetupError(`No planted fault is called ${unknown}: see ${LISTS.join(", ")}.`);
  const strangeCrate = [...crates, ...wanted.map(({ crate }) => crate)].find((crate) => !Object.hasOwn(CRATES, crate));
  if (strangeCrate !== undefined)
    throw new SetupError(`${strangeCrate} is no crate of faults: ${Object.keys(CRATES).join(", ")}.`);
  const all = Object.values(CRATES).flatMap((crate) => crate.stages.map(([name]) => name));
  const strange = wantedStages.find((stage) => !all.includes(stage));
  if (strange !== undefined) throw new SetupError(`${strange} is no stage: ${all.join(", ")}.`);
  for (const fault of wanted) planted(fault);
  const rows = [];
  for (const crate of Object.keys(CRATES)) {
    const faults = wanted.filter((fault) => fault.crate === crate);
    if (faults.length === 0) continue;
    copy(CRATES[crate]);
    const stages = await soundStages(crate, wantedStages);
    for (const fault of faults) {
      const startMs = performance.now();
      const row = { ...(await judge(fault, stages)), seconds: Number(((performance.now() - startMs) / 1000).toFixed(1)) };
      rows.push(row);
      tell(row, rows.length, wanted.length);
    }
  }
  return rows;
}

/** The stages of a crate that are asked. Each must pass without any fault. */
async function soundStages(crate, wantedStages) {
  const asked = CRATES[crate].stages.filter(([name]) => wantedStages.length === 0 || wantedStages.includes(name));
  const stages = asked
    .map(([stage, tests]) => [stage, tests.filter((name) => isThere(crate, name))])
    .filter(([, tests]) => tests.length > 0);
  for (const [stage, tests] of stages) {
    const sound = await test(crate, tests);
    if (sound.code !== 0)
      throw new SetupError(`Without any fault the tests of "${stage}" do not pass:\n${sound.output.slice(-3_000)}`);
  }
  return stages;
}

/** The faulty file's text. */
export function planted({ crate, name, file, old, new: fault }, root = ROOT) {
  const text = readFileSync(join(root, "core-native", crate, "src", file), "utf8");
  const count = text.split(old).length - 1;
  if (count !== 1)
    throw new SetupError(`${name}: its text is ${count} times in ${crate}/src/${file}, not once. Update the list.`);
  return text.replace(old, () => fault);
}

async function judge(fault, stages) {
  const { crate, name, file, breaks } = fault;
  const place = join(COPY, "core-native", crate, "src", file);
  const sound = readFileSync(place, "utf8");
  writeFileSync(place, planted(fault, COPY));
  try {
    for (const [stage, tests] of stages) {
      const { code, output, isLate } = await test(crate, tests);
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

const isThere = (crate, name) => {
  const tests = join(COPY, "core-native", crate, "tests");
  // The differential test is the one with a scene of its own.
  if (name === "differential") return existsSync(join(tests, "random")) && existsSync(join(tests, "differential.rs"));
  return existsSync(join(tests, `${name}.rs`)) || existsSync(join(tests, name, "main.rs"));
};

/** The crate and what it needs from elsewhere, as a workspace of its own. */
function copy({ copied, members }) {
  rmSync(COPY, { recursive: true, force: true });
  mkdirSync(COPY, { recursive: true });
  for (const path of [...copied, "Cargo.lock"]) cpSync(join(ROOT, path), join(COPY, path), { recursive: true });
  const workspace = readFileSync(join(ROOT, "Cargo.toml"), "utf8").replace(
    /^members = .*$/m,
    `members = ${JSON.stringify(members)}`,
  );
  writeFileSync(join(COPY, "Cargo.toml"), workspace);
  // Recordings of other projects' tests are read from beside the checkout.
  const shared = join(ROOT, "../shared");
  const link = join(SCRATCH, "shared");
  if (existsSync(shared) && !existsSync(link)) symlinkSync(shared, link);
}

/** Runs test binaries, up to the first that fails. */
function test(crate, tests) {
  const args = ["test", "--offline", "-q", "-p", `jware-${crate}`, "--lib", ...tests.flatMap((name) => ["--test", name])];
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
