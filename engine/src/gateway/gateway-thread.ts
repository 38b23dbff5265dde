/** The gateway's worker thread: starts it, passes on what the main thread says, ends with it. */
import { parentPort, workerData } from "node:worker_threads";
import type { FromThread, ToThread } from "@jware/schemas";
import type { Config } from "../config.js";
import { createLogger } from "../observability/logger.js";
import { nativeCore } from "./core-port.js";
import { startGateway, type Gateway } from "./gateway.js";

export interface GatewayThreadData {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly uiDir: string;
  readonly wsPort: number;
}

const port = parentPort;
if (port === null) throw new Error("gateway-thread runs as a worker thread only");

const tell = (message: FromThread): void => port.postMessage(message);
const data = workerData as GatewayThreadData;
const logger = createLogger({ level: data.config.logLevel, component: "gateway" });

/** The one sentence that the start screen shows for a start that failed. */
function fatal(error: unknown): FromThread {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === "EADDRINUSE") {
    const { httpPort } = data.config;
    return {
      kind: "fatal",
      code: "ENG_ERR_HTTP_PORT_IN_USE",
      message: `Port ${httpPort} is in use; choose another with --http-port.`,
    };
  }
  if (code === "EACCES" || code === "EADDRNOTAVAIL") {
    const { host, httpPort } = data.config;
    return { kind: "fatal", code: "ENG_ERR_HTTP_LISTEN", message: `The page cannot be served on ${host}:${httpPort} (${code}).` };
  }
  logger.fatal({ err: error }, "the gateway cannot start");
  return { kind: "fatal", code: "ENG_ERR_GATEWAY", message: `The gateway cannot start: ${String(message)}` };
}

let gateway: Gateway | undefined;
let stopping = false;

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await gateway?.close();
  tell({ kind: "stopped" });
  port?.close();
}

port.on("message", (message: ToThread) => {
  if (message.kind === "components") gateway?.setComponents(message.components);
  else void stop();
});

try {
  gateway = await startGateway({ ...data, core: nativeCore, logger });
  if (stopping) await gateway.close();
  else {
    const { httpPort, signInTicket, credentialsFile, madeFirstUsers } = gateway;
    tell({
      kind: "ready",
      facts: {
        httpPort,
        credentialsFile,
        firstStart: madeFirstUsers ? 1 : 0,
        ...(signInTicket === undefined ? {} : { signInTicket }),
      },
    });
  }
} catch (error) {
  tell(fatal(error));
}
