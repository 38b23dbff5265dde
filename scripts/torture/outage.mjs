// PostgreSQL away for some seconds at 2,000 orders a second through the real socket.
import { runEngine } from "./engine-proof.mjs";
import { bound } from "./proof.mjs";

export const options = { seconds: 10 };

export async function run({ seconds }) {
  const result = await runEngine("test/outage-torture.ts", "outage", seconds);
  const failures = [...result.failures, ...result.late];
  for (const failure of failures) process.stdout.write(`${failure}\n`);
  const growth = Math.round(result.rssMaxMib - result.rssBeforeMib);
  const told =
    `${result.ordersDuringOutage} orders in ${seconds} s without the database, ${result.lagCommandsMax} commands behind, ` +
    `caught up ${result.caughtUpAfterS.toFixed(1)} s after its return, ${growth} MiB grown`;
  return { ...result, faults: failures, failures: failures.length, told, bound: { orders: bound(result.orders) } };
}
