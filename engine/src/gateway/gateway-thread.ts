/** The gateway's worker thread: loads its modules, starts it when told, passes on what the main thread says, ends with it. */
import { parentPort, workerData } from "node:worker_threads";
import type { FromThread, ToThread } from "@jware/schemas";
import type { Config } from "../config.js";
import { createLogger } from "../observability/logger.js";
import { nativeCore } from "./core-port.js";
import { startGateway, type Gateway } from "./gateway.js";

/** What is known before there is a database and a socket to name; the rest comes with `begin`. */
export interface GatewayThreadData {
  readonly config: Config;
  readonly uiDir: string;
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
let begin: (told: Extract<ToThread, { kind: "begin" }>) => void = () => undefined;
const begun = new Promise<Extract<ToThread, { kind: "begin" }>>((resolve) => {
  begin = resolve;
});

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await gateway?.close();
  tell({ kind: "stopped" });
  port?.close();
}

port.on("message", (message: ToThread) => {
  if (message.kind === "begin") begin(message);
  else if (message.kind === "components") gateway?.setComponents(message.components);
  else void stop();
});

try {
  const { databaseUrl, wsPort } = await begun;
  gateway = await startGateway({ ...data, databaseUrl, wsPort, core: nativeCore, logger });
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
