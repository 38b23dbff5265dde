/** The short form of `npm run torture -- projector`, and that it finds a fault that is planted. */
import { expect, it } from "vitest";
import { tortureProjector } from "./test/projector-torture.js";

const SEED = Number(process.env.JWARE_TEST_SEED ?? Math.floor(Math.random() * 1_000_000));

it("leaves every row once through kills of projectors and server, and two at once", { timeout: 180_000 }, async () => {
  console.log(`torture.test.ts: JWARE_TEST_SEED=${SEED}`);
  const result = await tortureProjector({ kills: 20, seed: SEED });
  expect(result.failures).toEqual([]);
  expect(result.projectorKills + result.serverKills + result.races).toBe(20);
  expect(result.rows).toBeGreaterThan(result.commands);
});

it("is seen to fail where the watermark moves outside of the rows' transaction", { timeout: 180_000 }, async () => {
  for (let seed = SEED; seed < SEED + 5; seed++) {
    const { failures } = await tortureProjector({ kills: 12, seed, writer: "watermark-first" });
    if (failures.length > 0) return;
  }
  expect.fail("sixty kills, and nobody noticed");
});
