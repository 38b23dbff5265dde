/** The command line, as a value. Pure: whatever is wrong is an OptionError with one sentence. */
import { parseArgs } from "node:util";
import { ROUNDS_MIN } from "./bootstrap.js";
import { OptionError } from "./option-error.js";

const ROUNDS = 5;
const ROUNDS_QUICK = 2;

export interface RunCommand {
  readonly kind: "run";
  readonly suites: readonly string[];
  /** Parts of the one suite that was named; absent = all. */
  readonly parts: readonly string[] | undefined;
  readonly rounds: number;
  readonly isQuick: boolean;
  readonly isProfiled: boolean;
  readonly ops: string | undefined;
  readonly json: string | undefined;
  readonly html: string | undefined;
  readonly writesReadme: boolean;
  readonly isAgainstBaseline: boolean;
}

export type BenchCommand =
  | { readonly kind: "help" }
  | { readonly kind: "list" }
  | { readonly kind: "compare"; readonly before: string; readonly after: string }
  | { readonly kind: "baseline"; readonly from: string }
  | { readonly kind: "report"; readonly from: string; readonly html: string | undefined; readonly writesReadme: boolean }
  | RunCommand;

export const HELP = `npm run bench -- [options]                          measures
npm run bench -- compare <a.json> <b.json>          tells change from noise; exit code 1 where something got worse or is gone
npm run bench -- baseline <a.json>                  makes its ratios those that \`npm run check -- --bench\` compares with
npm run bench -- report <a.json> [--html <file>] [--write-readme]    page and table of an earlier run

  --suite <list>    only these suites, with commas between them
  --part <list>     only these parts of the one suite that is named
  --rounds <count>  interleaved rounds (default ${ROUNDS}, with --quick ${ROUNDS_QUICK})
  --quick           a look: fewer rounds, samples and settings
  --json <file>     keeps everything there
  --html <file>     makes a page of it
  --write-readme    writes the table of the README; of a whole run of three rounds or more in which everything was right
  --against-baseline  exit code 1 where a ratio is worse than the committed one (bench/baseline.json); of three rounds or more
  --profile         leaves flame graphs of the engines in bench/results/profile, where \`perf\` is installed; with --suite
  --ops <file>      --suite book: this file of operations (with its .meta.json) instead of the generated flow
  --list            names the suites and their parts
`;

/** Reads the arguments, given every suite's parts. */
export function readOptions(args: readonly string[], suites: Readonly<Record<string, readonly string[]>>): BenchCommand {
  const { values, positionals } = parsed(args);
  if (values.help === true) return { kind: "help" };
  if (values.list === true) return { kind: "list" };
  const [word, ...files] = positionals;
  if (word !== undefined) return wordCommand(word, files, values.html, values["write-readme"] === true);
  const chosen = listOf("--suite", values.suite) ?? Object.keys(suites);
  for (const name of chosen) {
    if (!Object.hasOwn(suites, name))
      throw new OptionError(`There is no suite ${name}; there are ${Object.keys(suites).join(", ")}.`);
  }
  const isQuick = values.quick === true;
  const parts = partsOf(listOf("--part", values.part), chosen, suites);
  const rounds = values.rounds === undefined ? (isQuick ? ROUNDS_QUICK : ROUNDS) : roundsOf(values.rounds);
  const isWhole = parts === undefined && chosen.length === Object.keys(suites).length;
  refuseUnfit(values, { rounds, isQuick, isWhole, isBookAlone: chosen.every((name) => name === "book") });
  return {
    kind: "run",
    suites: Object.keys(suites).filter((name) => chosen.includes(name)),
    parts,
    rounds,
    isQuick,
    isProfiled: values.profile === true,
    ops: values.ops,
    json: values.json,
    html: values.html,
    writesReadme: values["write-readme"] === true,
    isAgainstBaseline: values["against-baseline"] === true,
  };
}

type Values = ReturnType<typeof parsed>["values"];

interface Asked {
  readonly rounds: number;
  readonly isQuick: boolean;
  /** Whether every part of every suite is asked for. */
  readonly isWhole: boolean;
  readonly isBookAlone: boolean;
}

/** Throws where options do not go together: figures of it would be taken for what they are not. */
function refuseUnfit(values: Values, { rounds, isQuick, isWhole, isBookAlone }: Asked): void {
  for (const option of ["against-baseline", "write-readme"] as const)
    if (values[option] === true && rounds < ROUNDS_MIN)
      throw new OptionError(`--${option} needs --rounds ${ROUNDS_MIN} or more: with ${rounds} nothing can be told.`);
  if (values["write-readme"] === true && (isQuick || !isWhole))
    throw new OptionError("--write-readme needs a whole run: without --quick, --suite and --part.");
  if (values.ops !== undefined && !isBookAlone)
    throw new OptionError("--ops needs --suite book: no other suite takes operations.");
  if (values.profile === true && (isWhole || values["against-baseline"] === true))
    throw new OptionError("--profile needs --suite, and nothing to compare with: the profiler is in every figure.");
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        suite: { type: "string" },
        part: { type: "string" },
        rounds: { type: "string" },
        quick: { type: "boolean" },
        json: { type: "string" },
        html: { type: "string" },
        "write-readme": { type: "boolean" },
        "against-baseline": { type: "boolean" },
        profile: { type: "boolean" },
        ops: { type: "string" },
        list: { type: "boolean" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    const unknown = /^Unknown option '([^']*)'/.exec(String((error as Error).message))?.[1];
    if (unknown !== undefined) throw new OptionError(`There is no option ${unknown}; --help lists them.`);
    throw new OptionError(`${String((error as Error).message).split("\n")[0]}; --help tells how.`);
  }
}

function wordCommand(word: string, files: readonly string[], html: string | undefined, writesReadme: boolean): BenchCommand {
  const [first, second, third] = files;
  if (word === "compare") {
    if (first === undefined || second === undefined || third !== undefined)
      throw new OptionError("compare takes two files that --json wrote: the older and the newer.");
    return { kind: "compare", before: first, after: second };
  }
  if (word === "baseline") {
    if (first === undefined || second !== undefined) throw new OptionError("baseline takes one file that --json wrote.");
    return { kind: "baseline", from: first };
  }
  if (word === "report") {
    if (first === undefined || second !== undefined || (html === undefined && !writesReadme))
      throw new OptionError("report takes one file that --json wrote, and --html <file> or --write-readme.");
    return { kind: "report", from: first, html, writesReadme };
  }
  throw new OptionError(`There is no command ${word}; there are compare, baseline and report, and none to measure.`);
}

function listOf(option: string, text: string | undefined): readonly string[] | undefined {
  const items = text?.split(",").map((item) => item.trim());
  if (items?.includes("") === true) throw new OptionError(`${option} is names with commas between them, not "${text}".`);
  return items;
}

function partsOf(
  parts: readonly string[] | undefined,
  chosen: readonly string[],
  suites: Readonly<Record<string, readonly string[]>>,
): readonly string[] | undefined {
  if (parts === undefined) return undefined;
  const [suite, other] = chosen;
  if (suite === undefined || other !== undefined)
    throw new OptionError("--part needs --suite with the one suite that they are of.");
  const known = suites[suite] ?? [];
  const unknown = parts.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new OptionError(`There is no part ${unknown} in ${suite}; there are ${known.join(", ")}.`);
  return parts;
}

function roundsOf(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new OptionError(`--rounds is a number from 1 to 999, not "${text}".`);
  return Number(text);
}
