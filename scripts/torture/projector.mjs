// Projectors killed, their server stopped as in a crash, two of them at once, at random times while a journal grows.
import { engineProof } from "./engine-proof.mjs";
import { bound, verdict } from "./proof.mjs";

export const options = { kills: 20, seed: 1 };

export async function run({ kills, seed }) {
  const { tortureProjector } = await engineProof("projector/test/projector-torture.ts");
  const result = await tortureProjector({ kills, seed }, (done) => process.stdout.write(`  ${done} done\n`));
  const { projectorKills, serverKills, races, rewinds, commands, rows } = result;
  const told =
    `${projectorKills} projectors killed, ${serverKills} servers stopped (${rewinds} took commits back), ` +
    `${races} races; ${rows} rows of ${commands} commands once each`;
  return { seed, ...result, ...verdict(result.failures), told, bound: { kills: bound(kills) } };
}
