/** Entry of the thread that follows the journal into the database. Speaks schemas/src/thread-message.ts with its parent. */
import { parentPort, workerData } from "node:worker_threads";
import { confirmProjected, durableSeq, ProjectionReader, yieldThread } from "@jware/core-native";
import type { FromThread, ToThread } from "@jware/schemas";
import type { Config } from "../config.js";
import { createLogger } from "../observability/logger.js";
import { Projector } from "./projector.js";

export interface ProjectorThreadData {
  readonly databaseUrl: string;
  readonly logLevel: Config["logLevel"];
}

if (parentPort === null) throw new Error("projector-thread.js runs as a worker thread only");
const port = parentPort;
const tell = (message: FromThread): void => port.postMessage(message);

const { databaseUrl, logLevel } = workerData as ProjectorThreadData;

const projector = new Projector({
  databaseUrl,
  openSource: (fromSeq) => new ProjectionReader(fromSeq),
  onFlushed: confirmProjected,
  headSeq: durableSeq,
  onHealth: (health) => tell({ kind: "health", health }),
  log: createLogger({ level: logLevel, component: "projector" }),
});

port.on("message", (message: ToThread) => {
  if (message.kind !== "stop") return;
  void projector.stop().then(() => {
    tell({ kind: "stopped" });
    port.close();
  });
});

// History waits where trading wants the processor.
yieldThread();
projector.start();
// Ready does not wait for the database: the engine trades without it.
tell({ kind: "ready", facts: {} });
