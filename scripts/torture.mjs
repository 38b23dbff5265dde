// `npm run torture -- <name> [options]`: proofs that run for as long as wanted. Each prints what repeats it, and can write a report.
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { mutants } from "./mutants.mjs";
import { ROOT, SetupError, main, seconds } from "./root.mjs";
import { endChildrenOnSignal, run } from "./run.mjs";

const USAGE =
  "npm run torture -- differential|fuzz|mutants [--commands N] [--seconds N] [--seed N] [--only names] [--stages names] [--json file]";
const OUTPUT_LINES = 60;

/** What each takes, and how it runs: resolves with counts for the report. */
const PROOFS = {
  differential: { options: ["commands", "seed"], run: differential },
  fuzz: { options: ["seconds", "seed"], run: fuzz },
  mutants: { options: ["only", "stages"], run: plantFaults },
};

await main(async () => {
  const [name, ...words] = process.argv.slice(2);
  const proof = PROOFS[name];
  if (proof === undefined)
    throw new SetupError(`${name === undefined ? "Name a proof" : `There is no proof called ${name}`}: ${USAGE}`);
  const options = parse(name, proof.options, words);
  endChildrenOnSignal();
  const startMs = performance.now();
  const repeat = `npm run torture -- ${[name, ...words.filter((word, at) => word !== "--json" && words[at - 1] !== "--json")].join(" ")}`;
  process.stdout.write(`${repeat}\n`);
  const result = await proof.run(options);
  const report = {
    proof: name,
    repeat,
    ...facts(),
    ...result,
    seconds: Number(((performance.now() - startMs) / 1000).toFixed(1)),
  };
  if (options.json !== undefined) writeFileSync(resolve(options.json), `${JSON.stringify(report, undefined, 2)}\n`);
  process.stdout.write(`${result.failures === 0 ? "ok" : `${result.failures} FAILED`}: ${result.told} in ${seconds(startMs)}\n`);
  process.exit(result.failures === 0 ? 0 : 1);
});

/** `--name value` pairs, of the given names alone. */
function parse(proof, allowed, words) {
  const options = { seed: 1, commands: 1_000_000, seconds: 60 };
  for (let at = 0; at < words.length; at += 2) {
    const name = words[at].replace(/^--/, "");
    const value = words[at + 1];
    if (!words[at].startsWith("--") || ![...allowed, "json"].includes(name)) {
      throw new SetupError(`${words[at]} is no option of ${proof}: it takes --${[...allowed, "json"].join(", --")}.`);
    }
    if (value === undefined) throw new SetupError(`--${name} needs a value.`);
    options[name] = ["json", "only", "stages"].includes(name) ? value : whole(name, value);
  }
  return options;
}

/** A whole number, also as 1e9. */
function whole(name, value) {
  const number = /^\d+(e\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new SetupError(`--${name} is a whole number such as 250 or 1e9, not ${value}.`);
  return number;
}

async function differential({ commands, seed }) {
  const example = "core-native/core/examples/differential.rs";
  if (!existsSync(join(ROOT, example)))
    throw new SetupError(`${example} is not there: this checkout has no differential oracle.`);
  const { code, output } = await runExample("jware-core", "differential", ["--commands", commands, "--seed", seed]);
  const done = Number(/^(\d+) commands, /m.exec(output)?.[1] ?? 0);
  return { seed, commands: done, ...judged(code, output, `${done} commands against the naive model`), bound: bound(done) };
}

async function fuzz({ seconds: length, seed }) {
  const half = Math.max(1, Math.floor(length / 2));
  const result = { seed, failures: 0, told: "" };
  for (const [name, crate] of [
    ["commands", "jware-core"],
    ["frames", "jware-wire"],
  ]) {
    const { code, output } = await runExample(crate, `fuzz_${name}`, ["--seconds", half, "--seed", seed]);
    const counts = lastJson(output);
    result[name] = counts?.[name] ?? 0;
    result.failures += judged(code, output, "").failures;
  }
  result.told = `${result.commands} commands, ${result.frames} frames`;
  return { ...result, bound: { commands: bound(result.commands), frames: bound(result.frames) } };
}

async function plantFaults({ only = "", stages = "" }) {
  const names = (text) => text.split(",").filter((name) => name !== "");
  const tell = ({ name, outcome, by, breaks, seconds: took }, at, count) =>
    process.stdout.write(`${String(at).padStart(3)}/${count} ${outcome.padEnd(8)} ${name} (${breaks}) ${by} ${took} s\n`);
  const rows = await mutants({ only: names(only), wantedStages: names(stages), tell });
  const survivors = rows.filter(({ outcome }) => outcome === "survived").map(({ name }) => name);
  const told = `${rows.length - survivors.length} of ${rows.length} planted faults caught${survivors.length > 0 ? `; survived: ${survivors.join(", ")}` : ""}`;
  return { faults: rows, caught: rows.length - survivors.length, survivors, failures: survivors.length, told };
}

/** Builds and runs an example of a crate; what it prints is shown at its end. */
async function runExample(crate, name, args) {
  const all = ["run", "--release", "-q", "-p", crate, "--example", name, "--", ...args.map(String)];
  process.stdout.write(`cargo ${all.join(" ")}\n`);
  return await run("cargo", all);
}

function judged(code, output, told) {
  const tail = output.trimEnd().split("\n").slice(-OUTPUT_LINES).join("\n");
  process.stdout.write(`${tail}\n`);
  return { failures: code === 0 ? 0 : 1, told };
}

function lastJson(output) {
  const line = output
    .trimEnd()
    .split("\n")
    .findLast((each) => each.startsWith("{"));
  return line === undefined ? undefined : JSON.parse(line);
}

/** With no failure in N, the rate of failures is below 3/N with 95% confidence (the rule of three). */
function bound(count) {
  return count > 0 ? 3 / count : undefined;
}

function facts() {
  const git = (...args) => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
  const commit = existsSync(join(ROOT, ".git")) ? git("rev-parse", "HEAD") : undefined;
  const isClean = commit === undefined ? undefined : git("status", "--porcelain", "--untracked-files=no") === "";
  const machine = {
    cpu: cpus()[0]?.model,
    cpus: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  return { commit, is_clean: isClean, machine };
}
