// A platform for the browser tests: the engine as `npm start` runs it, on free ports, in a folder that goes with it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adopt } from "./run.mjs";
import { ROOT } from "./root.mjs";

const READY_MS_MAX = 60_000;

/**
 * Starts it. Resolves with the environment that names it (empty where it did not become ready: those tests then skip, and the
 * caller counts a failure) and the function that ends it.
 */
export async function startTestPlatform() {
  const dataDir = mkdtempSync(join(tmpdir(), "jware-browser-tests-"));
  const options = ["--http-port", "0", "--ws-port", "0", "--data-dir", dataDir];
  const child = spawn(process.execPath, [join(ROOT, "engine/dist/main.js"), ...options], { stdio: ["ignore", "pipe", "pipe"] });
  adopt(child);
  let output = "";
  const page = await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), READY_MS_MAX);
    const give = (value) => {
      clearTimeout(timer);
      resolve(value);
    };
    const look = (text) => {
      output += text;
      if (output.includes("Ctrl-C stops")) give(/^ *Page +(\S+)/m.exec(output)?.[1]);
    };
    child.stdout.setEncoding("utf8").on("data", look);
    child.stderr.setEncoding("utf8").on("data", look);
    child.once("exit", () => give(undefined));
  });
  const stop = async () => {
    const ended = new Promise((resolve) =>
      child.exitCode === null && child.signalCode === null ? child.once("exit", resolve) : resolve(),
    );
    child.kill("SIGTERM");
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
  const env = page === undefined ? {} : { JWARE_URL: page, JWARE_CREDENTIALS: join(dataDir, "credentials.json") };
  return { env, stop, output: () => output };
}
