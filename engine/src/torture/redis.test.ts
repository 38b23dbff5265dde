/** The short form of `npm run torture -- redis`. */
import { expect, it } from "vitest";
import { redisRun } from "./redis-run.js";
import { redisServerPath } from "./redis-server.js";

const SECONDS = 30;
const RUN_MS_MAX = 180_000;

if (redisServerPath === undefined) console.warn("redis.test.ts: redis-server is not installed; its proof is not run");

it.skipIf(redisServerPath === undefined)(
  "Redis emptied and killed loses nothing and opens nothing",
  { timeout: RUN_MS_MAX },
  async () => {
    const report = await redisRun({ seconds: SECONDS, seed: 1 });
    expect(report.broken, report.folder).toEqual([]);
    // What was late is printed: no timing decides a test.
    console.log(report.late);
    // The run goes on until there was one of each, however slow the machine is.
    expect(report.flushes).toBeGreaterThan(0);
    expect(report.kills).toBeGreaterThan(0);
    expect(report.fills).toBeGreaterThan(0);
  },
);
