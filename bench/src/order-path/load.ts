/**
 * Many orders at once. First closed: 1, 10 and 50 connections with 64 requests outstanding on each, every connection of an account of
 * its own, and everybody asked for so much as takes about the same time: that of as many orders as the engine's database takes in soon after.
 * What that is, is reckoned from a first run at 10 x 64; whoever is slow takes longer at 50, where each outstanding request is to have its
 * answers. Then open: requests at a quarter, a half, three quarters and nine tenths of the rate that was reached with the client on a
 * processor of its own, each latency counted from the moment when the request was due.
 */
import { type Chart, figureOf, type Figure, median, ratiosOf, type Series, type SuiteResult } from "../figure.js";
import type { LoadReport } from "../load.js";
import { DATABASE_PLACE, OTHER_CPU, SHARED_CPU } from "../order-venue.js";
import type { RunOptions } from "../suite.js";
import { CONTESTANTS, type ContestantName, Contestants, LABELS, type PipeReport } from "./contestants.js";

const WINDOW = 64;
const CONNECTIONS = [1, 10, 50] as const;
const CONNECTIONS_QUICK = [10] as const;
const CONNECTIONS_JUDGED = 10;
const GOAL = { atLeast: 0.5 };
/** Orders and cancels of a round, in memory mode; what they take is about the time of a round for everybody. */
const ENGINE_COUNT = 40_000;
/** Answers to each outstanding request, at least: of fewer the first and the last are most. */
const TURNS_MIN = 10;
/** Before anybody's rate is known. */
const FIRST_COUNT = 10_000;
const QUICK = 3;
const WARM_UP_SHARE = 0.1;

const OPEN: readonly ContestantName[] = ["echo", "memory", "durable"];
const SHARES = [0.25, 0.5, 0.75, 0.9] as const;
const OPEN_S = 1;
const OPEN_WARM_UP_S = 0.2;
/** They are told, not judged, so that a quick look goes without; and what a second of them leaves takes the database several. */
const OPEN_ROUNDS_MAX = 2;
/** Of what has no goal. */
const OTHER_ROUNDS_MAX = 3;

type Reports = Readonly<Record<ContestantName, readonly PipeReport[]>>;

export async function underLoad(roundCount: number, { isQuick }: RunOptions): Promise<SuiteResult> {
  const sizes = isQuick ? CONNECTIONS_QUICK : CONNECTIONS;
  const contestants = await Contestants.open(Math.max(...sizes));
  try {
    const closed = new Map<number, Reports>();
    const otherRounds = Math.min(roundCount, OTHER_ROUNDS_MAX);
    // Engines become quicker over their first thousands of orders.
    const first: Partial<Record<ContestantName, number>> = {};
    for (const name of CONTESTANTS)
      first[name] = (await pipe(contestants, name, CONNECTIONS_JUDGED, SHARED_CPU, FIRST_COUNT)).per_second;
    const roundS = ENGINE_COUNT / (first.memory ?? Number.NaN) / (isQuick ? QUICK : 1);
    const countFor = (name: ContestantName, connections: number) => countOf(first[name] ?? 0, roundS, connections);
    for (const connections of sizes) {
      process.stderr.write(`  ${connections} x ${WINDOW} outstanding\n`);
      closed.set(
        connections,
        await rounds(connections === CONNECTIONS_JUDGED ? roundCount : otherRounds, CONTESTANTS, (name) =>
          pipe(contestants, name, connections, SHARED_CPU, countFor(name, connections)),
        ),
      );
    }
    const { open, apart } =
      OTHER_CPU === undefined || isQuick
        ? { open: [], apart: undefined }
        : await openLoops(contestants, otherRounds, OTHER_CPU, (name) => countFor(name, CONNECTIONS_JUDGED));
    const answers = [...closed.values()].flatMap((reports) => Object.values(reports)).flat();
    const count = [...answers, ...open.flatMap(({ reports }) => reports)].reduce((sum, { n }) => sum + n, 0);
    const detail = `${count} answers, each of the request it was for; account sequence without a gap on each connection; ${DATABASE_PLACE}`;
    return {
      figures: [...closedFigures(closed), ...(apart === undefined ? [] : apartFigures(apart)), ...openFigures(open)],
      charts: [scalingChart(closed), ...openCharts(open)],
      checks: [{ name: "every answer under load", passed: true, detail }, ...(await contestants.leftNoOrder())],
    };
  } finally {
    await contestants.close();
  }
}

/** How many answers a round of so many seconds has, given a rate that was seen: by one rule for engines and bare servers. */
export function countOf(perSecond: number, roundS: number, connections: number): number {
  return Math.round(Math.max(perSecond * roundS, TURNS_MIN * connections * WINDOW));
}

function pipe(contestants: Contestants, name: ContestantName, connections: number, cpu: number | undefined, count: number) {
  return contestants.pipe(name, { connections, window: WINDOW, count, warmUp: Math.round(count * WARM_UP_SHARE), cpu });
}

/** So many rounds in which each is asked in turn. */
async function rounds(
  roundCount: number,
  names: readonly ContestantName[],
  run: (name: ContestantName) => Promise<PipeReport>,
): Promise<Reports> {
  const reports: Record<ContestantName, PipeReport[]> = { echo: [], memory: [], durable: [], ws: [], fastify: [] };
  for (let round = 1; round <= roundCount; round++) for (const name of names) reports[name].push(await run(name));
  return reports;
}

function closedFigures(closed: ReadonlyMap<number, Reports>): readonly Figure[] {
  return [...closed].flatMap(([connections, reports]) => {
    const label = `${connections} x ${WINDOW} outstanding`;
    const rate = (name: ContestantName) => reports[name].map(({ per_second }) => per_second);
    const isJudged = connections === CONNECTIONS_JUDGED;
    const p99 = (name: ContestantName) => reports[name].map(({ p99_ns }) => p99_ns / 1e6);
    const ratio = (of: ContestantName, to: ContestantName, goal?: { readonly atLeast: number }) =>
      figureOf(`${label}: ${LABELS[of]} / ${LABELS[to]}`, "ratio", ratiosOf(rate(of), rate(to)), goal ?? { better: "higher" });
    return [
      ...CONTESTANTS.map((name) => {
        const n = reports[name][0]?.n ?? 0;
        const samples = { n, warmUp: Math.round(n * WARM_UP_SHARE) };
        return figureOf(`${label}: ${LABELS[name]}`, "per second", rate(name), undefined, samples);
      }),
      ratio("memory", "echo", isJudged ? GOAL : undefined),
      ratio("durable", "echo"),
      ratio("durable", "memory", isJudged ? GOAL : undefined),
      figureOf(`${label}: ${LABELS.durable}, p99`, "ms", p99("durable"), undefined, { n: reports.durable[0]?.n ?? 0 }),
      ratio("memory", "ws"),
      ratio("memory", "fastify"),
      ...workFigures(label, reports),
    ];
  });
}

/** How much work an answer is for the server: what a client on the same processor takes is not in it. */
function workFigures(label: string, reports: Reports): readonly Figure[] {
  const work = (name: ContestantName) => reports[name].flatMap(({ serverNs }) => serverNs ?? []);
  if (CONTESTANTS.some((name) => work(name).length !== reports[name].length)) return [];
  return [
    ...CONTESTANTS.map((name) => figureOf(`${label}: ${LABELS[name]}, processor time of an answer`, "ns", work(name))),
    figureOf(`${label}: ${LABELS.memory} / ${LABELS.echo}, processor time`, "ratio", ratiosOf(work("memory"), work("echo")), {
      better: "lower",
    }),
  ];
}

/** What one rate did. */
interface OpenRun {
  readonly name: ContestantName;
  readonly share: number;
  readonly rate: number;
  readonly reports: readonly LoadReport[];
}

async function openLoops(
  contestants: Contestants,
  roundCount: number,
  cpu: number,
  countFor: (name: ContestantName) => number,
): Promise<{ readonly open: readonly OpenRun[]; readonly apart: Reports }> {
  process.stderr.write("  open loop\n");
  const apart = await rounds(roundCount, OPEN, (name) => pipe(contestants, name, CONNECTIONS_JUDGED, cpu, countFor(name)));
  const plans = OPEN.flatMap((name) =>
    SHARES.map((share) => ({
      ...{ name, share, reports: [] as LoadReport[] },
      rate: Math.round(median(apart[name].map(({ per_second }) => per_second)) * share),
    })),
  );
  for (let round = 1; round <= Math.min(roundCount, OPEN_ROUNDS_MAX); round++) {
    for (const { name, rate, reports } of plans) {
      const shape = {
        connections: CONNECTIONS_JUDGED,
        count: Math.round(rate * OPEN_S),
        warmUp: Math.round(rate * OPEN_WARM_UP_S),
        cpu,
      };
      reports.push(await contestants.open(name, rate, shape));
    }
  }
  return { open: plans, apart };
}

/** The most that each reached with the client on a processor of its own. */
function apartFigures(apart: Reports): readonly Figure[] {
  const label = `separate cores, ${CONNECTIONS_JUDGED} x ${WINDOW} outstanding`;
  const rate = (name: ContestantName) => apart[name].map(({ per_second }) => per_second);
  const ratio = (name: "memory" | "durable") =>
    figureOf(`${label}: ${LABELS[name]} / ${LABELS.echo}`, "ratio", ratiosOf(rate(name), rate("echo")), { better: "higher" });
  return [
    ...OPEN.map((name) => figureOf(`${label}: ${LABELS[name]}`, "per second", rate(name))),
    ratio("memory"),
    ratio("durable"),
  ];
}

function openFigures(open: readonly OpenRun[]): readonly Figure[] {
  return open.flatMap(({ name, share, rate, reports }) => {
    const label = `open loop, ${LABELS[name]} at ${share * 100} % of its most`;
    const samples = { n: Math.round(rate * OPEN_S), warmUp: Math.round(rate * OPEN_WARM_UP_S) };
    // At a rate taken from the run's own most: whoever got quicker is asked for more, and two runs are not to be compared by it.
    const us = (what: string, pick: (report: LoadReport) => number) => {
      const rounds = reports.map((report) => pick(report) / 1e3);
      return figureOf(`${label}, ${what}`, "us", rounds, "told", samples);
    };
    return [
      figureOf(`${label}, offered`, "per second", [rate], "told"),
      us("p50", ({ p50_ns }) => p50_ns),
      us("p99", ({ p99_ns }) => p99_ns),
      us("p99.9", ({ p999_ns }) => p999_ns),
      // What the client itself was late by is in the latencies, and a limit of what they say.
      us("sent late at most", ({ late_max_ns }) => late_max_ns ?? 0),
    ];
  });
}

function scalingChart(closed: ReadonlyMap<number, Reports>): Chart {
  const series = CONTESTANTS.map((name) => ({
    name: LABELS[name],
    points: [...closed].map(
      ([connections, reports]) => [connections, median(reports[name].map((report) => report.per_second))] as const,
    ),
  }));
  const title = `Answers a second by connections, ${WINDOW} outstanding on each, client and server on one core`;
  return { kind: "lines", title, x: { label: "connections", scale: "log" }, y: { label: "per second", scale: "log" }, series };
}

function openCharts(open: readonly OpenRun[]): readonly Chart[] {
  if (open.length === 0) return [];
  const series = (key: "p50_ns" | "p99_ns"): readonly Series[] =>
    OPEN.map((name) => ({
      name: LABELS[name],
      points: open
        .filter((run) => run.name === name)
        .map(({ rate, reports }) => [rate, median(reports.map((report) => report[key])) / 1e3] as const),
    }));
  const chart = (name: string, key: "p50_ns" | "p99_ns"): Chart => ({
    kind: "lines",
    title: `Latency by offered rate, ${name}, from the moment a request was due (separate cores)`,
    x: { label: "requests offered per second", scale: "log" },
    y: { label: "us", scale: "log" },
    series: series(key),
  });
  return [chart("p50", "p50_ns"), chart("p99", "p99_ns")];
}
