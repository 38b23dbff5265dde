/**
 * Full commands beside the bare book, on the same order flow in the same process and round: one setting is changed at a time, so
 * that what instruments, accounts and resting orders cost can be seen. What a full command is: bench/native/src/command.rs.
 */
import { Child } from "../child.js";
import { barsOf, type Check, type Figure, figureOf, type SuiteResult } from "../figure.js";
import { nativeProgram } from "../native-program.js";
import type { Parts, RunOptions } from "../suite.js";
import { kinds } from "./kinds.js";

interface Setting {
  readonly instruments: number;
  readonly accounts: number;
  readonly resting: number;
  readonly commands: number;
}

const BASE: Setting = { instruments: 1, accounts: 10_000, resting: 10_000, commands: 300_000 };

/** An account has at most 1,000 live orders, so ten accounts rest a thousand. */
const SETTINGS: readonly Setting[] = [
  BASE,
  { ...BASE, instruments: 100 },
  { ...BASE, instruments: 10_000 },
  { ...BASE, accounts: 10, resting: 1_000 },
  { ...BASE, accounts: 1_000_000 },
  { ...BASE, resting: 1_000 },
  { ...BASE, resting: 100_000 },
  { ...BASE, resting: 1_000_000 },
];

/** A full command at a tenth of the bare book's rate. */
const GOAL = 10;
/** The large settings take seconds to set up; they are measured less often. */
const ROUNDS_MAX = 3;
/** Accounts or orders of which the set-up alone takes longer than the measuring. */
const LARGE = 100_000;

interface Round {
  readonly bareNs: number;
  readonly fullNs: number;
  readonly resting: number;
  readonly reports: number;
  readonly refused: number;
}

export const COMMAND_PARTS: Parts = { command, kinds };

async function command(rounds: number, { isQuick }: RunOptions): Promise<SuiteResult> {
  const figures: Figure[] = [];
  const checks: Check[] = [];
  for (const setting of isQuick ? [BASE] : SETTINGS) {
    const measured: Round[] = [];
    for (let round = 0; round < roundsOf(setting, rounds); round++) measured.push(await measure(setting));
    const label = `${setting.instruments} instruments, ${setting.accounts} accounts, ${setting.resting} resting`;
    const ratios = measured.map(({ bareNs, fullNs }) => fullNs / bareNs);
    const samples = { n: setting.commands, warmUp: setting.resting };
    const goal = setting === BASE ? GOAL : ({ better: "lower" } as const);
    figures.push(figureOf(`command, ${label}: full / bare`, "ratio", ratios, goal, samples));
    figures.push(
      figureOf(
        `command, ${label}: full`,
        "ns",
        measured.map(({ fullNs }) => fullNs),
        undefined,
        samples,
      ),
    );
    const [first] = measured;
    if (first === undefined) continue;
    // The program ends with an error where a command is not answered; that it did the same each time is left to see.
    const isSame = measured.every(({ resting, reports }) => resting === first.resting && reports === first.reports);
    const detail = `${first.reports} reports, ${first.refused} refused, ${first.resting} resting`;
    checks.push({ name: `command, ${label}: every command answered, each round alike`, passed: isSame, detail });
  }
  const bars = figures
    .filter(({ unit }) => unit === "ns")
    .map(({ name, rounds: each }) => [name.replace(/^command, |: full$/g, ""), each] as const);
  return { figures, checks, charts: [barsOf("A full command, by setting", "ns", bars)] };
}

/** The large ones once: what they show is a factor, not a percent. */
function roundsOf({ accounts, resting }: Setting, rounds: number): number {
  return Math.max(accounts, resting) > LARGE ? 1 : Math.min(rounds, ROUNDS_MAX);
}

async function measure({ instruments, accounts, resting, commands }: Setting): Promise<Round> {
  const args = [instruments, accounts, resting, commands].map(String);
  return JSON.parse(await new Child(nativeProgram("bench-command"), args).output()) as Round;
}
