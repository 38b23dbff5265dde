// PostgreSQL away for some seconds at 2,000 orders a second through the real socket.
import { engineProof } from "./engine-proof.mjs";
import { bound, verdict } from "./proof.mjs";

export const options = { seconds: 10 };

export async function run({ seconds }) {
  const { outage } = await engineProof("test/outage-torture.ts");
  const result = await outage(seconds);
  const growth = Math.round(result.rssMaxMib - result.rssBeforeMib);
  const told =
    `${result.ordersDuringOutage} orders in ${seconds} s without the database, ${result.lagCommandsMax} commands behind, ` +
    `caught up ${result.caughtUpAfterS.toFixed(1)} s after its return, ${growth} MiB grown`;
  return { ...result, ...verdict(result.failures, result.late), told, bound: { orders: bound(result.orders) } };
}
