/**
 * Whether a fast market reaches the page without making it stutter: 10,000 simulated ticks a second, a real browser, the
 * page's own probe (`window.__jware`). Headless, so frames are timed, not their pixels.
 */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { EngineUnderTest } from "../engine-under-test.js";
import { removeFolder } from "../scratch.js";
import { type Check, type Figure, figureOf, type SuiteResult } from "../figure.js";

const SIM_RATE = 10_000;
const SETTLE_MS = 5_000;
const MEASURE_MS = 10_000;
const READY_TIMEOUT_MS = 30_000;
const LONG_TASK_MS_MAX = 50;
const CHROMIUM_PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The part of the page's probe that is read here. */
interface Probe {
  readonly frameCount: number;
  readonly lateFrameCount: number;
  readonly frameGapMsMax: number;
  readonly applyMsMax: number;
  readonly drawMsMax: number;
  readonly longTasks: readonly { readonly startMs: number; readonly durationMs: number }[];
  readonly decodedCount: number;
  readonly gapCount: number;
}

export async function pageLoad(): Promise<SuiteResult> {
  const executablePath = CHROMIUM_PATHS.find((path) => existsSync(path));
  if (executablePath === undefined) {
    return { figures: [], checks: [{ name: "page", passed: true, detail: "left out: there is no Chromium here" }] };
  }
  const engine = await EngineUnderTest.start({ ack: "durable", simRate: SIM_RATE });
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
    return await measure(await browser.newPage({ viewport: { width: 1920, height: 1080 } }), engine);
  } finally {
    await browser?.close();
    await engine.stop();
    removeFolder(engine.dataDir);
  }
}

async function measure(page: Page, engine: EngineUnderTest): Promise<SuiteResult> {
  if (engine.signInUrl === undefined) throw new Error("the engine gave no sign-in link");
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(engine.signInUrl);
  await untilUsable(page);
  await page.waitForTimeout(SETTLE_MS);
  const { token } = await engine.signIn();
  const before = await probeOf(page);
  const factsBefore = await factCount(engine, token);
  await page.evaluate("window.__jware.reset()");
  const startedMs = performance.now();
  await page.waitForTimeout(MEASURE_MS);
  const probe = await probeOf(page);
  const seconds = (performance.now() - startedMs) / 1_000;
  const facts = (await factCount(engine, token)) - factsBefore;
  return { figures: figuresOf(probe, before, facts, seconds), checks: checksOf(probe, before, errors) };
}

/** Asks again and again: the page's content security policy forbids the driver's own way of waiting. */
async function untilUsable(page: Page): Promise<void> {
  const giveUpMs = performance.now() + READY_TIMEOUT_MS;
  while (!(await page.evaluate("window.__jware?.usableMs >= 0 && window.__jware.decodedCount > 0"))) {
    if (performance.now() > giveUpMs) throw new Error(`the page was not usable after ${READY_TIMEOUT_MS} ms`);
    await page.waitForTimeout(100);
  }
}

const probeOf = (page: Page): Promise<Probe> => page.evaluate("JSON.parse(JSON.stringify(window.__jware))");

/** Trades and level changes that the core has taken from the feed; not a number where it does not say. */
async function factCount(engine: EngineUnderTest, token: string): Promise<number> {
  const text = await fetch(`${engine.pageUrl}metrics`, { headers: { authorization: `Bearer ${token}` } }).then((r) => r.text());
  const [, value] = /^jware_core_market_facts_total(?:\{[^}]*\})? (\d+)/m.exec(text) ?? [];
  return Number(value ?? Number.NaN);
}

function figuresOf(probe: Probe, before: Probe, facts: number, seconds: number): Figure[] {
  const longest = Math.max(0, ...probe.longTasks.map((task) => task.durationMs));
  return [
    ...(Number.isNaN(facts) ? [] : [figureOf("page: market facts into the core", "per second", [facts / seconds])]),
    figureOf("page: frames decoded", "per second", [(probe.decodedCount - before.decodedCount) / seconds]),
    figureOf("page: frames shown", "per second", [probe.frameCount / seconds]),
    figureOf("page: longest task", "ms", [longest], LONG_TASK_MS_MAX),
    figureOf("page: tasks over 50 ms", "count", [probe.longTasks.length], 0),
    figureOf("page: longest gap between frames", "ms", [probe.frameGapMsMax]),
    figureOf("page: longest batch applied", "ms", [probe.applyMsMax]),
    figureOf("page: longest drawing", "ms", [probe.drawMsMax]),
  ];
}

function checksOf(probe: Probe, before: Probe, errors: readonly string[]): Check[] {
  return [
    { name: "page decodes", passed: probe.decodedCount > before.decodedCount, detail: `${probe.decodedCount} frames` },
    { name: "page has no sequence gap", passed: probe.gapCount === before.gapCount, detail: `${probe.gapCount} gaps` },
    { name: "page has no error", passed: errors.length === 0, detail: errors[0] ?? "none" },
  ];
}
