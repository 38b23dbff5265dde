/** The real page, signed in, with what it says of itself (`window.__jware`) and what the browser says of it. */
import type { CDPSession, Page } from "playwright-core";

const READY_MS_MAX = 30_000;
const LOOK_MS = 20;
/** Pixels of a canvas that are looked at, in each direction. */
const CANVAS_STEPS = 40;

/** The part of the page's probe that is read. */
export interface Probe {
  readonly frameCount: number;
  readonly lateFrameCount: number;
  readonly frameGapMsMax: number;
  readonly applyMsMax: number;
  readonly drawMsMax: number;
  readonly longTasks: readonly { readonly startMs: number; readonly durationMs: number }[];
  readonly decodedCount: number;
  readonly gapCount: number;
}

export interface PageTimes {
  /** From the navigation, milliseconds. */
  readonly firstPaintMs: number;
  readonly usableMs: number;
  readonly chartMs: number;
}

export class OpenPage {
  readonly #page: Page;
  readonly #devtools: CDPSession;
  readonly times: PageTimes;
  readonly errors: readonly string[];

  private constructor(page: Page, devtools: CDPSession, times: PageTimes, errors: readonly string[]) {
    this.#page = page;
    this.#devtools = devtools;
    this.times = times;
    this.errors = errors;
  }

  /** Opens a sign-in link and waits until the chart is painted and data flows. */
  static async open(page: Page, signInUrl: string): Promise<OpenPage> {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    const devtools = await page.context().newCDPSession(page);
    await page.goto(signInUrl, { waitUntil: "commit" });
    const chartMs = await firstTime(
      page,
      `(() => { const at = (${chartIsPainted})(${CANVAS_STEPS}); return at ? performance.now() : -1; })()`,
    );
    await firstTime(page, "window.__jware?.usableMs >= 0 && window.__jware.decodedCount > 0 ? performance.now() : -1");
    const usableMs = (await page.evaluate("window.__jware.usableMs")) as number;
    const firstPaintMs = (await page.evaluate(
      "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN",
    )) as number;
    return new OpenPage(page, devtools, { firstPaintMs, usableMs, chartMs }, errors);
  }

  probe(): Promise<Probe> {
    return this.#page.evaluate("JSON.parse(JSON.stringify(window.__jware))");
  }

  async resetProbe(): Promise<void> {
    await this.#page.evaluate("window.__jware.reset()");
  }

  wait(ms: number): Promise<void> {
    return this.#page.waitForTimeout(ms);
  }

  /** Bytes that are reachable: what can be collected is collected before. */
  async heapBytes(): Promise<number> {
    await this.#devtools.send("HeapProfiler.collectGarbage");
    const { usedSize } = await this.#devtools.send("Runtime.getHeapUsage");
    return usedSize;
  }
}

/** Asks again and again: the page's content security policy forbids the driver's own way of waiting. */
async function firstTime(page: Page, expression: string): Promise<number> {
  const giveUpMs = performance.now() + READY_MS_MAX;
  for (;;) {
    // While the page is loading there may be nothing to ask.
    const at = (await page.evaluate(expression).catch(() => -1)) as number;
    if (at >= 0) return at;
    if (performance.now() > giveUpMs) throw new Error(`the page was not there after ${READY_MS_MAX} ms`);
    await page.waitForTimeout(LOOK_MS);
  }
}

/** Runs in the page: whether a canvas of the chart shows more than a ground and a grid. */
const chartIsPainted = `(steps) => [...document.querySelectorAll(".chart-box canvas")].some((canvas) => {
  if (canvas.width < steps || canvas.height < steps) return false;
  const context = canvas.getContext("2d");
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  for (let row = 0; row < steps; row++) for (let column = 0; column < steps; column++) {
    const at = 4 * (Math.floor((row * canvas.height) / steps) * canvas.width + Math.floor((column * canvas.width) / steps));
    if (data[at + 3] > 0) colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
  }
  return colours.size > 3;
})`;
