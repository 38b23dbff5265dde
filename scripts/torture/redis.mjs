// Redis is emptied and killed under an independent client: engine/src/torture/redis-run.ts.
import { engineProof } from "./engine-proof.mjs";
import { bound, verdict } from "./proof.mjs";

export const options = { seconds: 600, seed: 1 };

export async function run({ seconds, seed }) {
  const { redisRun } = await engineProof("torture/redis-run.ts");
  const report = await redisRun({ seconds, seed });
  const { flushes, kills, orders, fills, signInMsMax } = report;
  const told = `${flushes} flushes and ${kills} kills of Redis, ${orders} orders, ${fills} fills; a new sign-in after ${signInMsMax} ms at most`;
  return { ...report, ...verdict(report.broken, report.late, report.folder), told, bound: bound(flushes + kills) };
}
