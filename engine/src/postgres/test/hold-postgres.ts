/** A process of its own that runs an embedded database until it is told to stop, or killed. Argument: the data folder. */
import { silentLog as log } from "../../observability/logger.js";
import { startEmbeddedPostgres } from "../embedded.js";

try {
  const server = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? "", log });
  process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid() })}\n`);
  process.stdin.once("data", () => {
    void server.stop().then(() => process.exit(0));
  });
} catch (error) {
  process.stdout.write(`${JSON.stringify({ code: (error as { code?: string }).code, message: (error as Error).message })}\n`);
  process.exit(1);
}
