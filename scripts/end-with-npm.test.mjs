import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { parentOf } from "./end-with-npm.mjs";

const MODULE = new URL("./end-with-npm.mjs", import.meta.url).href;
/** Says its process id and then lives until it is told to end. */
const PROGRAM = `import { endWithNpm } from ${JSON.stringify(MODULE)}; endWithNpm(); console.log(process.pid); setInterval(() => undefined, 1000);`;

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A stand-in for npm: a process that runs a shell that runs the program, as npm does. */
async function startBelow(env) {
  const run = `require("node:child_process").spawn("sh", ["-c", '"$NODE" --input-type=module -e "$PROGRAM"; true'], { stdio: "inherit" }); setInterval(() => undefined, 1000);`;
  const npm = spawn(process.execPath, ["-e", run], {
    env: { ...process.env, ...env, NODE: process.execPath, PROGRAM },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pid = await new Promise((resolve) => npm.stdout.once("data", (chunk) => resolve(Number(chunk.toString().trim()))));
  return { npm, pid };
}

test.skipIf(process.platform !== "linux")("the platform ends when its npm is killed, and lives on without one", async () => {
  const below = await startBelow({ npm_lifecycle_event: "start" });
  expect(isAlive(below.pid)).toBe(true);
  below.npm.kill("SIGKILL");
  for (let wait = 0; wait < 100 && isAlive(below.pid); wait += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isAlive(below.pid)).toBe(false);

  const { npm_lifecycle_event: _, ...bare } = process.env;
  const alone = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM], {
    env: bare,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => alone.stdout.once("data", resolve));
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(isAlive(alone.pid)).toBe(true);
  alone.kill("SIGKILL");
});

test.skipIf(process.platform !== "linux")("a process's parent is told", () => {
  expect(parentOf(process.pid)).toBe(process.ppid);
  expect(parentOf(2 ** 30)).toBeUndefined();
});
