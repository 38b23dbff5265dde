// Projectors killed, their server stopped as in a crash, two of them at once, at random times while a journal grows.
import { runEngine } from "./engine-proof.mjs";
import { bound } from "./proof.mjs";

export const options = { kills: 20, seed: 1 };

export async function run({ kills, seed }) {
  const result = await runEngine("projector/test/projector-torture.ts", "tortureProjector", { kills, seed });
  for (const failure of result.failures) process.stdout.write(`${failure}\n`);
  const { projectorKills, serverKills, races, rewinds, commands, rows } = result;
  const told =
    `${projectorKills} projectors killed, ${serverKills} servers stopped (${rewinds} took commits back), ` +
    `${races} races; ${rows} rows of ${commands} commands once each`;
  return { seed, ...result, faults: result.failures, failures: result.failures.length, told, bound: { kills: bound(kills) } };
}
