// A platform for the browser tests: the engine as `npm start` runs it, on free ports, in a folder that goes with it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineProof } from "./torture/engine-proof.mjs";

/**
 * Starts it. Resolves with the environment that names it (empty where it did not become ready: those tests then skip, and the
 * caller counts a failure) and the function that ends it.
 */
export async function startTestPlatform() {
  const dataDir = mkdtempSync(join(tmpdir(), "jware-browser-tests-"));
  const { PlatformChild } = await engineProof("torture/platform-child.ts");
  const child = new PlatformChild({ dataDir, httpPort: 0, wsPort: 0, args: [] });
  // That it hangs is a start that did not work, too: the caller prints what it said.
  const isReady = await child.ready().catch(() => false);
  const stop = async () => {
    await child.end("SIGTERM");
    rmSync(dataDir, { recursive: true, force: true });
  };
  const env = isReady ? { JWARE_URL: child.page, JWARE_CREDENTIALS: join(dataDir, "credentials.json") } : {};
  return { env, stop, output: () => child.output };
}
