/**
 * What a full command costs by its kind, in nanoseconds and, where valgrind is installed, in instructions: those do not know of a busy machine.
 * What each kind is: bench/native/src/kinds.rs.
 */
import { spawnSync } from "node:child_process";
import { Child } from "../child.js";
import { barsOf, type Check, EXACT_SHARE, exactFigureOf, type Figure, figureOf, leftOut, type SuiteResult } from "../figure.js";
import { nativeProgram } from "../native-program.js";
import type { RunOptions } from "../suite.js";

const KINDS = ["new", "replace", "cancel", "cross 1 level", "cross 10 levels", "cross 100 levels", "refused", "bracket"] as const;
type Kind = (typeof KINDS)[number];

const PROGRAM = nativeProgram("bench-command");
const ACCOUNTS = 1_000;
const RESTING = 10_000;
const REPEATS = 2_000;
/** A program is fifty times slower while its instructions are counted, and they are the same each time: they are counted once. */
const REPEATS_COUNTED = 40;
/** The kind that is counted again, to see that they are. */
const AGAIN: Kind = "new";
const VALGRIND_ABSENT = "they are counted by valgrind, which is not here (on Debian: apt-get install -y valgrind)";

interface Told {
  readonly resting: number;
  readonly kinds: Readonly<Record<Kind, { readonly ns: number; readonly count: number; readonly reports: number }>>;
}

export async function kinds(roundCount: number, { isQuick }: RunOptions): Promise<SuiteResult> {
  const rounds: Told[] = [];
  for (let round = 0; round < roundCount; round++)
    rounds.push(JSON.parse(await new Child(PROGRAM, argumentsOf(REPEATS)).output()) as Told);
  const [first] = rounds;
  if (first === undefined) throw new Error("there is a round");
  const ns = (kind: Kind) => rounds.map(({ kinds }) => kinds[kind].ns);
  const instructions = isQuick ? undefined : await countInstructions();
  const reports = ({ kinds, resting }: Told) => JSON.stringify([resting, ...KINDS.map((kind) => kinds[kind].reports)]);
  const checks: Check[] = [
    {
      name: "command kinds: every command answered as its kind is, each round alike",
      passed: rounds.every((round) => reports(round) === reports(first)),
      detail: KINDS.map((kind) => `${kind}: ${first.kinds[kind].reports} reports of ${first.kinds[kind].count}`).join(", "),
    },
  ];
  if (instructions !== undefined) checks.push(againCheck(instructions.of.get(AGAIN) ?? Number.NaN, instructions.again));
  else if (!isQuick) checks.push(leftOut("instructions", VALGRIND_ABSENT));
  return {
    figures: KINDS.flatMap((kind): readonly Figure[] => {
      const counted = instructions?.of.get(kind);
      return [
        figureOf(`command, ${kind}`, "ns", ns(kind), undefined, { n: REPEATS }),
        ...(counted === undefined
          ? []
          : [exactFigureOf(`command, ${kind}: instructions`, "count", counted, "lower", { n: REPEATS_COUNTED })]),
      ];
    }),
    checks,
    charts: [
      barsOf(
        "A full command, by kind",
        "ns",
        KINDS.map((kind) => [kind, ns(kind)] as const),
      ),
    ],
  };
}

const argumentsOf = (repeats: number): readonly string[] => ["kinds", ...[ACCOUNTS, RESTING, repeats].map(String)];

interface Instructions {
  /** Of one command of each kind. */
  readonly of: ReadonlyMap<Kind, number>;
  readonly again: number;
}

/** Undefined where nothing can count them. */
async function countInstructions(): Promise<Instructions | undefined> {
  if (spawnSync("valgrind", ["--version"], { stdio: "ignore" }).status !== 0) return undefined;
  process.stderr.write("  instructions\n");
  // At once: others on a processor do not change what is counted.
  const [again, ...counted] = await Promise.all([AGAIN, ...KINDS].map(instructionsOf));
  if (again === undefined) throw new Error("each is counted");
  return { of: new Map(KINDS.map((kind, index) => [kind, counted[index] ?? Number.NaN])), again };
}

/** Whether they do not vary, which is what one count is taken for enough by. */
export function againCheck(first: number, again: number): Check {
  const detail = `${AGAIN}: ${first.toFixed(1)}, then ${again.toFixed(1)}`;
  return {
    name: "instructions are the same where they are counted again",
    passed: Math.abs(again - first) < first * EXACT_SHARE,
    detail,
  };
}

async function instructionsOf(kind: Kind): Promise<number> {
  const child = new Child("valgrind", [
    ...["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no", "--toggle-collect=*kinds::counted*"],
    ...[PROGRAM, ...argumentsOf(REPEATS_COUNTED), kind],
  ]);
  await child.output();
  return collectedIn(child.errors) / REPEATS_COUNTED;
}

/** What callgrind says that it counted. Throws where it counted nothing: the function was not found. */
export function collectedIn(text: string): number {
  const count = Number(/Collected : (\d+)/.exec(text)?.[1] ?? 0);
  if (count === 0) throw new Error("callgrind counted no instruction");
  return count;
}
