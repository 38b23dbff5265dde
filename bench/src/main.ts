/** `npm run bench -- --suite <name> [--rounds N] [--json file]`, `--list`. Exit code 1 where a check failed, never for a slow figure. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { fingerprint } from "./machine.js";
import { printResult } from "./print.js";
import { SPINE_PARTS, spine } from "./spine/spine.js";

const SUITES = { spine } as const;
const ROUNDS_DEFAULT = 5;

const HELP = `Options:
  --suite <name>    ${Object.keys(SUITES).join(", ")} (default spine)
  --part <list>     only these parts: ${SPINE_PARTS.join(", ")}
  --rounds <count>  interleaved rounds, 5 or more for figures to publish (default ${ROUNDS_DEFAULT})
  --json <file>     also write everything there
  --list            name the suites and their parts
`;

const { values } = parseArgs({
  options: {
    suite: { type: "string", default: "spine" },
    part: { type: "string" },
    rounds: { type: "string", default: String(ROUNDS_DEFAULT) },
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
  process.stdout.write(`spine: ${SPINE_PARTS.join(", ")}\n`);
} else {
  const suite = values.suite === "spine" ? SUITES.spine : refuse(`There is no suite ${values.suite}.`);
  const rounds = /^[1-9]\d{0,2}$/.test(values.rounds) ? Number(values.rounds) : refuse("--rounds is a number from 1 to 999.");
  const parts = values.part?.split(",") ?? SPINE_PARTS;
  const unknown = parts.find((part) => !SPINE_PARTS.some((known) => known === part));
  if (unknown !== undefined) refuse(`There is no part ${unknown}.`);
  const machine = fingerprint();
  const result = await suite({ rounds, parts: SPINE_PARTS.filter((part) => parts.includes(part)) });
  printResult(values.suite, machine, result);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ suite: values.suite, rounds, machine, ...result }, null, 2)}\n`);
  }
  process.exit(result.checks.every((check) => check.passed) ? 0 : 1);
}
