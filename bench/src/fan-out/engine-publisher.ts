/**
 * Ticks by the platform's own way: given to the core one by one on this thread, as a feed does, and sent by the edge's own worker thread.
 * `engine-publisher.js <folder>`; prints its ports, and every time it conflates somebody.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { MarketBatch, putCredential, stopCore } from "@jware/core-native";
import type { FromThread } from "@jware/schemas";
import { BID_TICKS, INSTRUMENT, startCoreUnderTest } from "../core-under-test.js";
import { ROOT } from "../root.js";
import { listenForTurns, nowMs } from "./control.js";
import { ticketCredential } from "./ticket.js";

/** Sizes that alternate: a level that does not change is no tick. */
const LOTS_MAX = 100_000;

const folder = process.argv[2];
if (folder === undefined) throw new Error("the path of a folder for the journal is needed");
startCoreUnderTest(join(folder, "journal"), "paper");
putCredential(ticketCredential());

const batch = new MarketBatch();
let lots = 0;
const controlPort = await listenForTurns((tickCount) => {
  for (let tick = 0; tick < tickCount; tick++) {
    lots = (lots % LOTS_MAX) + 1;
    batch.level(INSTRUMENT, 1, BID_TICKS - 1, lots, nowMs());
    batch.flush();
  }
});

const edge = new Worker(join(ROOT, "engine/dist/edge/edge-thread.js"), { workerData: { host: "127.0.0.1", port: 0 } });
edge.on("message", (message: FromThread) => {
  if (message.kind === "ready") process.stdout.write(`${JSON.stringify({ port: message.facts.wsPort, controlPort })}\n`);
  if (message.kind === "health") process.stdout.write(`${message.health.detail}\n`);
  if (message.kind === "fatal") throw new Error(message.message);
  if (message.kind !== "stopped") return;
  stopCore();
  process.exit(0);
});
process.once("SIGTERM", () => edge.postMessage({ kind: "stop" }));
