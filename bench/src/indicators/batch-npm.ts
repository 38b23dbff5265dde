/** Whole series: ours against `indicatorts`, which makes arrays of them, round by round over the same bars. */
import { type Check, type Figure, figureOf, leftOut, ratiosOf, type SuiteResult } from "../figure.js";
import type { RunOptions } from "../suite.js";
import { difference } from "./batch.js";
import { askInTurn, npmWhole, ours } from "./contestants.js";
import { MAIN } from "./functions.js";
import { writeBars } from "./series.js";

const BAR_COUNT = 1_000_000;
const BAR_COUNT_QUICK = 200_000;
const REPEATS = 2;
const ROUNDS_MAX = 3;
const RELATIVE_MAX = 1e-6;
const LIBRARY = "indicatorts";
/** What it means by a name is something else: then nothing is compared. */
const DIFFERS: Readonly<Record<string, string>> = { atr: "its average true range is a plain average, not Wilder's" };

export async function batchNpm(roundCount: number, { isQuick }: RunOptions): Promise<SuiteResult> {
  const path = writeBars(isQuick ? BAR_COUNT_QUICK : BAR_COUNT);
  const mine = await ours(path);
  const theirs = npmWhole(path);
  const figures: Figure[] = [];
  const checks: Check[] = [];
  try {
    for (const each of MAIN.filter(({ name }) => DIFFERS[name] === undefined)) {
      const question = { mode: "batch", ...each, repeats: REPEATS };
      const { times, worst } = await askInTurn([mine, theirs], question, Math.min(roundCount, ROUNDS_MAX), firstDiffer);
      const label = [each.name, ...each.parameters].join(" ");
      figures.push(
        figureOf(`batch ${label}: ${LIBRARY} / ours`, "ratio", ratiosOf(times[1], times[0]), { better: "higher" }),
        figureOf(`batch ${label}: ${LIBRARY}, per bar`, "ns, two places", times[1]),
      );
      const detail = `last values differ by ${worst.toExponential(1)}`;
      checks.push({ name: `batch ${label} ${LIBRARY}`, passed: worst <= RELATIVE_MAX, detail });
    }
  } finally {
    await mine.stop();
    await theirs.stop();
  }
  const left = Object.entries(DIFFERS).map(([name, reason]) => leftOut(`batch ${name} ${LIBRARY}`, reason));
  return { figures, checks: [...checks, ...left] };
}

/** It may have fewer outputs, in our order. */
const firstDiffer = (one: unknown, other: unknown): number => {
  const last = other as readonly number[];
  return difference((one as readonly number[]).slice(0, last.length), last);
};
