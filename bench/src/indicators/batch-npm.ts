/** Whole series: ours against `indicatorts`, which makes arrays of them, round by round over the same bars. */
import { type Check, type Figure, figureOf, ratiosOf, type SuiteResult } from "../figure.js";
import type { RunOptions } from "../suite.js";
import { difference } from "./batch.js";
import { npmWhole, ours } from "./contestants.js";
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
      const times: [number[], number[]] = [[], []];
      let worst = 0;
      for (let round = 0; round < Math.min(roundCount, ROUNDS_MAX); round++) {
        const question = { mode: "batch", ...each, repeats: REPEATS };
        const [one, other] = [await mine.ask(question), await theirs.ask(question)];
        times[0].push(one.nsPerBar);
        times[1].push(other.nsPerBar);
        const last = other.last as number[];
        worst = Math.max(worst, difference((one.last as number[]).slice(0, last.length), last));
      }
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
  const left = Object.entries(DIFFERS).map(([name, reason]) => ({
    name: `batch ${name} ${LIBRARY}`,
    passed: true,
    detail: `left out: ${reason}`,
  }));
  return { figures, checks: [...checks, ...left] };
}
