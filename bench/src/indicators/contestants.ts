/** The programs that are asked in turn: ours, TA-Lib C and the packages of npm, each in its own process over the same bars. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Child } from "../child.js";
import { nativeProgram } from "../native-program.js";
import { ROOT } from "../root.js";

export interface Answer {
  readonly nsPerBar: number;
  readonly last: unknown;
  readonly values?: readonly (readonly number[])[];
}

/** What two contestants gave to one question. */
export interface InTurn {
  /** Nanoseconds of a bar by round, of the one and the other. */
  readonly times: readonly [number[], number[]];
  /** By how much their last values differed at most. */
  readonly worst: number;
}

/** Asks both, one after the other in each round; `differenceOf` compares their last values. */
export async function askInTurn(
  [one, other]: readonly [Contestant, Contestant],
  question: object,
  roundCount: number,
  differenceOf: (one: unknown, other: unknown) => number,
): Promise<InTurn> {
  const times: [number[], number[]] = [[], []];
  let worst = 0;
  for (let round = 0; round < roundCount; round++) {
    const [first, second] = [await one.ask(question), await other.ask(question)];
    times[0].push(first.nsPerBar);
    times[1].push(second.nsPerBar);
    worst = Math.max(worst, differenceOf(first.last, second.last));
  }
  return { times, worst };
}

const TALIB_VERSION = "0.8.2";
const VENV = "bench/results/talib";

/** Why TA-Lib C is not measured, with what to do about it. */
export const TALIB_ABSENT =
  `TA-Lib C is not here. To measure against it: python3 -m venv ${VENV} && ` + `${VENV}/bin/pip install TA-Lib==${TALIB_VERSION}`;

export class Contestant {
  readonly #child: Child;

  constructor(program: string, args: readonly string[]) {
    this.#child = new Child(program, args, { isAsked: true });
  }

  async ask(question: object): Promise<Answer> {
    return JSON.parse(await this.#child.ask(JSON.stringify(question))) as Answer;
  }

  /** The line that some print before they are asked. */
  async greeting(): Promise<string> {
    const [line] = await this.#child.line(/.*/);
    return line;
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }
}

/** Ours. */
export async function ours(barsPath: string): Promise<Contestant> {
  return new Contestant(nativeProgram("indicator-rates"), [barsPath]);
}

/** TA-Lib C from its Python wheel, and its version; absent where no Python here has it. */
export async function talib(barsPath: string): Promise<{ contestant: Contestant; version: string } | undefined> {
  const pythons = [join(ROOT, VENV, "bin/python3"), "python3"];
  const python = pythons.find((program) => spawnSync(program, ["-c", "import talib"], { stdio: "ignore" }).status === 0);
  if (python === undefined) return undefined;
  const contestant = new Contestant(python, [join(ROOT, "bench/src/indicators/talib_rates.py"), barsPath]);
  const { version } = JSON.parse(await contestant.greeting()) as { version: string };
  return { contestant, version };
}

export const npmWhole = (barsPath: string): Contestant =>
  new Contestant(process.execPath, [fileURLToPath(new URL("./npm-whole.js", import.meta.url)), barsPath]);

export const npmStreams = (barsPath: string): Contestant =>
  new Contestant(process.execPath, [fileURLToPath(new URL("./npm-streams.js", import.meta.url)), barsPath]);
