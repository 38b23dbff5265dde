// The real process is killed under an independent client, whose log is the judge: engine/src/torture/kill-run.ts.
import { engineProof } from "./engine-proof.mjs";
import { bound, verdict } from "./proof.mjs";

/** Below this a run is too short for every point to come by. */
const KILLS_FOR_ALL_POINTS = 150;

/**
 * `seconds` ends the killing earlier; 0 does not. `only` names points, with commas between them; at `held` percent of the passings
 * the thread is held there and the process killed later. With `ack` memory it has to fail: acknowledgements do not wait.
 */
export const options = { kills: 50, seed: 1, seconds: 0, only: "", held: 25, ack: "durable" };

export async function run({ kills, seed, seconds, only, held, ack }) {
  const { killRun } = await engineProof("torture/kill-run.ts");
  const names = only.split(",").filter((name) => name !== "");
  const progress = (line) => process.stdout.write(`  ${line}\n`);
  const report = await killRun({
    ...{ kills, seed, progress, ack, stopShare: held / 100 },
    ...(seconds === 0 ? {} : { secondsMax: seconds }),
    ...(names.length === 0 ? {} : { only: names }),
  });
  const missed = report.kills >= KILLS_FOR_ALL_POINTS ? report.pointsNeverReached : [];
  const { p50, p99 } = report.recoveryMs;
  const told = `${report.kills} kills (${report.killsAtPoints} at ${Object.keys(report.points).length} points), ${report.orders} orders, ${report.fills} fills; ready again after ${p50} ms (p50), ${p99} ms (p99)`;
  const unreached = missed.map((name) => `the point ${name} was never reached`);
  return { ...report, ...verdict([...report.broken, ...unreached], [], report.folder), told, bound: bound(report.kills) };
}
