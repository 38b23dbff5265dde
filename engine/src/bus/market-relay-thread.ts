/** Worker thread that puts this process's market frames onto Redis, for other processes. Started where there is a Redis. */
import { parentPort, workerData } from "node:worker_threads";
import type { ComponentHealth, FromThread, ToThread } from "@jware/schemas";
import { MarketRelay } from "./market-relay.js";
import { RedisBus } from "./redis-bus.js";

export interface MarketRelayThreadData {
  readonly redisUrl: string;
}

const HEALTH_MS = 1_000;

const port = parentPort;
if (port === null) throw new Error("market-relay-thread.js runs as a worker thread only");
const tell = (message: FromThread): void => port.postMessage(message);
const { redisUrl } = workerData as MarketRelayThreadData;

let lastError = "";
const bus = new RedisBus({
  url: redisUrl,
  onError: (error) => {
    lastError = error.message;
  },
});
const relay = new MarketRelay(bus);
let droppedBefore = 0;

/** Degraded while frames are dropped: trading does not need the bus. */
function health(): ComponentHealth {
  const { published, dropped } = relay.counts();
  const isDropping = dropped > droppedBefore;
  droppedBefore = dropped;
  const detail = `${published} frames published, ${dropped} dropped${isDropping ? ` (${lastError})` : ""}`;
  return { component: "bus", state: isDropping ? "degraded" : "up", detail };
}

const timer = setInterval(() => tell({ kind: "health", health: health() }), HEALTH_MS);
port.on("message", (message: ToThread) => {
  if (message.kind !== "stop") return;
  clearInterval(timer);
  relay.stop();
  void bus.close().then(() => {
    tell({ kind: "stopped" });
    port.close();
  });
});
tell({ kind: "ready", facts: {} });
