/**
 * From an order to its acknowledgement, against the floors below it, on one processor.
 *
 * Each round measures, one after the other: raw uWebSockets.js echo of an order's size, order -> first ExecutionReport in
 * memory mode, the same in durable mode with a write + fdatasync of the client's own after each order (a disk that others use
 * changes from moment to moment: both sides are of the same). Server and client share a processor: across processors a virtual
 * machine's wake-up costs ten times the rest and hides it.
 *
 * PostgreSQL, a process of its own that no acknowledgement waits for, is put on another processor where there is one.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { canPin, Child } from "../child.js";
import { EngineUnderTest, removeFolder, scratchFolder } from "../engine-under-test.js";
import { type Check, figureOf, ratiosOf, type SuiteResult } from "../figure.js";
import { buildLoad, load, type LoadReport } from "../load.js";
import { pinDescendants } from "../pin-descendants.js";
import { ROOT } from "../root.js";

const SYMBOL = "BTC-USD";
/** Orders rest this far below the best bid: within the collar, out of reach of the market. */
const PRICE_DISCOUNT = 0.05;
const TICKS_PER_UNIT = 100;
/** Slow enough to stay out of the way, fast enough to keep the book alive. */
const SIM_RATE = 1;
/** What a journalled order takes on disk, about. */
const RECORD_BYTES = 256;
const MEMORY_TO_ECHO_GOAL = 1.5;
const DURABLE_TO_FLOOR_GOAL = 2;

const CPU = canPin ? 0 : undefined;
const OTHER_CPU = canPin && availableParallelism() > 1 ? 1 : undefined;

/** One engine that takes orders, and how to send them. */
interface Venue {
  readonly engine: EngineUnderTest;
  readonly token: string;
  readonly order: { readonly port: number; readonly apiKey: string; readonly symbol: string; readonly priceTicks: number };
}

interface Round {
  readonly echo: LoadReport;
  readonly memory: LoadReport;
  readonly durable: LoadReport;
}

export async function roundTrips(roundCount: number): Promise<SuiteResult> {
  await buildLoad();
  const folder = scratchFolder("sync");
  const echo = new Child(process.execPath, [join(ROOT, "bench/dist/echo-server.js")], { cpu: CPU });
  const venues: Venue[] = [];
  try {
    const echoPort = Number((await echo.line(/^\d+$/))[0]);
    const memory = await openVenue("memory", venues);
    const durable = await openVenue("durable", venues);
    // Learns an order's size, and warms both engines' code before the first round.
    const first = await load("order", { ...memory.order, cpu: CPU, count: 2_000, warmUp: 3_000 });
    await load("order", { ...durable.order, cpu: CPU, count: 200, warmUp: 500 });
    const bytes = first.request_bytes;
    const rounds: Round[] = [];
    for (let round = 1; round <= roundCount; round++) {
      process.stderr.write(`  round ${round} of ${roundCount}\n`);
      rounds.push({
        echo: await load("echo", { port: echoPort, path: "/echo", bytes, cpu: CPU, count: 20_000, warmUp: 2_000 }),
        memory: await load("order", { ...memory.order, cpu: CPU, count: 10_000, warmUp: 1_000 }),
        durable: await load("order", {
          ...durable.order,
          floorDir: folder,
          bytes: RECORD_BYTES,
          cpu: CPU,
          count: 1_000,
          warmUp: 100,
        }),
      });
    }
    const checks = await Promise.all(venues.map(({ engine, token }) => engine.leftNoOrder(token)));
    return { figures: figuresOf(rounds, first), checks: [answersCheck(rounds), ...checks] };
  } finally {
    await Promise.all([echo.stop(), ...venues.map((venue) => venue.engine.stop())]);
    for (const { engine } of venues) removeFolder(engine.dataDir);
    removeFolder(folder);
  }
}

async function openVenue(ack: "memory" | "durable", venues: Venue[]): Promise<Venue> {
  const engine = await EngineUnderTest.start({ ack, cpu: CPU, simRate: SIM_RATE });
  if (OTHER_CPU !== undefined) pinDescendants(engine.pid, OTHER_CPU);
  const { token, apiKey } = await engine.signIn();
  const priceTicks = Math.floor((await engine.bestBid(SYMBOL, token)) * (1 - PRICE_DISCOUNT) * TICKS_PER_UNIT);
  const venue = { engine, token, order: { port: engine.wsPort, apiKey, symbol: SYMBOL, priceTicks } };
  venues.push(venue);
  return venue;
}

function answersCheck(rounds: readonly Round[]): Check {
  const acknowledged = rounds.reduce((sum, { memory, durable }) => sum + memory.n + durable.n, 0);
  return {
    name: "every answer",
    passed: true,
    detail: `${acknowledged} orders acknowledged New and canceled by name, account sequence without a gap; every echo equal`,
  };
}

function syncNs({ floor_p50_ns }: LoadReport): number {
  if (floor_p50_ns === undefined) throw new Error("the run was asked for its floor");
  return floor_p50_ns;
}

function figuresOf(rounds: readonly Round[], first: LoadReport): SuiteResult["figures"] {
  const us = (pick: (round: Round) => number) => rounds.map((round) => pick(round) / 1e3);
  const echo = us(({ echo }) => echo.p50_ns);
  const memory = us(({ memory }) => memory.p50_ns);
  const floor = us(({ durable, echo }) => syncNs(durable) + echo.p50_ns);
  const durable = us(({ durable }) => durable.p50_ns);
  return [
    figureOf("order frame, bytes", "count", [first.request_bytes ?? 0]),
    figureOf("acknowledgement frame, bytes", "count", [first.answer_bytes ?? 0]),
    figureOf("echo of an order's size, p50", "us", echo),
    figureOf(
      "echo of an order's size, p99",
      "us",
      us(({ echo }) => echo.p99_ns),
    ),
    figureOf("order to acknowledgement, memory, p50", "us", memory),
    figureOf(
      "order to acknowledgement, memory, p99",
      "us",
      us(({ memory }) => memory.p99_ns),
    ),
    figureOf(
      "write + fdatasync of a record, p50",
      "us",
      us(({ durable }) => syncNs(durable)),
    ),
    figureOf("order to acknowledgement, durable, p50", "us", durable),
    figureOf(
      "order to acknowledgement, durable, p99",
      "us",
      us(({ durable }) => durable.p99_ns),
    ),
    figureOf("memory / echo, p50", "ratio", ratiosOf(memory, echo), MEMORY_TO_ECHO_GOAL),
    figureOf("durable / (fdatasync + echo), p50", "ratio", ratiosOf(durable, floor), DURABLE_TO_FLOOR_GOAL),
  ];
}
