// The wall clock jumps by up to an hour under an independent client: engine/src/torture/clock-run.ts. Linux, with a C compiler.
import { bound } from "./proof.mjs";
import { compiled } from "./compiled.mjs";

export const options = { jumps: 100, seed: 1 };

export async function run({ jumps, seed }) {
  const { clockRun } = await compiled("clock-run.js");
  const report = await clockRun({ jumps, seed });
  for (const sentence of report.broken) process.stdout.write(`  ${sentence}\n`);
  const told = `${report.jumps.length} jumps, ${report.expiries} orders that ended at their time, ${report.orders} orders in all`;
  return { ...report, failures: report.broken.length, told, bound: bound(report.jumps.length) };
}
