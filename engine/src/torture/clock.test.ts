/** The short form of `npm run torture -- clock`: a preloaded clock, which only Linux takes. */
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { clockRun } from "./clock-run.js";

const JUMPS = 3;
const RUN_MS_MAX = 180_000;

const isPossible = process.platform === "linux" && spawnSync("cc", ["--version"]).status === 0;
if (!isPossible) console.warn("clock.test.ts: needs Linux and a C compiler; its proof is not run");

it.skipIf(!isPossible)(
  "a wall clock that jumps by an hour ends no order early and no session",
  { timeout: RUN_MS_MAX },
  async () => {
    const report = await clockRun({ jumps: JUMPS, seed: 1 });
    expect(report.broken).toEqual([]);
    expect(report.jumps).toHaveLength(JUMPS);
    // Whether a jump carried an order past its end is chance in so few; the long form has many.
    console.log(`${report.expiries} orders came to their end by a jump`);
  },
);
