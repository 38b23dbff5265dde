/**
 * Whether a fast market reaches the page without making it stutter: 1,000, 10,000 and 50,000 simulated ticks a second, the real page in a
 * real browser, at 1920 by 1080. Headless, so frames are timed, not their pixels. A round is a window of some seconds on one page; the
 * heap is that of what can be reached, over all of them.
 */
import { EngineUnderTest } from "../engine-under-test.js";
import { type Chart, type Check, figureOf, type Figure, leftOut, median, type Samples, type SuiteResult } from "../figure.js";
import { removeFolder } from "../scratch.js";
import type { RunOptions } from "../suite.js";
import { openBrowser } from "./browser.js";
import { OpenPage, type PageTimes, type Probe } from "./open-page.js";

const RATES = [1_000, 10_000, 50_000] as const;
const RATES_QUICK = [10_000] as const;
/** The goals are of this rate. */
const RATE_JUDGED = 10_000;
const LATE_PERCENT_MAX = 1;
/** No task should be longer. Another program's turn can make one so: the goal is of the median, which a few windows do not decide. */
const TASK_MS_MAX = 50;
const LONG_TASKS_MAX = 0;
/** "Flat": what a garbage collector may leave behind over some seconds, and no trend. */
const HEAP_MIB_PER_MINUTE_MAX = 2;
/** Windows at the rates without a goal. */
const OTHER_ROUNDS_MAX = 3;
const SETTLE_MS = 3_000;
const SETTLE_QUICK_MS = 2_000;
const WINDOW_MS = 3_000;
const MIB = 1 << 20;

interface Window {
  readonly probe: Probe;
  readonly seconds: number;
  /** Market facts into the core, and frames decoded by the page, per second. */
  readonly factRate: number;
  readonly decodedRate: number;
}

interface Measured {
  readonly rate: number;
  readonly times: PageTimes;
  readonly windows: readonly Window[];
  readonly heapMibPerMinute: number;
  readonly heapMib: number;
  readonly gapCount: number;
  readonly errors: readonly string[];
}

export async function page(rounds: number, { isQuick }: RunOptions): Promise<SuiteResult> {
  const opened = await openBrowser();
  if (opened === undefined) {
    return { figures: [], checks: [leftOut("page", "there is no Chromium here (on Debian: apt-get install -y chromium)")] };
  }
  try {
    const all: Measured[] = [];
    for (const rate of isQuick ? RATES_QUICK : RATES) {
      process.stderr.write(`  ${rate} ticks a second\n`);
      const engine = await EngineUnderTest.start({ ack: "durable", simRate: rate });
      try {
        const tab = await opened.browser.newPage({ viewport: { width: 1920, height: 1080 } });
        if (engine.signInUrl === undefined) throw new Error("the engine gave no sign-in link");
        all.push(
          await measure(
            await OpenPage.open(tab, engine.signInUrl),
            engine,
            rate,
            rate === RATE_JUDGED ? rounds : Math.min(rounds, OTHER_ROUNDS_MAX),
            isQuick,
          ),
        );
        await tab.close();
      } finally {
        await engine.stop();
        removeFolder(engine.dataDir);
      }
    }
    return { figures: all.flatMap(figuresOf), checks: all.flatMap(checksOf), charts: all.length > 1 ? [chartOf(all)] : [] };
  } finally {
    await opened.close();
  }
}

async function measure(
  page: OpenPage,
  engine: EngineUnderTest,
  rate: number,
  rounds: number,
  isQuick: boolean,
): Promise<Measured> {
  await page.wait(isQuick ? SETTLE_QUICK_MS : SETTLE_MS);
  const heapBefore = await page.heapBytes();
  const startedMs = performance.now();
  const { gapCount } = await page.probe();
  const windows: Window[] = [];
  for (let round = 0; round < rounds; round++) {
    await page.resetProbe();
    const [before, factsBefore, fromMs] = [await page.probe(), await engine.figure(FACTS), performance.now()];
    await page.wait(WINDOW_MS);
    const probe = await page.probe();
    const seconds = (performance.now() - fromMs) / 1e3;
    const factRate = ((await engine.figure(FACTS)) - factsBefore) / seconds;
    windows.push({ probe, seconds, factRate, decodedRate: (probe.decodedCount - before.decodedCount) / seconds });
  }
  const minutes = (performance.now() - startedMs) / 60_000;
  const heapAfter = await page.heapBytes();
  const last = await page.probe();
  return {
    rate,
    times: page.times,
    windows,
    heapMibPerMinute: (heapAfter - heapBefore) / MIB / minutes,
    heapMib: heapAfter / MIB,
    gapCount: last.gapCount - gapCount,
    errors: page.errors,
  };
}

const FACTS = "jware_core_market_facts_total";

function figuresOf({ rate, times, windows, heapMibPerMinute, heapMib }: Measured): readonly Figure[] {
  const label = `page at ${rate.toLocaleString("en-US")} ticks/s`;
  const isJudged = rate === RATE_JUDGED;
  const samples = { n: median(windows.map(({ probe }) => probe.frameCount)) };
  const figure = (name: string, unit: Figure["unit"], pick: (window: Window) => number, goal?: number) =>
    figureOf(`${label}: ${name}`, unit, windows.map(pick), isJudged && goal !== undefined ? goal : { better: "lower" }, samples);
  const told = (name: string, pick: (window: Window) => number) => figureOf(`${label}: ${name}`, "per second", windows.map(pick));
  const late = ({ probe }: Window) => (probe.lateFrameCount / Math.max(1, probe.frameCount)) * 100;
  const once = (name: string, unit: Figure["unit"], value: number, goal?: number) =>
    figureOf(`${label}: ${name}`, unit, [value], isJudged && goal !== undefined ? goal : { better: "lower" }, { n: 1 });
  return [
    told("market facts into the core", ({ factRate }) => factRate),
    told("frames decoded", ({ decodedRate }) => decodedRate),
    told("frames shown", ({ probe, seconds }) => probe.frameCount / seconds),
    figure("late frames", "percent", late, LATE_PERCENT_MAX),
    longTaskFigure(label, windows, isJudged, samples),
    figure("longest gap between frames", "ms", ({ probe }) => probe.frameGapMsMax),
    figure("longest batch applied", "ms", ({ probe }) => probe.applyMsMax),
    figure("longest drawing", "ms", ({ probe }) => probe.drawMsMax),
    once("heap", "MiB", heapMib),
    once("heap growth in a minute", "MiB", heapMibPerMinute, HEAP_MIB_PER_MINUTE_MAX),
    once("first paint", "ms", times.firstPaintMs),
    once("first chart painted", "ms", times.chartMs),
    once("usable", "ms", times.usableMs),
  ];
}

/** The browser tells of none that is shorter, so that the longest of them would be 0 where there is none. */
export const longTaskCount = ({ longTasks }: Pick<Probe, "longTasks">): number =>
  longTasks.filter(({ durationMs }) => durationMs > TASK_MS_MAX).length;

/** How many a window had: a window without any is what most must be. */
export const longTaskFigure = (
  label: string,
  windows: readonly { readonly probe: Pick<Probe, "longTasks"> }[],
  isJudged: boolean,
  samples: Samples,
): Figure =>
  figureOf(
    `${label}: tasks over ${TASK_MS_MAX} ms`,
    "count",
    windows.map(({ probe }) => longTaskCount(probe)),
    isJudged ? LONG_TASKS_MAX : { better: "lower" },
    samples,
  );

function checksOf({ rate, windows, gapCount, errors }: Measured): readonly Check[] {
  const decoded = windows.reduce((sum, { decodedRate, seconds }) => sum + decodedRate * seconds, 0);
  const label = `page at ${rate.toLocaleString("en-US")} ticks/s`;
  return [
    { name: `${label} decodes`, passed: decoded > 0, detail: `${Math.round(decoded)} frames, ${gapCount} gaps in a sequence` },
    {
      name: `${label} has no gap`,
      passed: gapCount === 0 || rate > RATE_JUDGED,
      detail: `${gapCount}; above ${RATE_JUDGED} ticks/s a slow page is conflated`,
    },
    { name: `${label} has no error`, passed: errors.length === 0, detail: errors[0] ?? "none" },
  ];
}

function chartOf(all: readonly Measured[]): Chart {
  const line = (name: string, pick: (window: Window) => number) => ({
    name,
    points: all.map(({ rate, windows }) => [rate, median(windows.map(pick))] as const),
  });
  return {
    kind: "lines",
    title: "The page by the market's rate",
    x: { label: "ticks per second", scale: "log" },
    y: { label: "ms", scale: "linear" },
    series: [
      line("longest gap between frames", ({ probe }) => probe.frameGapMsMax),
      line("longest batch applied", ({ probe }) => probe.applyMsMax),
      line("longest drawing", ({ probe }) => probe.drawMsMax),
    ],
  };
}
