/**
 * From an order to its durable acknowledgement, against the sum of what it cannot do without: raw uWebSockets.js echo of an order's size, and
 * a write + fdatasync of the client's own after each order (a disk that others use changes from moment to moment: both
 * sides are of the same). Server and client share a processor.
 */
import { removeFolder, scratchFolder } from "../scratch.js";
import { figureOf, ratiosOf, type SuiteResult } from "../figure.js";
import { load, type LoadReport } from "../load.js";
import { OrderVenue, SHARED_CPU } from "../order-venue.js";
import { startPeer } from "../peers/peer.js";

/** What a journalled order takes on disk, about. */
const RECORD_BYTES = 256;
const ORDERS = 1_000;
const WARM_UP = 100;
const ECHOES = { count: 20_000, warmUp: 2_000 };
const DURABLE_TO_FLOOR_GOAL = 1.3;

interface Round {
  readonly echo: LoadReport;
  readonly durable: LoadReport;
}

export async function acknowledgement(roundCount: number): Promise<SuiteResult> {
  const floorDir = scratchFolder("sync");
  const echo = await startPeer("uws-echo", SHARED_CPU);
  let durable: OrderVenue | undefined;
  try {
    durable = await OrderVenue.open("durable");
    const first = await load("order", { ...durable.order, cpu: SHARED_CPU, count: 200, warmUp: 500 });
    const bytes = first.request_bytes;
    const rounds: Round[] = [];
    for (let round = 1; round <= roundCount; round++) {
      process.stderr.write(`  round ${round} of ${roundCount}\n`);
      const order = { ...durable.order, floorDir, bytes: RECORD_BYTES, cpu: SHARED_CPU, count: ORDERS, warmUp: WARM_UP };
      rounds.push({
        echo: await load("echo", { port: echo.port, path: "/echo", bytes, cpu: SHARED_CPU, ...ECHOES }),
        durable: await load("order", order),
      });
    }
    const acknowledged = rounds.reduce((sum, { durable }) => sum + durable.n, 0);
    const detail = `${acknowledged} orders acknowledged New and canceled by name, account sequence without a gap; every echo equal`;
    return {
      figures: figuresOf(rounds),
      checks: [{ name: "every answer", passed: true, detail }, await durable.leftNoOrder()],
    };
  } finally {
    await Promise.all([echo.stop(), durable?.close()]);
    removeFolder(floorDir);
  }
}

function syncNs({ floor_p50_ns }: LoadReport): number {
  if (floor_p50_ns === undefined) throw new Error("the run was asked for its floor");
  return floor_p50_ns;
}

function figuresOf(rounds: readonly Round[]): SuiteResult["figures"] {
  // A sync is sampled after each order.
  const ofOrders = { n: ORDERS, warmUp: WARM_UP };
  const us = (pick: (round: Round) => number) => rounds.map((round) => pick(round) / 1e3);
  const sync = us(({ durable }) => syncNs(durable));
  const echo = us(({ echo }) => echo.p50_ns);
  const floor = us(({ durable, echo }) => syncNs(durable) + echo.p50_ns);
  const p50 = us(({ durable }) => durable.p50_ns);
  const p99 = us(({ durable }) => durable.p99_ns);
  return [
    figureOf("write + fdatasync of a record, p50", "us", sync, undefined, ofOrders),
    figureOf("echo of an order's size, p50", "us", echo, undefined, { n: ECHOES.count, warmUp: ECHOES.warmUp }),
    figureOf("order to acknowledgement, durable, p50", "us", p50, undefined, ofOrders),
    figureOf("order to acknowledgement, durable, p99", "us", p99, undefined, ofOrders),
    figureOf("durable / (fdatasync + echo), p50", "ratio", ratiosOf(p50, floor), DURABLE_TO_FLOOR_GOAL, ofOrders),
  ];
}
