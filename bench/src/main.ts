/** `npm run bench -- --suite <name> [--rounds N] [--json file]`, `--list`. Exit code 1 where a check failed, never for a slow figure. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { BOOK_PARTS } from "./book/book.js";
import { COMMAND_PARTS } from "./command/command.js";
import { DURABILITY_PARTS } from "./durability/durability.js";
import { INDICATOR_PARTS } from "./indicators/indicators.js";
import { fingerprint } from "./machine.js";
import { printResult } from "./print.js";
import { SPINE_PARTS } from "./spine/spine.js";
import { type Parts, runParts } from "./suite.js";

/** Every suite, with its parts. */
const SUITES: Readonly<Record<string, Parts>> = {
  spine: SPINE_PARTS,
  book: BOOK_PARTS,
  command: COMMAND_PARTS,
  indicators: INDICATOR_PARTS,
  durability: DURABILITY_PARTS,
};
const ROUNDS_DEFAULT = 5;

const LIST = Object.entries(SUITES)
  .map(([name, parts]) => `${name}: ${Object.keys(parts).join(", ")}\n`)
  .join("");

const HELP = `Options:
  --suite <name>    ${Object.keys(SUITES).join(", ")} (default spine)
  --part <list>     only these parts of it
  --rounds <count>  interleaved rounds, 5 or more for figures to publish (default ${ROUNDS_DEFAULT})
  --ops <file>      book: this file of operations (with its .meta.json) instead of the generated flow
  --json <file>     also write everything there
  --list            name the suites and their parts
`;

const { values } = parseArgs({
  options: {
    suite: { type: "string", default: "spine" },
    part: { type: "string" },
    rounds: { type: "string", default: String(ROUNDS_DEFAULT) },
    ops: { type: "string" },
    json: { type: "string" },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** Ends with one sentence. */
function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n\n${HELP}`);
  process.exit(1);
}

if (values.help) {
  process.stdout.write(HELP);
} else if (values.list) {
  process.stdout.write(LIST);
} else {
  const parts = SUITES[values.suite] ?? refuse(`There is no suite ${values.suite}.`);
  const rounds = /^[1-9]\d{0,2}$/.test(values.rounds) ? Number(values.rounds) : refuse("--rounds is a number from 1 to 999.");
  const names = values.part?.split(",") ?? Object.keys(parts);
  const unknown = names.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined) refuse(`There is no part ${unknown} in ${values.suite}.`);
  const machine = fingerprint();
  const result = await runParts(parts, names, rounds, { ops: values.ops });
  printResult(values.suite, machine, result);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ suite: values.suite, rounds, machine, ...result }, null, 2)}\n`);
  }
  process.exit(result.checks.every((check) => check.passed) ? 0 : 1);
}
