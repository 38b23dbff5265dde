// Redis is emptied and killed under an independent client: engine/src/torture/redis-run.ts.
import { bound } from "./proof.mjs";
import { compiled } from "./compiled.mjs";

export const options = { seconds: 600, seed: 1 };

export async function run({ seconds, seed }) {
  const { redisRun } = await compiled("redis-run.js");
  const report = await redisRun({ seconds, seed });
  for (const sentence of report.broken) process.stdout.write(`  ${sentence}\n`);
  const { flushes, kills, orders, fills, signInMsMax } = report;
  const told = `${flushes} flushes and ${kills} kills of Redis, ${orders} orders, ${fills} fills; a new sign-in after ${signInMsMax} ms at most`;
  return { ...report, failures: report.broken.length, told, bound: bound(flushes + kills) };
}
