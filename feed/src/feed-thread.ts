/**
 * The feed's worker thread: defines its instruments in the core, runs one provider, tells the main thread how it is.
 *
 * The core must be started before. A FeedError at the start is told as `fatal` with its code; after that the feed lives
 * through everything its venue does, and says `degraded` meanwhile.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { FromThread, ToThread } from "@jware/schemas";
import { pino } from "pino";
import { FeedError } from "./feed-error.js";
import type { FeedThreadData } from "./feed-options.js";
import { openProvider } from "./provider/open.js";
import type { Provider } from "./provider/provider.js";
import { defineInstruments, knownInstruments, makeCoreSink } from "./publish.js";

const HEALTH_MS = 1_000;

const port = parentPort;
if (port === null) throw new Error("feed-thread.js is the entry of a worker thread");
const { feed, symbols, logLevel } = workerData as FeedThreadData;
const log = pino({ name: "feed", level: logLevel });
const tell = (message: FromThread): void => port.postMessage(message);

let provider: Provider | undefined;
let healthTimer: NodeJS.Timeout | undefined;
let stopping = false;

port.on("message", (message: ToThread) => {
  if (message.kind !== "stop" || stopping) return;
  stopping = true;
  stop().catch((error: unknown) => log.error({ err: error }, "stop failed"));
});

start().catch((error: unknown) => {
  // The main thread prints a FeedError's sentence; only what nobody expected needs its stack.
  if (!(error instanceof FeedError)) log.error({ err: error }, "feed cannot start");
  const code = error instanceof FeedError ? error.code : "FEED_ERR_START";
  tell({ kind: "fatal", code, message: error instanceof Error ? error.message : String(error) });
});

async function start(): Promise<void> {
  const opened = await openProvider(feed, { symbols, known: knownInstruments(), log });
  if (stopping) return;
  defineInstruments(opened?.instruments ?? []);
  provider = opened;
  opened?.start(makeCoreSink());
  tell({ kind: "ready", facts: { feed: opened?.name ?? "none" } });
  tellHealth();
}

/** Tells each change of state, and the counters to the log when it gets worse. */
function tellHealth(): void {
  let told = "";
  const check = (): void => {
    const health = provider?.health() ?? { state: "up" as const, detail: "No feed.", counts: {} };
    if (health.state === told) return;
    told = health.state;
    log.info({ counts: health.counts, detail: health.detail }, `feed is ${health.state}`);
    tell({ kind: "health", health: { component: "feed", state: health.state, detail: health.detail } });
  };
  check();
  healthTimer = setInterval(check, HEALTH_MS);
}

async function stop(): Promise<void> {
  clearInterval(healthTimer);
  await provider?.stop();
  tell({ kind: "stopped" });
  port?.close();
}
