/**
 * Ticks to many subscribers: through core and edge, against uWebSockets.js publishing the same bytes and `ws` sending them, one after the
 * other in each round. Two turns of ticks are on their way at a time, so that nobody waits for the subscribers; the age of a tick
 * is measured with one. An edge sends what waits for it in one go: where it is behind, several turns become one. Publisher on one processor, subscribers on another.
 */
import { join } from "node:path";
import type { Child } from "../child.js";
import { cpuNs } from "../cpu-time.js";
import { INSTRUMENT } from "../core-under-test.js";
import { type Chart, type Check, figureOf, type Figure, median, ratiosOf, type SuiteResult } from "../figure.js";
import { merged, percentileCurve } from "../histogram.js";
import { load, type LoadReport } from "../load.js";
import { OTHER_CPU, SHARED_CPU } from "../order-venue.js";
import { ProfiledServer } from "../profile/profiler.js";
import { ROOT } from "../root.js";
import { removeFolder, scratchFolder } from "../scratch.js";
import type { Parts, RunOptions } from "../suite.js";
import { TICKET } from "./ticket.js";

type PublisherName = "engine" | "raw" | "ws";
const PUBLISHERS: readonly PublisherName[] = ["raw", "engine", "ws"];
const LABELS: Readonly<Record<PublisherName, string>> = { engine: "engine", raw: "raw publish", ws: "ws" };
const SUBSCRIBERS = [1, 10, 100, 1_000] as const;
const SUBSCRIBERS_QUICK = [100] as const;
const PER_TURN = [1, 16] as const;
const GOAL = { atLeast: 0.9 };
const WINDOW = 2;
/** Deliveries of a round; `ws` gets fewer, it takes longer for each. */
const DELIVERIES: Readonly<Record<PublisherName, number>> = { engine: 200_000, raw: 200_000, ws: 50_000 };
const TURNS_MIN = 5;
/** A turn with one subscriber is a wake-up of each side: so many of them take a second. */
const TURNS_MAX = 5_000;
const QUICK = 4;
const WARM_UP_SHARE = 0.1;
const AGE_DELIVERIES = 20_000;
/** Enough bytes that a socket which is never read fills what the kernel and the server hold for it. */
const SLOW = { subscribers: 20, perTurn: 16, turns: 6_000 };

export const FAN_OUT_PARTS: Parts = { "fan-out": fanOut, "slow-subscriber": slowSubscriber };

interface Publisher {
  readonly child: Child;
  readonly port: number;
  readonly controlPort: number;
}

class Publishers {
  readonly #running = new Map<PublisherName, Publisher>();
  readonly #folder = scratchFolder("fan-out");

  static async start(names: readonly PublisherName[]): Promise<Publishers> {
    const publishers = new Publishers();
    try {
      for (const name of names) await publishers.#start(name);
      return publishers;
    } catch (error) {
      await publishers.stop();
      throw error;
    }
  }

  async #start(name: PublisherName): Promise<void> {
    const program = join(ROOT, `bench/dist/fan-out/${name}-publisher.js`);
    const child = new ProfiledServer(`fan-out-${name}`, [program, this.#folder], SHARED_CPU);
    const [line] = await child.line(/^\{.*\}$/);
    this.#running.set(name, { child, ...(JSON.parse(line) as { port: number; controlPort: number }) });
  }

  get(name: PublisherName): Publisher {
    const publisher = this.#running.get(name);
    if (publisher === undefined) throw new Error(`${name} does not run`);
    return publisher;
  }

  run(name: PublisherName, connections: number, perTurn: number, count: number, window: number, slow = 0): Promise<LoadReport> {
    const { port, controlPort } = this.get(name);
    const target =
      name === "engine"
        ? { target: "market", path: "/v1/market", ticket: TICKET, instrument: INSTRUMENT }
        : { target: "raw", path: "/ticks" };
    const warmUp = Math.max(1, Math.round(count * WARM_UP_SHARE));
    return load("fan", { ...target, port, controlPort, connections, perTurn, count, warmUp, window, slow, cpu: OTHER_CPU });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ child }) => child.stop()));
    removeFolder(this.#folder);
  }
}

interface Setting {
  readonly subscribers: number;
  readonly perTurn: number;
}

interface Measured extends Setting {
  readonly reports: Readonly<Record<PublisherName, LoadReport[]>>;
  /** Processor time of the publisher for a delivery, nanoseconds, by round. */
  readonly cpu: Readonly<Record<PublisherName, number[]>>;
}

async function fanOut(roundCount: number, { isQuick }: RunOptions): Promise<SuiteResult> {
  const publishers = await Publishers.start(PUBLISHERS);
  try {
    const sizes = isQuick ? SUBSCRIBERS_QUICK : SUBSCRIBERS;
    const settings: Setting[] = sizes.flatMap((subscribers) => PER_TURN.map((perTurn) => ({ subscribers, perTurn })));
    const all: Measured[] = [];
    for (const setting of settings) {
      process.stderr.write(`  ${setting.subscribers} subscribers, ${setting.perTurn} a turn\n`);
      all.push(await measure(publishers, setting, roundCount, isQuick));
    }
    process.stderr.write("  age\n");
    const ages = await measureAges(publishers, sizes, roundCount);
    const deliveries = all.flatMap(({ reports }) => Object.values(reports).flat()).reduce((sum, { n }) => sum + n, 0);
    const detail = `${deliveries} ticks delivered, each of every subscriber's in order`;
    return {
      figures: [...all.flatMap(figuresOf), ...ages.flatMap(({ figures }) => figures)],
      charts: [...PER_TURN.map((perTurn) => scalingChart(all, perTurn)), ...ages.map(({ chart }) => chart)],
      checks: [{ name: "every tick", passed: true, detail }, sameBytes(all)],
    };
  } finally {
    await publishers.stop();
  }
}

async function measure(publishers: Publishers, setting: Setting, roundCount: number, isQuick: boolean): Promise<Measured> {
  const measured: Measured = { ...setting, reports: { engine: [], raw: [], ws: [] }, cpu: { engine: [], raw: [], ws: [] } };
  for (let round = 0; round < roundCount; round++) {
    for (const name of PUBLISHERS) {
      const { subscribers, perTurn } = setting;
      const asked = Math.round(DELIVERIES[name] / (subscribers * perTurn));
      const turns = Math.max(TURNS_MIN, Math.round(Math.min(TURNS_MAX, asked) / (isQuick ? QUICK : 1)));
      const { pid } = publishers.get(name).child;
      const before = cpuNs(pid);
      const report = await publishers.run(name, subscribers, perTurn, turns, WINDOW);
      const after = cpuNs(pid);
      measured.reports[name].push(report);
      if (before !== undefined && after !== undefined)
        measured.cpu[name].push((after - before) / (report.n * (1 + WARM_UP_SHARE)));
    }
  }
  return measured;
}

const settingText = ({ subscribers, perTurn }: Setting): string =>
  `${subscribers} subscriber${subscribers === 1 ? "" : "s"}, ${perTurn} a turn`;

function figuresOf(measured: Measured): readonly Figure[] {
  const { reports, cpu } = measured;
  const label = settingText(measured);
  const rate = (name: PublisherName) => reports[name].map(({ per_second }) => per_second);
  const n = (name: PublisherName) => ({ n: reports[name][0]?.n ?? 0 });
  const cpuFigure = (name: PublisherName): readonly Figure[] =>
    cpu[name].length === 0
      ? []
      : [figureOf(`${label}: ${LABELS[name]}, processor time of a delivery`, "ns", cpu[name], undefined, n(name))];
  return [
    ...PUBLISHERS.map((name) => figureOf(`${label}: ${LABELS[name]}, deliveries`, "per second", rate(name), undefined, n(name))),
    figureOf(`${label}: engine / raw publish`, "ratio", ratiosOf(rate("engine"), rate("raw")), GOAL),
    figureOf(`${label}: engine / ws`, "ratio", ratiosOf(rate("engine"), rate("ws")), { better: "higher" }),
    ...cpuFigure("engine"),
    ...cpuFigure("raw"),
    ...cpuRatio(label, cpu),
  ];
}

/** The same question without waiting in it: how much work a delivery is. */
function cpuRatio(label: string, { engine, raw }: Measured["cpu"]): readonly Figure[] {
  if (engine.length === 0 || engine.length !== raw.length) return [];
  return [figureOf(`${label}: engine / raw publish, processor time`, "ratio", ratiosOf(engine, raw), { better: "lower" })];
}

function sameBytes(all: readonly Measured[]): Check {
  const sizes = new Set(all.flatMap(({ reports }) => Object.values(reports).flat()).map(({ bytes }) => bytes));
  return { name: "ticks of one size", passed: sizes.size === 1, detail: `${[...sizes].join(", ")} bytes from every publisher` };
}

function scalingChart(all: readonly Measured[], perTurn: number): Chart {
  const series = PUBLISHERS.map((name) => ({
    name: LABELS[name],
    points: all
      .filter((measured) => measured.perTurn === perTurn)
      .map(({ subscribers, reports }) => [subscribers, median(reports[name].map(({ per_second }) => per_second))] as const),
  }));
  const title = `Ticks delivered a second by subscribers, ${perTurn} tick${perTurn === 1 ? "" : "s"} a turn`;
  return { kind: "lines", title, x: { label: "subscribers", scale: "log" }, y: { label: "per second", scale: "log" }, series };
}

async function measureAges(publishers: Publishers, sizes: readonly number[], roundCount: number) {
  const results: { readonly figures: readonly Figure[]; readonly chart: Chart }[] = [];
  for (const subscribers of sizes) {
    const reports: Record<PublisherName, LoadReport[]> = { engine: [], raw: [], ws: [] };
    const turns = Math.max(TURNS_MIN, Math.min(2_000, Math.round(AGE_DELIVERIES / subscribers)));
    for (let round = 0; round < roundCount; round++) {
      for (const name of PUBLISHERS) reports[name].push(await publishers.run(name, subscribers, 1, turns, 1));
    }
    const label = `age of a tick at ${subscribers} subscriber${subscribers === 1 ? "" : "s"}`;
    const samples = { n: reports.engine[0]?.n ?? 0 };
    const us = (name: PublisherName, key: "p50_ns" | "p99_ns") => reports[name].map((report) => report[key] / 1e3);
    results.push({
      figures: PUBLISHERS.flatMap((name) => [
        figureOf(`${label}: ${LABELS[name]}, p50`, "us", us(name, "p50_ns"), undefined, samples),
        figureOf(`${label}: ${LABELS[name]}, p99`, "us", us(name, "p99_ns"), undefined, samples),
      ]),
      chart: {
        kind: "lines",
        title: `Age of a tick by percentile, ${subscribers} subscriber${subscribers === 1 ? "" : "s"}, one tick on its way`,
        x: { label: "percentile", scale: "percentile" },
        y: { label: "us", scale: "log" },
        series: PUBLISHERS.map((name) => ({
          name: LABELS[name],
          points: percentileCurve(merged(reports[name].map(({ histogram }) => histogram))),
        })),
      },
    });
  }
  return results;
}

/** One subscriber that never reads, among others that do: what it costs them. */
async function slowSubscriber(roundCount: number, { isQuick }: RunOptions): Promise<SuiteResult> {
  const publishers = await Publishers.start(["engine"]);
  try {
    const { subscribers, perTurn } = SLOW;
    const turns = isQuick ? SLOW.turns / 2 : SLOW.turns;
    const rates = { without: [] as number[], beside: [] as number[] };
    for (let round = 0; round < roundCount; round++) {
      rates.without.push((await publishers.run("engine", subscribers, perTurn, turns, WINDOW)).per_second);
      rates.beside.push((await publishers.run("engine", subscribers, perTurn, turns, WINDOW, 1)).per_second);
    }
    // Told once a second.
    const conflated = await publishers.get("engine").child.line(/ ([1-9]\d*) times conflated/, 5_000);
    const label = `${subscribers} subscribers beside one that does not read`;
    return {
      figures: [
        figureOf(`${label}, deliveries`, "per second", rates.beside, undefined, { n: subscribers * perTurn * turns }),
        figureOf(`${label} / without it`, "ratio", ratiosOf(rates.beside, rates.without), GOAL),
      ],
      checks: [
        {
          name: "the slow subscriber was conflated",
          passed: true,
          detail: `${conflated[1]} times; the others got every tick in order`,
        },
      ],
    };
  } finally {
    await publishers.stop();
  }
}
