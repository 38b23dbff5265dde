/**
 * The spine: what an order, a native call, a start and a tick cost, each against its floor in the same run.
 *
 * Every part stands alone; `--part` picks some.
 */
import type { SuiteResult } from "../figure.js";
import { nativeCall } from "./native-call.js";
import { pageLoad } from "./page-load.js";
import { restOrders } from "./rest-orders.js";
import { roundTrips } from "./round-trips.js";
import { warmStart } from "./warm-start.js";

export const SPINE_PARTS = ["round-trips", "native-call", "rest", "warm-start", "page"] as const;
export type SpinePart = (typeof SPINE_PARTS)[number];

const PARTS: Readonly<Record<SpinePart, (rounds: number) => Promise<SuiteResult>>> = {
  "round-trips": roundTrips,
  "native-call": nativeCall,
  rest: restOrders,
  "warm-start": warmStart,
  page: pageLoad,
};

export async function spine({ rounds, parts }: { rounds: number; parts: readonly SpinePart[] }): Promise<SuiteResult> {
  const results: SuiteResult[] = [];
  for (const part of parts) {
    process.stderr.write(`${part} ...\n`);
    results.push(await PARTS[part](rounds).catch((error: unknown) => failed(part, error)));
  }
  return { figures: results.flatMap((result) => result.figures), checks: results.flatMap((result) => result.checks) };
}

/** A part that could not be measured is a failed check; the others still count. */
const failed = (part: SpinePart, error: unknown): SuiteResult => ({
  figures: [],
  checks: [{ name: part, passed: false, detail: error instanceof Error ? error.message : String(error) }],
});
