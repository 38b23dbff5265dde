// `npm run torture -- <name> [options]`: proofs that run for as long as wanted. Each prints what repeats it, and can write a report.
//
// A proof is a file of scripts/torture/ with `options` (names and defaults; numbers may be given as 1e9) and `run(options)`,
// which resolves with `failures`, `told` (one line) and whatever else its report shall hold.
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { ROOT, SetupError, main, seconds } from "./root.mjs";
import { endChildrenOnSignal } from "./run.mjs";
import * as bitflip from "./torture/bitflip.mjs";
import * as clock from "./torture/clock.mjs";
import * as differential from "./torture/differential.mjs";
import * as disk from "./torture/disk.mjs";
import * as fuzz from "./torture/fuzz.mjs";
import * as fullDisk from "./torture/full-disk.mjs";
import * as kill from "./torture/kill.mjs";
import * as mutants from "./torture/mutants.mjs";
import * as outage from "./torture/outage.mjs";
import * as projector from "./torture/projector.mjs";
import * as redis from "./torture/redis.mjs";
import * as replay from "./torture/replay.mjs";
import * as truncate from "./torture/truncate.mjs";

const PROOFS = {
  bitflip,
  clock,
  differential,
  disk,
  "full-disk": fullDisk,
  fuzz,
  kill,
  mutants,
  outage,
  projector,
  redis,
  replay,
  truncate,
};

await main(async () => {
  const [name, ...words] = process.argv.slice(2);
  if (name === undefined || !Object.hasOwn(PROOFS, name)) {
    throw new SetupError(`${name === undefined ? "Name a proof" : `There is no proof called ${name}`}: ${usage()}`);
  }
  const proof = PROOFS[name];
  const options = parse(name, { ...proof.options, json: "" }, words);
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
  if (options.json !== "") writeFileSync(resolve(options.json), `${JSON.stringify(report, undefined, 2)}\n`);
  process.stdout.write(`${result.failures === 0 ? "ok" : `${result.failures} FAILED`}: ${result.told} in ${seconds(startMs)}\n`);
  process.exit(result.failures === 0 ? 0 : 1);
});

function usage() {
  const of = ([name, proof]) => [name, ...Object.keys(proof.options).map((option) => `[--${option} ...]`)].join(" ");
  return `npm run torture -- ${Object.entries(PROOFS).map(of).join(" | ")}; each takes [--json file]`;
}

/** `--name value` pairs over the defaults; a value is of its default's type. */
function parse(proof, defaults, words) {
  const options = { ...defaults };
  for (let at = 0; at < words.length; at += 2) {
    const name = words[at].replace(/^--/, "");
    const value = words[at + 1];
    if (!words[at].startsWith("--") || !Object.hasOwn(defaults, name)) {
      throw new SetupError(`${words[at]} is no option of ${proof}: it takes --${Object.keys(defaults).join(", --")}.`);
    }
    if (value === undefined) throw new SetupError(`--${name} needs a value.`);
    options[name] = typeof defaults[name] === "number" ? whole(name, value) : value;
  }
  return options;
}

/** A whole number, also as 1e9. */
function whole(name, value) {
  const number = /^\d+(e\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new SetupError(`--${name} is a whole number such as 250 or 1e9, not ${value}.`);
  return number;
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
