/**
 * What it costs an order that a snapshot is being made: round trips of one order at a time, durable, of an engine that makes snapshots all
 * the time against one that makes none, after the same flow, in alternate slices. Both engines and the client share a processor, which is the
 * worst that can be: elsewhere the thread that makes them has another one. It makes them through the slices of the other, too, at the
 * lowest priority and on the same disk: what that costs both is not in the ratio.
 */
import { figureOf, ratiosOf, type SuiteResult } from "../figure.js";
import { type Histogram, merged, percentileNs } from "../histogram.js";
import { load } from "../load.js";
import { OrderVenue, SHARED_CPU } from "../order-venue.js";

const CONNECTIONS = 10;
const WINDOW = 64;
/** Names and fills that make a snapshot worth its name. */
const ANSWERS_BEFORE = 100_000;
/** Of a round, for each side, in so many slices. */
const ORDERS = 4_000;
const SLICES = 5;
const SLICE_WARM_UP = 100;
const P99 = 0.99;
const SNAPSHOT_SECONDS = 1;
const P99_GOAL = 1.1;

interface Round {
  readonly withoutP99Ns: number;
  readonly duringP99Ns: number;
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
    for (const venue of venues) await slice(venue, ORDERS / SLICES);
    const rounds: Round[] = [];
    let made = 0;
    for (let round = 1; round <= roundCount; round++) {
      process.stderr.write(`  round ${round} of ${roundCount}\n`);
      const before = await busy.figure("jware_core_snapshot_seq");
      rounds.push({ ...(await inTurn(quiet, busy)), ms: await busy.figure("jware_core_snapshot_duration_ms") });
      made += (await busy.figure("jware_core_snapshot_seq")) > before ? 1 : 0;
    }
    const detail = `${made} of ${roundCount} rounds saw at least one finished`;
    return {
      figures: figuresOf(rounds),
      checks: [
        { name: "snapshots were made meanwhile", passed: made === roundCount, detail },
        ...(await Promise.all(venues.map((venue) => venue.leftNoOrder()))),
      ],
    };
  } finally {
    await Promise.all(venues.map((venue) => venue.close()));
  }
}

const slice = (venue: OrderVenue, count: number) =>
  load("order", { ...venue.order, cpu: SHARED_CPU, count, warmUp: SLICE_WARM_UP });

/** Slices of both in turn, now one first and now the other: a disk that is busy for some seconds is so for both. */
async function inTurn(quiet: OrderVenue, busy: OrderVenue): Promise<Omit<Round, "ms">> {
  const [without, during]: [Histogram[], Histogram[]] = [[], []];
  const sides = [
    { venue: quiet, into: without },
    { venue: busy, into: during },
  ];
  for (let at = 0; at < SLICES; at++) {
    for (const { venue, into } of at % 2 === 0 ? sides : sides.toReversed())
      into.push((await slice(venue, ORDERS / SLICES)).histogram);
  }
  return { withoutP99Ns: percentileNs(merged(without), P99), duringP99Ns: percentileNs(merged(during), P99) };
}

function figuresOf(rounds: readonly Round[]): SuiteResult["figures"] {
  const us = (pick: (round: Round) => number) => rounds.map((round) => pick(round) / 1e3);
  const [without, during] = [us(({ withoutP99Ns }) => withoutP99Ns), us(({ duringP99Ns }) => duringP99Ns)];
  const samples = { n: ORDERS, warmUp: SLICES * SLICE_WARM_UP };
  const times = rounds.map(({ ms }) => ms);
  return [
    figureOf("a snapshot, made at the lowest priority, the last of a round", "ms", times, undefined, { n: 1 }),
    figureOf("order to acknowledgement without one, p99", "us", without, undefined, samples),
    figureOf("order to acknowledgement while one is made, p99", "us", during, undefined, samples),
    figureOf("p99 with / without, in alternate slices", "ratio", ratiosOf(during, without), P99_GOAL, samples),
  ];
}
