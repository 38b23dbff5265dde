// The canary of the kill proof: faults planted in a copy of the native half, each of which the proof has to see.
//
// The faulty addon is built under target/mutants and loaded in place of the real one by a preload script of the platform's
// process alone; nothing of it can be switched on in a build that is shipped.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, SetupError } from "../root.mjs";
import { run as runProgram } from "../run.mjs";
import { compiled } from "./compiled.mjs";

const SCRATCH = join(ROOT, "target/mutants");
const COPY = join(SCRATCH, "kill-copy");
const KILLS = 12;
/** While the journal's thread is held here, nothing that was not written before may be acknowledged. */
const POINTS = ["journal.write.before"];

const FAULTS = [
  {
    name: "ack-before-commit",
    file: "core-native/node/src/hub.rs",
    old: "AckMode::Durable => self.journal.durable_seq(),",
    new: "AckMode::Durable => u64::MAX - 1,",
  },
  {
    name: "answers-without-a-gate",
    file: "core-native/node/src/submit.rs",
    old: "        let gate = state.urgent_seq;\n        let events = std::mem::take(&mut state.events);",
    new: "        let gate = 0;\n        let events = std::mem::take(&mut state.events);",
  },
];

export const options = { only: "", seed: 1 };

export async function run({ only, seed }) {
  const { killRun } = await compiled("kill-run.js");
  const wanted = FAULTS.filter(({ name }) => only === "" || only.split(",").includes(name));
  if (wanted.length === 0) throw new SetupError(`There are these faults: ${FAULTS.map(({ name }) => name).join(", ")}.`);
  const faults = [];
  for (const fault of wanted) {
    const env = { NODE_OPTIONS: `--require ${preload(await build(fault))}` };
    const { broken } = await killRun({ kills: KILLS, seed, only: POINTS, stopShare: 1, env });
    faults.push({ name: fault.name, outcome: broken.length > 0 ? "caught" : "survived", broken });
    process.stdout.write(`  ${fault.name}: ${broken[0] ?? "survived"}\n`);
  }
  const survivors = faults.filter(({ outcome }) => outcome === "survived").map(({ name }) => name);
  return {
    seed,
    faults,
    failures: survivors.length,
    told: `${faults.length - survivors.length} of ${faults.length} faults caught`,
  };
}

/** A script that gives the faulty addon to whoever loads the real one. */
function preload(library) {
  const script = join(SCRATCH, "preload.cjs");
  const text = `const load = process.dlopen;
process.dlopen = (module, file, ...rest) => load(module, /jware-core[^/]*\\.node$/.test(file) ? ${JSON.stringify(library)} : file, ...rest);
`;
  writeFileSync(script, text);
  return script;
}

/** Builds the addon with one fault in it; resolves with its file. */
async function build({ name, file, old, new: fault }) {
  rmSync(COPY, { recursive: true, force: true });
  mkdirSync(COPY, { recursive: true });
  for (const path of ["core-native", "schemas/gen/rust", "bench/load", "bench/native", "Cargo.lock", "Cargo.toml"])
    cpSync(join(ROOT, path), join(COPY, path), {
      recursive: true,
      filter: (from) => !/\/(node_modules|dist)$|\.node$/.test(from),
    });
  const place = join(COPY, file);
  const text = readFileSync(place, "utf8");
  if (text.split(old).length !== 2) throw new SetupError(`${name}: its text is not once in ${file}.`);
  writeFileSync(
    place,
    text.replace(old, () => fault),
  );
  const env = {
    CARGO_TARGET_DIR: join(SCRATCH, "target"),
    CARGO_PROFILE_RELEASE_LTO: "off",
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
    RUSTFLAGS: "-Awarnings",
  };
  const { code, output } = await runProgram("cargo", ["build", "--release", "-q", "--offline", "-p", "jware-node"], {
    cwd: COPY,
    env,
  });
  if (code !== 0) throw new SetupError(`${name} does not compile:\n${output.slice(-2_000)}`);
  const library = process.platform === "darwin" ? "libjware_node.dylib" : "libjware_node.so";
  return join(SCRATCH, "target/release", library);
}
