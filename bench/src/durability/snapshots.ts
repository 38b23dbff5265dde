/**
 * What it costs an order that a snapshot is being made: round trips of one order at a time, durable, of an engine that makes snapshots all
 * the time against one that makes none, after the same flow, in turn. Both engines and the client share a processor, which is the worst
 * that can be: elsewhere the thread that makes them has another one.
 */
import { figureOf, ratiosOf, type SuiteResult, withSamples } from "../figure.js";
import { load, type LoadReport } from "../load.js";
import { OrderVenue, SHARED_CPU } from "../order-venue.js";

const CONNECTIONS = 10;
const WINDOW = 64;
/** Names and fills that make a snapshot worth its name. */
const ANSWERS_BEFORE = 300_000;
const ORDERS = 5_000;
const SNAPSHOT_SECONDS = 1;
const P99_GOAL = 1.1;

interface Round {
  readonly without: LoadReport;
  readonly during: LoadReport;
  readonly ms: number;
}

export async function snapshots(roundCount: number): Promise<SuiteResult> {
  const venues: OrderVenue[] = [];
  try {
    const quiet = await OrderVenue.open("durable", CONNECTIONS);
    venues.push(quiet);
    const busy = await OrderVenue.open("durable", CONNECTIONS, SNAPSHOT_SECONDS);
    venues.push(busy);
    for (const venue of venues) {
      await load("pipe", {
        ...venue.pipe,
        cpu: SHARED_CPU,
        connections: CONNECTIONS,
        window: WINDOW,
        count: ANSWERS_BEFORE,
        warmUp: 100,
      });
      await venue.caughtUp();
    }
    const run = (venue: OrderVenue) => load("order", { ...venue.order, cpu: SHARED_CPU, count: ORDERS, warmUp: 200 });
    for (const venue of venues) await run(venue);
    const rounds: Round[] = [];
    let made = 0;
    for (let round = 1; round <= roundCount; round++) {
      process.stderr.write(`  round ${round} of ${roundCount}\n`);
      const without = await run(quiet);
      const before = await busy.figure("jware_core_snapshot_seq");
      const during = await run(busy);
      made += (await busy.figure("jware_core_snapshot_seq")) > before ? 1 : 0;
      rounds.push({ without, during, ms: await busy.figure("jware_core_snapshot_duration_ms") });
    }
    const detail = `${made} of ${roundCount} rounds saw at least one finished`;
    return {
      figures: withSamples(figuresOf(rounds), { n: ORDERS, warmUp: 200 }),
      checks: [
        { name: "snapshots were made meanwhile", passed: made === roundCount, detail },
        ...(await Promise.all(venues.map((venue) => venue.leftNoOrder()))),
      ],
    };
  } finally {
    await Promise.all(venues.map((venue) => venue.close()));
  }
}

function figuresOf(rounds: readonly Round[]): SuiteResult["figures"] {
  const us = (pick: (round: Round) => number) => rounds.map((round) => pick(round) / 1e3);
  const [without, during] = [us(({ without }) => without.p99_ns), us(({ during }) => during.p99_ns)];
  return [
    figureOf(
      "a snapshot, made at the lowest priority",
      "ms",
      rounds.map(({ ms }) => ms),
    ),
    figureOf("order to acknowledgement without one, p99", "us", without),
    figureOf("order to acknowledgement while one is made, p99", "us", during),
    figureOf("p99 with / without", "ratio", ratiosOf(during, without), P99_GOAL),
  ];
}
