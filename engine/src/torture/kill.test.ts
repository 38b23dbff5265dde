/** The short form of `npm run torture -- kill`: the real process, the real socket, fifty kills. */
import { expect, it } from "vitest";
import { killRun } from "./kill-run.js";

const KILLS = 50;
/** Bounds a run that hangs; the runs themselves are not timed. */
const RUN_MS_MAX = 600_000;
const SEED = Number(process.env.JWARE_TEST_SEED ?? "1");

it(`${KILLS} kills lose, double and alter nothing (JWARE_TEST_SEED=${SEED})`, { timeout: RUN_MS_MAX }, async () => {
  const report = await killRun({ kills: KILLS, seed: SEED });
  expect(report.broken).toEqual([]);
  expect(report.kills).toBe(KILLS);
  expect(report.killsAtPoints).toBeGreaterThan(KILLS / 3);
  expect(report.fills).toBeGreaterThan(KILLS);
});
