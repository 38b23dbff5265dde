/**
 * From an order to its acknowledgement, one at a time, beside an echo of the same bytes, `ws` and a bare Fastify route, one after the
 * other in each round; client and server on one processor, and on two. Across processors the wake-up of a virtual machine costs ten
 * times the rest, so that only the ratios of one processor say something about the code.
 */
import { type Chart, figureOf, type Figure, ratiosOf, type SuiteResult } from "../figure.js";
import { merged, percentileCurve } from "../histogram.js";
import type { LoadReport } from "../load.js";
import { OTHER_CPU, SHARED_CPU } from "../order-venue.js";
import type { RunOptions } from "../suite.js";
import { CONTESTANTS, type ContestantName, Contestants, LABELS } from "./contestants.js";

const GOAL_P50 = 1.2;
const GOAL_P99 = 1.3;
/** Samples of a round: about a third of a second each. */
const COUNTS: Readonly<Record<ContestantName, number>> = {
  echo: 20_000,
  memory: 10_000,
  durable: 1_000,
  ws: 20_000,
  fastify: 3_000,
};
const QUICK = 4;
/** Of the placing without a goal. */
const APART_ROUNDS_MAX = 3;
const WARM_UP_SHARE = 0.1;
const PERCENTILES = ["p50_ns", "p99_ns", "p999_ns", "p9999_ns"] as const;
const PERCENTILE_NAMES = { p50_ns: "p50", p99_ns: "p99", p999_ns: "p99.9", p9999_ns: "p99.99" } as const;

/** With fewer, a percentile is the largest sample. */
const SAMPLES_MIN = { p50_ns: 1, p99_ns: 100, p999_ns: 1_000, p9999_ns: 10_000 } as const;

type Round = Readonly<Record<ContestantName, LoadReport>>;

interface Placing {
  readonly label: string;
  readonly cpu: number | undefined;
}

export async function roundTrip(roundCount: number, { isQuick }: RunOptions): Promise<SuiteResult> {
  const contestants = await Contestants.open();
  try {
    // Engines become quicker over their first thousands of orders.
    for (const name of CONTESTANTS) await contestants.roundTrip(name, COUNTS[name], 0, SHARED_CPU);
    const figures: Figure[] = [figureOf("order frame, bytes", "count", [contestants.orderBytes])];
    const charts: Chart[] = [];
    let acknowledged = 0;
    for (const placing of placings().slice(0, isQuick ? 1 : undefined)) {
      const rounds: Round[] = [];
      const count = placing.cpu === SHARED_CPU ? roundCount : Math.min(roundCount, APART_ROUNDS_MAX);
      for (let round = 1; round <= count; round++) {
        process.stderr.write(`  ${placing.label}, round ${round} of ${count}\n`);
        rounds.push(await roundOf(contestants, placing.cpu, isQuick));
      }
      acknowledged += rounds.reduce((sum, { memory, durable }) => sum + memory.n + durable.n, 0);
      figures.push(...figuresOf(placing, rounds));
      charts.push(chartOf(placing, rounds));
    }
    const detail = `${acknowledged} orders acknowledged New and canceled by name, account sequence without a gap; every echo and reply right`;
    return { figures, charts, checks: [{ name: "every answer", passed: true, detail }, ...(await contestants.leftNoOrder())] };
  } finally {
    await contestants.close();
  }
}

function placings(): readonly Placing[] {
  if (SHARED_CPU === undefined) return [{ label: "not pinned", cpu: undefined }];
  const same = { label: "same core", cpu: SHARED_CPU };
  return OTHER_CPU === undefined ? [same] : [same, { label: "separate cores", cpu: OTHER_CPU }];
}

async function roundOf(contestants: Contestants, cpu: number | undefined, isQuick: boolean): Promise<Round> {
  const measured: Partial<Record<ContestantName, LoadReport>> = {};
  for (const name of CONTESTANTS) {
    const count = Math.round(COUNTS[name] / (isQuick ? QUICK : 1));
    measured[name] = await contestants.roundTrip(name, count, Math.round(count * WARM_UP_SHARE), cpu);
  }
  return measured as Round;
}

function figuresOf({ label, cpu }: Placing, rounds: readonly Round[]): readonly Figure[] {
  const us = (name: ContestantName, key: (typeof PERCENTILES)[number]) => rounds.map((round) => round[name][key] / 1e3);
  const latencies = CONTESTANTS.flatMap((name) =>
    PERCENTILES.filter((key) => (rounds[0]?.[name].n ?? 0) >= SAMPLES_MIN[key]).map((key) => {
      const n = rounds[0]?.[name].n ?? 0;
      const samples = { n, warmUp: Math.round(n * WARM_UP_SHARE) };
      return figureOf(`${label}: ${LABELS[name]}, ${PERCENTILE_NAMES[key]}`, "us", us(name, key), undefined, samples);
    }),
  );
  const ratio = (of: ContestantName, to: ContestantName, key: (typeof PERCENTILES)[number], goal: number | undefined) =>
    figureOf(
      `${label}: ${LABELS[of]} / ${LABELS[to]}, ${PERCENTILE_NAMES[key]}`,
      "ratio",
      ratiosOf(us(of, key), us(to, key)),
      goal ?? { better: "lower" },
    );
  // The goals are of one processor; the wake-up would hide everything on two.
  const isJudged = cpu === SHARED_CPU;
  return [
    ...latencies,
    ratio("memory", "echo", "p50_ns", isJudged ? GOAL_P50 : undefined),
    ratio("memory", "echo", "p99_ns", isJudged ? GOAL_P99 : undefined),
    ratio("memory", "ws", "p50_ns", undefined),
    ratio("memory", "fastify", "p50_ns", undefined),
  ];
}

function chartOf({ label }: Placing, rounds: readonly Round[]): Chart {
  const series = CONTESTANTS.map((name) => ({
    name: LABELS[name],
    points: percentileCurve(merged(rounds.map((round) => round[name].histogram))),
  }));
  const title = `Round trip by percentile, one request outstanding, ${label}`;
  return { kind: "lines", title, x: { label: "percentile", scale: "percentile" }, y: { label: "us", scale: "log" }, series };
}
