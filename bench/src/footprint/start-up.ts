/** How long `npm start` takes on a data folder that has been used before: from the process to the line that says it is ready. */
import { EngineUnderTest } from "../engine-under-test.js";
import { removeFolder, scratchFolder } from "../scratch.js";
import { figureOf, type SuiteResult } from "../figure.js";

const READY_MS_GOAL = 3_000;
const SIM_RATE = 60;
/** Trading before the stop, so that there is something to replay. */
const RUN_MS = 3_000;

export async function warmStart(rounds: number): Promise<SuiteResult> {
  const dataDir = scratchFolder("start");
  const start = (viaStart: boolean) => EngineUnderTest.start({ ack: "durable", simRate: SIM_RATE, dataDir, viaStart });
  try {
    const exitCodes: number[] = [];
    const cold = await start(false);
    await new Promise((resolve) => setTimeout(resolve, RUN_MS));
    exitCodes.push(await cold.stop());
    // Not measured: it would build what has changed since the last set-up.
    exitCodes.push(await (await start(true)).stop());
    const warm: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const engine = await start(true);
      warm.push(engine.readyMs);
      exitCodes.push(await engine.stop());
    }
    return {
      figures: [
        figureOf("engine on an empty folder, to ready", "ms", [cold.readyMs]),
        figureOf("npm start on a used folder, to ready", "ms", warm, READY_MS_GOAL),
      ],
      checks: [{ name: "each start ended cleanly", passed: exitCodes.every((code) => code === 0), detail: exitCodes.join(" ") }],
    };
  } finally {
    removeFolder(dataDir);
  }
}
