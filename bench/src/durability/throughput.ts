/**
 * Orders a second over ten connections with 64 outstanding on each, every one of an account of its own: durable against memory
 * acknowledgement, one after the other in each round; server and client share a processor. Each order is canceled, and every answer
 * checked.
 */
import { figureOf, ratiosOf, type SuiteResult, withSamples } from "../figure.js";
import { load, type LoadReport } from "../load.js";
import { OrderVenue, SHARED_CPU } from "../order-venue.js";

const CONNECTIONS = 10;
const WINDOW = 64;
const ANSWERS = 60_000;
const WARM_UP = 6_000;
const GOAL = { atLeast: 0.5 };

interface Round {
  readonly memory: LoadReport;
  readonly durable: LoadReport;
}

export async function throughput(roundCount: number): Promise<SuiteResult> {
  const venues: OrderVenue[] = [];
  try {
    const memory = await OrderVenue.open("memory", CONNECTIONS);
    venues.push(memory);
    const durable = await OrderVenue.open("durable", CONNECTIONS);
    venues.push(durable);
    const run = async (venue: OrderVenue, count: number): Promise<LoadReport> => {
      // Both engines are on one processor: what one has still to project would be in the other's figure.
      for (const each of venues) await each.caughtUp();
      return load("pipe", { ...venue.pipe, cpu: SHARED_CPU, connections: CONNECTIONS, window: WINDOW, count, warmUp: WARM_UP });
    };
    // Warms both engines' code.
    for (const venue of venues) await run(venue, WARM_UP);
    const rounds: Round[] = [];
    for (let round = 1; round <= roundCount; round++) {
      process.stderr.write(`  round ${round} of ${roundCount}\n`);
      rounds.push({ memory: await run(memory, ANSWERS), durable: await run(durable, ANSWERS) });
    }
    const answers = rounds.reduce((sum, { memory, durable }) => sum + memory.n + durable.n, 0);
    const detail = `${answers} orders and cancels answered by name, account sequence without a gap on each connection`;
    const left = await Promise.all(venues.map((venue) => venue.leftNoOrder()));
    return {
      figures: withSamples(figuresOf(rounds), { n: ANSWERS, warmUp: WARM_UP }),
      checks: [{ name: "every pipelined answer", passed: true, detail }, ...left],
    };
  } finally {
    await Promise.all(venues.map((venue) => venue.close()));
  }
}

function figuresOf(rounds: readonly Round[]): SuiteResult["figures"] {
  const memory = rounds.map((round) => round.memory.per_second);
  const durable = rounds.map((round) => round.durable.per_second);
  const ms = (pick: (round: Round) => number) => rounds.map((round) => pick(round) / 1e6);
  const label = `${CONNECTIONS} x ${WINDOW} outstanding`;
  const p99 = ms(({ durable }) => durable.p99_ns);
  return [
    figureOf(`${label}: answers, memory`, "per second", memory),
    figureOf(`${label}: answers, durable`, "per second", durable),
    figureOf(`${label}: answer, durable, p99`, "ms", p99),
    figureOf(`${label}: durable / memory`, "ratio", ratiosOf(durable, memory), GOAL),
  ];
}
