/**
 * Where an order's time goes, stage by stage, and what it costs to ask. Orders with and without a trace take turns within a run, so
 * that the ratio is of the same moments; the load program ends a run in which one trace is missing, too many or does not add up.
 *
 * Client and server share a processor: the write of an answer wakes the client, which then runs before the server looks at its clock. So
 * "written" has much of the client's turn in it, and "to the client's receive" is often 0.
 */
import { barsOf, type Figure, figureOf, ratiosOf, type SuiteResult, withSamples } from "../figure.js";
import { load, type LoadReport } from "../load.js";
import { OrderVenue, SHARED_CPU } from "../order-venue.js";
import type { RunOptions } from "../suite.js";

const TRACED_TO_PLAIN_GOAL = 1.02;
const RUNS = {
  memory: { n: 10_000, warmUp: 2_000 },
  durable: { n: 1_500, warmUp: 300 },
} as const;
const QUICK = 3;
const MODES = ["memory", "durable"] as const;
type Mode = (typeof MODES)[number];

/** Of an order's way: the program's name of it, and what it is. */
const STAGES = [
  ["inbound", "client send to server read"],
  ["decoded", "decoded"],
  ["checked", "checked"],
  ["matched", "matched and booked"],
  ["journalled", "in the journal's batch"],
  ["encoded", "encoded"],
  ["durable", "durable"],
  ["written", "written"],
  ["outbound", "to the client's receive"],
  ["server", "server, all stages"],
] as const;
const STATISTICS = ["mean", "p50", "p99"] as const;

export async function latencyTrace(roundCount: number, { isQuick }: RunOptions): Promise<SuiteResult> {
  const results: SuiteResult[] = [];
  for (const mode of MODES) results.push(await ofMode(mode, roundCount, isQuick));
  return {
    figures: results.flatMap(({ figures }) => figures),
    checks: results.flatMap(({ checks }) => checks),
    charts: results.flatMap(({ charts }) => charts ?? []),
  };
}

async function ofMode(mode: Mode, roundCount: number, isQuick: boolean): Promise<SuiteResult> {
  const venue = await OrderVenue.open(mode);
  try {
    const samples = { n: Math.round(RUNS[mode].n / (isQuick ? QUICK : 1)), warmUp: RUNS[mode].warmUp };
    const run = { ...venue.order, cpu: SHARED_CPU, count: samples.n, warmUp: samples.warmUp };
    const rounds: LoadReport[] = [];
    for (let round = 1; round <= roundCount; round++) {
      process.stderr.write(`  ${mode}, round ${round} of ${roundCount}\n`);
      rounds.push(await load("trace", run));
    }
    const traces = rounds.reduce((sum, report) => sum + figure(report, "traces"), 0);
    const detail = `${traces} traces, one for each request that asked; none of their stages is before the one that it follows from, the last is the whole`;
    return {
      figures: withSamples(figuresOf(mode, rounds), samples),
      charts: [
        barsOf(
          `Where an order's time goes, ${mode}, mean`,
          "ns",
          toldOf(rounds).map(([name, words]) => [words, rounds.map((report) => figure(report, `${name}_mean_ns`))] as const),
        ),
      ],
      checks: [{ name: `every trace, ${mode}`, passed: true, detail }, await venue.leftNoOrder()],
    };
  } finally {
    await venue.close();
  }
}

function figuresOf(mode: Mode, rounds: readonly LoadReport[]): Figure[] {
  const of = (name: string): number[] => rounds.map((report) => figure(report, name));
  const ratio = (what: string, prefix: string, statistic: string): Figure =>
    figureOf(
      `${what}, traced / plain, ${mode}, ${statistic}`,
      "ratio",
      ratiosOf(of(`${prefix}${statistic}_ns`), of(`plain_${prefix}${statistic}_ns`)),
      TRACED_TO_PLAIN_GOAL,
    );
  const stages = toldOf(rounds).flatMap(([name, words]) =>
    STATISTICS.map((statistic) => figureOf(`${mode}: ${words}, ${statistic}`, "ns", of(`${name}_${statistic}_ns`))),
  );
  return [...stages, ratio("order", "", "p50"), ratio("order", "", "mean"), ratio("cancel", "cancel_", "p50")];
}

/** The stages that orders came to: in memory mode none waits for the disk. */
const toldOf = (rounds: readonly LoadReport[]) =>
  STAGES.filter(([name]) => rounds.every((report) => `${name}_mean_ns` in report));

/** A figure that only this mode of the program has. */
function figure(report: LoadReport, name: string): number {
  const value = (report as unknown as Readonly<Record<string, unknown>>)[name];
  if (typeof value !== "number") throw new Error(`the program gave no ${name}`);
  return value;
}
