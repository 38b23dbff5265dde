/** The short form of `npm run torture -- clock`: a preloaded clock, which only Linux takes. */
import { spawnSync } from "node:child_process";
import { ExecType, OrdStatus } from "@jware/schemas/wire";
import { expect, it } from "vitest";
import { clockRun, ownOrder, unproven } from "./clock-run.js";
import { judge } from "./judge.js";

const JUMPS = 3;
const RUN_MS_MAX = 180_000;

const isPossible = process.platform === "linux" && spawnSync("cc", ["--version"]).status === 0;
if (!isPossible) console.warn("clock.test.ts: needs Linux and a C compiler; its proof is not run");

it("a long run in which no order came to its end is a failure", () => {
  expect(unproven(20, 0)).toHaveLength(1);
  expect([unproven(20, 1), unproven(3, 0)]).toEqual([[], []]);
});

it("an order of the proof's own outlives a connection that asked for the end of its orders", () => {
  const order = {
    orderId: "7",
    clOrdId: "gtd-1",
    origClOrdId: "",
    instrument: 1,
    side: 1,
    orderQty: "10",
    price: "100",
    reason: 0,
  };
  const rest = { cumQty: "0", leavesQty: "10", lastQty: "0", lastPx: "0", lastFee: "0" };
  const report = { ...order, ...rest, accountSeq: 1, execId: "10", execType: ExecType.New, ordStatus: OrdStatus.New };
  const found = judge([
    { t: "logon", cancelOnDisconnect: true },
    { t: "snapshot", accountSeq: 0, orders: [], positions: [] },
    ownOrder("gtd-1"),
    { t: "report", ...report },
    { t: "lost" },
    { t: "snapshot", accountSeq: 1, orders: [report], positions: [] },
  ]);
  expect(found).toEqual([]);
});

it.skipIf(!isPossible)(
  "a wall clock that jumps by an hour ends no order early and no session",
  { timeout: RUN_MS_MAX },
  async () => {
    const report = await clockRun({ jumps: JUMPS, seed: 1 });
    expect(report.broken, report.folder).toEqual([]);
    // What was late is printed: no timing decides a test.
    console.log(report.late);
    expect(report.jumps).toHaveLength(JUMPS);
    // One or the other may fall to the market or a mass cancel on its way; not all of them.
    expect(report.expiries).toBeGreaterThan(0);
  },
);
