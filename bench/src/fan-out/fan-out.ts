/**
 * Ticks to many subscribers: through core and edge, against uWebSockets.js publishing the same bytes and `ws` sending them, one after the
 * other in each round. Publisher on one processor, subscribers on another.
 *
 * One turn of ticks is on its way at a time: the next is asked for when every subscriber has all of it. With more of them an edge that is
 * behind would send two turns in one go, which raw publish, a turn of its loop for each, cannot. Judged is the publisher's processor time of a
 * delivery; deliveries a second and the age of a tick have the wake-ups of two processors in them.
 */
import { canTellCpuTime } from "../cpu-time.js";
import { type Chart, type Check, figureOf, type Figure, median, ratiosOf, type SuiteResult } from "../figure.js";
import { merged, percentileCurve } from "../histogram.js";
import type { LoadReport } from "../load.js";
import type { Parts, RunOptions } from "../suite.js";
import { type PublisherName, Publishers, type Setting } from "./publishers.js";
import { slowSubscriber } from "./slow-subscriber.js";

const PUBLISHERS: readonly PublisherName[] = ["raw", "engine", "ws"];
const LABELS: Readonly<Record<PublisherName, string>> = { engine: "engine", raw: "raw publish", ws: "ws" };
const SUBSCRIBERS = [1, 10, 100, 1_000] as const;
const SUBSCRIBERS_QUICK = [100] as const;
const PER_TURN = [1, 16] as const;
/** Nine tenths of raw publish: what raw publish does in 0.9 of a second may take one. */
const GOAL = 1 / 0.9;
/** Deliveries of a round, by ticks a turn: some tenths of a second. `ws` gets fewer, it takes longer for each. */
const DELIVERIES = {
  1: { engine: 100_000, raw: 100_000, ws: 25_000 },
  16: { engine: 400_000, raw: 400_000, ws: 50_000 },
} as const satisfies Record<(typeof PER_TURN)[number], Record<PublisherName, number>>;
/** Of processor times, which differ by a few percent from round to round. */
const ROUNDS_MAX = 3;
const TURNS_MIN = 5;
/** A turn with one subscriber is a wake-up of each side: so many of them take half a second and more. */
const TURNS_MAX = 4_000;
const QUICK = 4;

export const FAN_OUT_PARTS: Parts = { "fan-out": fanOut, "slow-subscriber": slowSubscriber };

interface Measured extends Setting {
  readonly reports: Readonly<Record<PublisherName, LoadReport[]>>;
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
    const ages = all.filter(({ perTurn }) => perTurn === 1).map(ageOf);
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
  const measured: Measured = { ...setting, reports: { engine: [], raw: [], ws: [] } };
  for (let round = 0; round < Math.min(roundCount, ROUNDS_MAX); round++) {
    for (const name of PUBLISHERS) {
      const { subscribers, perTurn } = setting;
      const asked = Math.round(DELIVERIES[perTurn][name] / (subscribers * perTurn));
      const turns = Math.max(TURNS_MIN, Math.round(Math.min(TURNS_MAX, asked) / (isQuick ? QUICK : 1)));
      measured.reports[name].push(await publishers.run(name, setting, turns));
    }
  }
  return measured;
}

const settingText = ({ subscribers, perTurn }: Setting): string =>
  `${subscribers} subscriber${subscribers === 1 ? "" : "s"}, ${perTurn} a turn`;

function figuresOf(measured: Measured): readonly Figure[] {
  const { reports } = measured;
  const label = settingText(measured);
  const rate = (name: PublisherName) => reports[name].map(({ per_second }) => per_second);
  const n = (name: PublisherName) => ({ n: reports[name][0]?.n ?? 0 });
  return [
    ...PUBLISHERS.map((name) => figureOf(`${label}: ${LABELS[name]}, deliveries`, "per second", rate(name), undefined, n(name))),
    figureOf(`${label}: engine / raw publish`, "ratio", ratiosOf(rate("engine"), rate("raw")), { better: "higher" }),
    figureOf(`${label}: engine / ws`, "ratio", ratiosOf(rate("engine"), rate("ws")), { better: "higher" }),
    ...(canTellCpuTime ? workFigures(label, reports) : []),
  ];
}

/** The same question without waiting in it: how much work a delivery is. */
function workFigures(label: string, reports: Measured["reports"]): readonly Figure[] {
  const work = (name: PublisherName) => reports[name].map(({ server_ns, n }) => (server_ns ?? Number.NaN) / n);
  const samples = (name: PublisherName) => ({ n: reports[name][0]?.n ?? 0 });
  return [
    ...PUBLISHERS.map((name) =>
      figureOf(`${label}: ${LABELS[name]}, processor time of a delivery`, "ns", work(name), undefined, samples(name)),
    ),
    figureOf(`${label}: engine / raw publish, processor time`, "ratio", ratiosOf(work("engine"), work("raw")), GOAL),
  ];
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

/** Of the rounds with a tick a turn: each is alone on its way. */
function ageOf({ subscribers, reports }: Measured): { readonly figures: readonly Figure[]; readonly chart: Chart } {
  const label = `age of a tick at ${subscribers} subscriber${subscribers === 1 ? "" : "s"}`;
  const us = (name: PublisherName, key: "p50_ns" | "p99_ns") => reports[name].map((report) => report[key] / 1e3);
  const samples = (name: PublisherName) => ({ n: reports[name][0]?.n ?? 0 });
  return {
    figures: PUBLISHERS.flatMap((name) => [
      figureOf(`${label}: ${LABELS[name]}, p50`, "us", us(name, "p50_ns"), undefined, samples(name)),
      figureOf(`${label}: ${LABELS[name]}, p99`, "us", us(name, "p99_ns"), undefined, samples(name)),
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
  };
}
