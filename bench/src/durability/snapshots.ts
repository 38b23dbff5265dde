/**
 * What it costs an order that a snapshot is being made: round trips of one order at a time, durable, of an engine that begins a snapshot
 * whenever it looks and there is a command that none has, against one that makes none, after the same flow, in alternate slices. Both engines
 * and the client share a processor, which is the worst that can be: elsewhere the thread that makes them has another one. Whoever is not asked
 * stands still, so that a slice without a snapshot is without one. One that was begun goes on in the next slice of its engine.
 *
 * The engine looks four times a second, so that some of a busy slice is without a snapshot, too. How much of it has one is seen from the
 * thread that makes them; below a share of it the figures would be of something else.
 */
import { type Check, figureOf, leftOut, ratiosOf, type SuiteResult } from "../figure.js";
import { type Histogram, merged, percentileNs } from "../histogram.js";
import { load } from "../load.js";
import { OrderVenue, SHARED_CPU } from "../order-venue.js";
import { ThreadWatch } from "../thread-watch.js";

const CONNECTIONS = 10;
const WINDOW = 64;
/** Names and fills that make a snapshot worth its name, and long beside the time from one of the engine's looks to the next. */
const ANSWERS_BEFORE = 200_000;
/** Of a round, for each side, in so many slices. */
const ORDERS = 4_000;
const SLICES = 5;
const SLICE_WARM_UP = 100;
const P99 = 0.99;
/** A snapshot is due after each command. */
const SNAPSHOT_RECORDS = 1;
/** The engine's thread that makes them. */
const THREAD = "jware-snapshots";
/**
 * Of the busy slices' time in which one is made, at least: what one order in a hundred takes of the whole is then what four in a hundred take
 * meanwhile. On a busy processor one is under way all the time; on one that is not, each is soon made and the engine waits for its next look.
 */
const BUSY_SHARE_MIN = 0.25;
const P99_GOAL = 1.1;
const LOOK_MS = 50;
const SNAPSHOT_MS_MAX = 60_000;

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
    const busy = await OrderVenue.open("durable", CONNECTIONS, SNAPSHOT_RECORDS);
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
    const watches = { quiet: ThreadWatch.of(quiet.pid, THREAD), busy: ThreadWatch.of(busy.pid, THREAD) };
    const rounds: Round[] = [];
    let made = 0;
    for (let round = 1; round <= roundCount; round++) {
      process.stderr.write(`  round ${round} of ${roundCount}\n`);
      const before = await busy.figure(NEWEST);
      const measured = await inTurn({ venue: quiet, watch: watches.quiet }, { venue: busy, watch: watches.busy });
      made += (await busy.figure(NEWEST)) > before ? 1 : 0;
      rounds.push({ ...measured, ms: await wholeSnapshotMs(busy) });
    }
    const detail = `${made} of ${roundCount} rounds saw at least one finished`;
    return {
      figures: figuresOf(rounds),
      checks: [
        { name: "snapshots were made meanwhile", passed: made === roundCount, detail },
        busyCheck(watches.busy?.share, watches.quiet?.share),
        ...(await Promise.all(venues.map((venue) => venue.leftNoOrder()))),
      ],
    };
  } finally {
    await Promise.all(venues.map((venue) => venue.close()));
  }
}

/** Of the newest that is finished. */
const NEWEST = "jware_core_snapshot_seq";

/** Milliseconds that one takes in which its engine never stood still: the second to be finished from now on, or a later one. */
async function wholeSnapshotMs(busy: OrderVenue): Promise<number> {
  const endsAt = performance.now() + SNAPSHOT_MS_MAX;
  for (let finished = 0, last = await busy.figure(NEWEST); finished < 2; ) {
    if (performance.now() > endsAt) throw new Error(`no snapshot was made within ${SNAPSHOT_MS_MAX / 1e3} s`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const newest = await busy.figure(NEWEST);
    if (newest !== last) finished += 1;
    last = newest;
  }
  return busy.figure("jware_core_snapshot_duration_ms");
}

const slice = (venue: OrderVenue, count: number) =>
  load("order", { ...venue.order, cpu: SHARED_CPU, count, warmUp: SLICE_WARM_UP });

interface Side {
  readonly venue: OrderVenue;
  /** Both are looked at, so that looking costs both the same. */
  readonly watch: ThreadWatch | undefined;
}

/** Slices of both in turn, now one first and now the other: a disk that is busy for some seconds is so for both. */
async function inTurn(quiet: Side, busy: Side): Promise<Omit<Round, "ms">> {
  const [without, during]: [Histogram[], Histogram[]] = [[], []];
  const sides = [
    { ...quiet, other: busy.venue, into: without },
    { ...busy, other: quiet.venue, into: during },
  ];
  for (let at = 0; at < SLICES; at++) {
    for (const { venue, watch, other, into } of at % 2 === 0 ? sides : sides.toReversed()) {
      const run = () => slice(venue, ORDERS / SLICES);
      into.push((await other.whilePaused(() => watch?.during(run) ?? run())).histogram);
    }
  }
  return { withoutP99Ns: percentileNs(merged(without), P99), duringP99Ns: percentileNs(merged(during), P99) };
}

/** Whether the busy slices were busy, given the share of their time, and of the others', in which a snapshot was being made. */
export function busyCheck(busy: number | undefined, quiet: number | undefined): Check {
  const name = "a snapshot was under way in enough of the time";
  if (busy === undefined || quiet === undefined) return leftOut(name, "what a thread does is told by Linux alone");
  const percent = (of: number) => `${(of * 100).toFixed(0)} %`;
  const detail = `${percent(busy)} of the busy slices, of which ${percent(BUSY_SHARE_MIN)} are asked for, and ${percent(quiet)} of the others`;
  // Written so that no number, of no look at all, does not pass.
  return { name, passed: busy >= BUSY_SHARE_MIN, detail };
}

function figuresOf(rounds: readonly Round[]): SuiteResult["figures"] {
  const us = (pick: (round: Round) => number) => rounds.map((round) => pick(round) / 1e3);
  const [without, during] = [us(({ withoutP99Ns }) => withoutP99Ns), us(({ duringP99Ns }) => duringP99Ns)];
  const samples = { n: ORDERS, warmUp: SLICES * SLICE_WARM_UP };
  const times = rounds.map(({ ms }) => ms);
  return [
    figureOf("a snapshot, made at the lowest priority while nobody asks", "ms", times, undefined, { n: 1 }),
    figureOf("order to acknowledgement without one, p99", "us", without, undefined, samples),
    figureOf("order to acknowledgement while one is made, p99", "us", during, undefined, samples),
    figureOf("p99 with / without, in alternate slices", "ratio", ratiosOf(during, without), P99_GOAL, samples),
  ];
}
