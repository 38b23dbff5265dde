/** Whether ours and TA-Lib C say the same: every function that both have, the last two thousand bars of twenty thousand. */
import { type Check, leftOut, type SuiteResult } from "../figure.js";
import { difference } from "./batch.js";
import { ours, TALIB_ABSENT, talib } from "./contestants.js";
import { MAIN, OTHERS } from "./functions.js";
import { writeBars } from "./series.js";

const BAR_COUNT = 20_000;
const RELATIVE_MAX = 1e-8;

export async function parity(): Promise<SuiteResult> {
  const path = writeBars(BAR_COUNT);
  const theirs = await talib(path);
  if (theirs === undefined) return { figures: [], checks: [leftOut("parity", TALIB_ABSENT)] };
  const mine = await ours(path);
  const checks: Check[] = [];
  let count = 0;
  try {
    for (const each of [...MAIN, ...OTHERS]) {
      const question = { mode: "values", ...each, repeats: 1 };
      const [one, other] = [(await mine.ask(question)).values ?? [], (await theirs.contestant.ask(question)).values ?? []];
      const off = Math.max(...one.map((column, place) => difference(column, other[place] ?? [])));
      count += one.reduce((sum, column) => sum + column.length, 0);
      if (off > RELATIVE_MAX) {
        const detail = `differs by ${off.toExponential(1)}`;
        checks.push({ name: `parity ${[each.name, ...each.parameters].join(" ")}`, passed: false, detail });
      }
    }
  } finally {
    await mine.stop();
    await theirs.contestant.stop();
  }
  const all = MAIN.length + OTHERS.length;
  const detail = `${count} values of ${all - checks.length} of ${all} functions agree with TA-Lib C ${theirs.version.split(" ")[0]}`;
  return { figures: [], checks: [...checks, { name: "parity", passed: checks.length === 0, detail }] };
}
