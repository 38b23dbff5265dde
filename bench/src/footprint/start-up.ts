/**
 * How long a start takes, from the process to the line that says it is ready: on an empty folder, where a database is made and users'
 * passwords are hashed; and `npm start` on a folder that has been used before.
 */
import { EngineUnderTest } from "../engine-under-test.js";
import { figureOf, type SuiteResult } from "../figure.js";
import { removeFolder, scratchFolder } from "../scratch.js";
import type { RunOptions } from "../suite.js";

const READY_MS_GOAL = 3_000;
const SIM_RATE = 60;
/** Trading before the stop, so that there is something to replay. */
const RUN_MS = 2_000;
const ROUNDS_MAX = 3;

export async function startUp(rounds: number, { isQuick }: RunOptions): Promise<SuiteResult> {
  const exitCodes: number[] = [];
  const cold: number[] = [];
  const usedDir = scratchFolder("start");
  const start = (dataDir: string, viaStart: boolean) =>
    EngineUnderTest.start({ ack: "durable", simRate: SIM_RATE, dataDir, viaStart });
  try {
    for (let round = 0; round < (isQuick ? 1 : Math.min(rounds, ROUNDS_MAX)); round++) {
      const dataDir = round === 0 ? usedDir : scratchFolder("start-cold");
      const engine = await start(dataDir, false);
      cold.push(engine.readyMs);
      if (round === 0) await new Promise((resolve) => setTimeout(resolve, RUN_MS));
      exitCodes.push(await engine.stop());
      if (round > 0) removeFolder(dataDir);
    }
    // Not measured: it would build what has changed since the last set-up.
    exitCodes.push(await (await start(usedDir, true)).stop());
    const warm: number[] = [];
    for (let round = 0; round < (isQuick ? 1 : Math.min(rounds, ROUNDS_MAX)); round++) {
      const engine = await start(usedDir, true);
      warm.push(engine.readyMs);
      exitCodes.push(await engine.stop());
    }
    return {
      figures: [
        figureOf("engine on an empty folder, to ready", "ms", cold, undefined, { n: 1 }),
        figureOf("npm start on a used folder, to ready", "ms", warm, READY_MS_GOAL, { n: 1, warmUp: 1 }),
      ],
      checks: [{ name: "each start ended cleanly", passed: exitCodes.every((code) => code === 0), detail: exitCodes.join(" ") }],
    };
  } finally {
    removeFolder(usedDir);
  }
}
