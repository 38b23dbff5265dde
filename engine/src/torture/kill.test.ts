/** The short form of `npm run torture -- kill`: the real process, the real socket, fifty kills. */
import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { killRun } from "./kill-run.js";

const KILLS = 50;
/** Bounds a run that hangs; the runs themselves are not timed. */
const RUN_MS_MAX = 900_000;
const CANARY_KILLS = 3;
const SEED = Number(process.env.JWARE_TEST_SEED ?? "1");

it(`${KILLS} kills lose, double and alter nothing (JWARE_TEST_SEED=${SEED})`, { timeout: RUN_MS_MAX }, async () => {
  const report = await killRun({ kills: KILLS, seed: SEED });
  expect(report.broken, report.folder).toEqual([]);
  expect(report.kills).toBe(KILLS);
  expect(report.killsAtPoints).toBeGreaterThan(KILLS / 3);
  expect(report.fills).toBeGreaterThan(KILLS);
});

it("sees what is lost where acknowledgements do not wait for the journal", { timeout: RUN_MS_MAX }, async () => {
  const only = ["journal.write.before"];
  const { broken, folder } = await killRun({ kills: CANARY_KILLS, seed: SEED, ack: "memory", only, stopShare: 1 });
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  expect(broken.join("\n")).toMatch(/the account is at event \d+, but \d+ was told/);
});
