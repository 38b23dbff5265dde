/** Entry of the decode worker: messages in and out, nothing else. `StreamSession` does the work. */
import { transferables } from "./frame-batch.js";
import { StreamSession } from "./stream-session.js";
import type { FromWorker, ToWorker } from "./worker-message.js";

/** The worker's global scope, which the DOM's types do not know. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
let session: StreamSession | undefined;

const post = (message: FromWorker): void => scope.postMessage(message, message.kind === "batch" ? transferables(message) : []);

scope.onmessage = ({ data }) => {
  if (data.kind === "start") {
    session?.stop();
    session = new StreamSession(data.wsUrl, post);
  } else if (data.kind === "stop") {
    session?.stop();
    session = undefined;
  } else {
    session?.handle(data);
  }
};
