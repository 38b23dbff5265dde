/** Messages of a real venue's recorded session through the adapter, as fast as they can be played, against `JSON.parse` of the same text. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Child } from "../child.js";
import { barsOf, type Chart, type Check, figureOf, type Figure, leftOut, ratiosOf, type SuiteResult } from "../figure.js";
import { SHARED_CPU } from "../order-venue.js";
import { ROOT } from "../root.js";
import { removeFolder, scratchFolder } from "../scratch.js";
import type { Parts } from "../suite.js";
import type { FeedRates } from "./feed-rates.js";

const CAPTURES = ["spot_btcusdt_20240808", "spot_ethusdt_20240808"] as const;
const FOLDER = join(ROOT, "../shared/data/captures/binance");
const GOAL = { atLeast: 0.5 };

export const FEED_PARTS: Parts = { binance };

async function binance(rounds: number): Promise<SuiteResult> {
  const found = CAPTURES.filter((name) => existsSync(join(FOLDER, `${name}.gz`)));
  if (found.length === 0) {
    const reason = "the recorded sessions are not beside the project (../shared/data/captures/binance)";
    return { figures: [], checks: [leftOut("feed", reason)] };
  }
  const figures: Figure[] = [];
  const checks: Check[] = [];
  const charts: Chart[] = [];
  for (const name of found) {
    const rates = await ratesOf(name, rounds);
    const label = `Binance ${name.split("_")[1]}`;
    figures.push(...figuresOf(label, rates));
    charts.push(chartOf(label, rates));
    const detail =
      rates.wrong.length === 0 ? `${rates.checkpoints} books and the number of trades as expected` : rates.wrong.join(", ");
    checks.push({ name: `${label}: books in the core`, passed: rates.wrong.length === 0, detail });
  }
  return { figures, checks, charts };
}

async function ratesOf(name: string, rounds: number): Promise<FeedRates> {
  const folder = scratchFolder("feed");
  try {
    const args = [join(ROOT, "bench/dist/feed/feed-rates.js"), join(FOLDER, `${name}.gz`), folder, String(rounds)];
    return JSON.parse(await new Child(process.execPath, args, { cpu: SHARED_CPU }).output()) as FeedRates;
  } finally {
    removeFolder(folder);
  }
}

function figuresOf(label: string, { messages, parse, adapter, core }: FeedRates): readonly Figure[] {
  const samples = { n: messages, warmUp: messages };
  return [
    figureOf(`${label}: JSON.parse, messages`, "per second", parse, undefined, samples),
    figureOf(`${label}: adapter, messages`, "per second", adapter, undefined, samples),
    figureOf(`${label}: adapter and core, messages`, "per second", core, undefined, samples),
    figureOf(`${label}: adapter / JSON.parse`, "ratio", ratiosOf(adapter, parse), GOAL),
    figureOf(`${label}: adapter and core / JSON.parse`, "ratio", ratiosOf(core, parse), { better: "higher" }),
  ];
}

const chartOf = (label: string, { parse, adapter, core }: FeedRates): Chart =>
  barsOf(`${label}: messages of a recorded session a second`, "per second", [
    ["JSON.parse of the same text", parse],
    ["adapter", adapter],
    ["adapter and core", core],
  ]);
