// The wall clock jumps by up to an hour under an independent client: engine/src/torture/clock-run.ts. Linux, with a C compiler.
import { engineProof } from "./engine-proof.mjs";
import { bound, verdict } from "./proof.mjs";

export const options = { jumps: 100, seed: 1 };

export async function run({ jumps, seed }) {
  const { clockRun } = await engineProof("torture/clock-run.ts");
  const report = await clockRun({ jumps, seed });
  const told = `${report.jumps.length} jumps, ${report.expiries} orders that ended at their time, ${report.orders} orders in all`;
  return { ...report, ...verdict(report.broken, report.late, report.folder), told, bound: bound(report.jumps.length) };
}
