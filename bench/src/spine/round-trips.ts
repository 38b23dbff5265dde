/**
 * From an order to its acknowledgement in memory mode, against raw uWebSockets.js echo of an order's size, on one processor; the two are
 * measured one after the other in each round. What durable acknowledgement costs above that: durability/acknowledgement.ts.
 */
import { join } from "node:path";
import { Child } from "../child.js";
import { type Check, figureOf, ratiosOf, type SuiteResult } from "../figure.js";
import { buildLoad, load, type LoadReport } from "../load.js";
import { OrderVenue, SHARED_CPU } from "../order-venue.js";
import { ROOT } from "../root.js";

const MEMORY_TO_ECHO_GOAL = 1.5;

interface Round {
  readonly echo: LoadReport;
  readonly memory: LoadReport;
}

export async function roundTrips(roundCount: number): Promise<SuiteResult> {
  await buildLoad();
  const echo = new Child(process.execPath, [join(ROOT, "bench/dist/echo-server.js")], { cpu: SHARED_CPU });
  let memory: OrderVenue | undefined;
  try {
    const echoPort = Number((await echo.line(/^\d+$/))[0]);
    memory = await OrderVenue.open("memory");
    // Learns an order's size, and warms the engine's code before the first round.
    const first = await load("order", { ...memory.order, cpu: SHARED_CPU, count: 2_000, warmUp: 3_000 });
    const bytes = first.request_bytes;
    const rounds: Round[] = [];
    for (let round = 1; round <= roundCount; round++) {
      process.stderr.write(`  round ${round} of ${roundCount}\n`);
      rounds.push({
        echo: await load("echo", { port: echoPort, path: "/echo", bytes, cpu: SHARED_CPU, count: 20_000, warmUp: 2_000 }),
        memory: await load("order", { ...memory.order, cpu: SHARED_CPU, count: 10_000, warmUp: 1_000 }),
      });
    }
    return { figures: figuresOf(rounds, first), checks: [answersCheck(rounds), await memory.leftNoOrder()] };
  } finally {
    await Promise.all([echo.stop(), memory?.close()]);
  }
}

function answersCheck(rounds: readonly Round[]): Check {
  const acknowledged = rounds.reduce((sum, { memory }) => sum + memory.n, 0);
  return {
    name: "every answer",
    passed: true,
    detail: `${acknowledged} orders acknowledged New and canceled by name, account sequence without a gap; every echo equal`,
  };
}

function figuresOf(rounds: readonly Round[], first: LoadReport): SuiteResult["figures"] {
  const us = (pick: (round: Round) => number) => rounds.map((round) => pick(round) / 1e3);
  const echo = us(({ echo }) => echo.p50_ns);
  const echoP99 = us(({ echo }) => echo.p99_ns);
  const memory = us(({ memory }) => memory.p50_ns);
  const memoryP99 = us(({ memory }) => memory.p99_ns);
  return [
    figureOf("order frame, bytes", "count", [first.request_bytes ?? 0]),
    figureOf("acknowledgement frame, bytes", "count", [first.answer_bytes ?? 0]),
    figureOf("echo of an order's size, p50", "us", echo),
    figureOf("echo of an order's size, p99", "us", echoP99),
    figureOf("order to acknowledgement, memory, p50", "us", memory),
    figureOf("order to acknowledgement, memory, p99", "us", memoryP99),
    figureOf("memory / echo, p50", "ratio", ratiosOf(memory, echo), MEMORY_TO_ECHO_GOAL),
  ];
}
