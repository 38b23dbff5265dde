import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { FromThread } from "@jware/schemas";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { haveCore } from "../test/market-store.js";
import { until } from "../test/until.js";
import type { FeedThreadData } from "./feed-options.js";

const entry = new URL("../dist/feed-thread.js", import.meta.url);
const canRun = haveCore && existsSync(entry);
if (!canRun) console.log("skipped: the feed thread needs the native addon and the compiled feed");

/** The thread with all that it has said. */
function startThread(data: FeedThreadData): { worker: Worker; said: FromThread[] } {
  const worker = new Worker(entry, { workerData: data });
  const said: FromThread[] = [];
  worker.on("message", (message: FromThread) => said.push(message));
  return { worker, said };
}

const hasSaid = (said: readonly FromThread[], kind: FromThread["kind"]): boolean => said.some((message) => message.kind === kind);

describe.skipIf(!canRun)("the feed thread", () => {
  const folder = mkdtempSync(join(tmpdir(), "jware-feed-thread-"));
  let core: typeof import("@jware/core-native");
  beforeAll(async () => {
    core = await import("@jware/core-native");
    core.startCore({ journalDir: join(folder, "journal"), ackMode: "memory" });
  });
  afterAll(() => {
    core.stopCore();
    rmSync(folder, { recursive: true, force: true });
  });

  it("runs four live markets with a day of bars, stops when told, and goes on without history", async () => {
    const data: FeedThreadData = { feed: { kind: "simulated", seed: 7, ticksPerSecond: 2_000 }, symbols: [], logLevel: "error" };
    const first = startThread(data);
    await until("the thread is ready", () => hasSaid(first.said, "ready") && hasSaid(first.said, "health"));
    expect(first.said[0]).toEqual({ kind: "ready", facts: { feed: "simulated (seed 7, 2000 ticks/s)" } });
    const instruments = core.queryInstruments();
    expect(instruments.map(({ symbol, bookState }) => [symbol, bookState])).toEqual([
      ["BTC-USD", "synced"],
      ["ACME", "synced"],
      ["EUR-USD", "synced"],
      ["IX500-F", "synced"],
    ]);
    const seqBefore = core.queryBook(1, 1)?.seq ?? 0;
    await until("the book moves", () => (core.queryBook(1, 1)?.seq ?? 0) > seqBefore + 100);
    const bars = core.queryBars(1, 60, 0, Number.MAX_SAFE_INTEGER);
    expect(bars.length).toBeGreaterThanOrEqual(1_000);
    const ended = new Promise((resolve) => first.worker.once("exit", resolve));
    first.worker.postMessage({ kind: "stop" });
    expect(await ended).toBe(0);
    expect(first.said.at(-1)).toEqual({ kind: "stopped" });
    expect(core.queryInstruments().every(({ bookState }) => bookState === "stale")).toBe(true);

    const before = core.queryInstruments();
    const second = startThread(data);
    await until("the thread is ready again", () => hasSaid(second.said, "ready"));
    for (const { instrument, lastTicks } of before) {
      const book = core.queryBook(instrument, 1);
      const middle = ((book?.bids[0]?.[0] ?? 0) + (book?.asks[0]?.[0] ?? 0)) / 2;
      expect(Math.abs(middle / lastTicks - 1)).toBeLessThan(0.01);
    }
    const stopped = new Promise((resolve) => second.worker.once("exit", resolve));
    second.worker.postMessage({ kind: "stop" });
    await stopped;
  });

  it("says with a code why it cannot start", async () => {
    const file = join(folder, "not-a-capture");
    writeFileSync(file, "hello\n");
    const { worker, said } = startThread({ feed: { kind: "replay", file, speed: 1 }, symbols: [], logLevel: "error" });
    await until("the thread gives up", () => said.length > 0);
    expect(said[0]).toMatchObject({ kind: "fatal", code: "FEED_ERR_REPLAY_NOT_CAPTURE" });
    await worker.terminate();
  });
});
