/** Worker thread of one edge: starts the application, tells its port, closes it on request. */
import { parentPort, workerData } from "node:worker_threads";
import type { FromThread, ToThread } from "@jware/schemas";
import { type EdgeOptions, startEdge } from "./edge-app.js";

const HEALTH_MS = 1_000;

const port = parentPort;
if (port === null) throw new Error("edge-thread.ts is the entry of a worker thread");
const tell = (message: FromThread): void => port.postMessage(message);

try {
  const edge = startEdge(workerData as EdgeOptions);
  tell({ kind: "ready", facts: { wsPort: edge.port } });
  const health = setInterval(() => {
    const { sockets, conflated, slowPrivate } = edge.counts();
    const detail = `${sockets} sockets, ${conflated} times conflated, ${slowPrivate} closed as slow`;
    tell({ kind: "health", health: { component: "edge", state: "up", detail } });
  }, HEALTH_MS);
  port.on("message", (message: ToThread) => {
    if (message.kind !== "stop") return;
    clearInterval(health);
    edge.close();
    tell({ kind: "stopped" });
    port.close();
  });
} catch (error) {
  tell({ kind: "fatal", code: "ENG_ERR_EDGE", message: error instanceof Error ? error.message : String(error) });
}
