/** What the journal's tools have in common: walking with progress, and how damage is told. */
import { JournalWalk, type WalkPlan, type WalkReport } from "@jware/core-native";
import type { Screen } from "./tool.js";

/** Records between two looks at the screen: some milliseconds. */
const STEP_RECORDS = 10_000;
const NS_PER_MS = 1_000_000n;

export interface Walked {
  readonly walk: JournalWalk;
  readonly report: WalkReport;
  readonly seconds: number;
}

/** Walks to the end. Lines go to the screen as they come. Throws where there is no journal. */
export async function walkThrough(plan: WalkPlan, screen: Screen): Promise<Walked> {
  const startMs = performance.now();
  const seconds = () => (performance.now() - startMs) / 1_000;
  const walk = new JournalWalk(plan);
  for (;;) {
    const step = walk.step(STEP_RECORDS);
    if (step.lines !== "") screen.print(step.lines.slice(0, -1));
    if (step.isEnded) break;
    const rate = Math.round(step.recordCount / seconds()).toLocaleString("en");
    screen.progress(step.done, step.total, `${step.recordCount.toLocaleString("en")} records, ${rate}/s`);
    // So that signals and whoever reads our output get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const report = walk.report();
  if (report.segments.length === 0) throw new Error(`JRN_ERR_NO_JOURNAL: ${plan.dir} holds no segment of a journal`);
  return { walk, report, seconds: seconds() };
}

/** `1,234 records in 0.5 s, 2,468 records/s`. */
export function rateText(recordCount: number, seconds: number): string {
  const rate = Math.round(recordCount / Math.max(seconds, 0.001)).toLocaleString("en");
  return `${recordCount.toLocaleString("en")} records in ${seconds.toFixed(1)} s, ${rate} records/s`;
}

/** Nanoseconds since the UNIX epoch as RFC 3339, to the millisecond. */
export function timeText(tsNs: string): string {
  return new Date(Number(BigInt(tsNs) / NS_PER_MS)).toISOString();
}

/** What a damage is, where, and what to do; no line where there is none. */
export function damageLines(report: WalkReport): readonly string[] {
  const { damage } = report;
  if (damage === null) return [];
  const place =
    damage.offset === undefined
      ? []
      : [`file ${damage.file}, offset ${damage.offset}, after sequence ${damage.afterSeq}: ${damage.reason}`];
  return [
    `DAMAGED  ${[...place, damage.code].join("  ")}`,
    `         ${damage.text}`,
    "         The platform does not start on this folder. Nothing behind that place can be trusted.",
  ];
}

/** A tool that reads to some end has no whole result where damage came before it: ends it with the damage as its error. */
export function refuseDamage(report: WalkReport): void {
  if (report.damage !== null) throw new Error(report.damage.text);
}
