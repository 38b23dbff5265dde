// What a proof of the engine starts ends with the proof, by its signal: the platform as a platform ends, with its database.
import { spawn } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { processesNaming } from "../../engine/src/test/platform-process.ts";

const MODULE = new URL("./engine-proof.mjs", import.meta.url).href;
const PROGRAM = `
  import { engineModule } from ${JSON.stringify(MODULE)};
  const { PlatformChild } = await engineModule("torture/platform-child.ts");
  const child = new PlatformChild({ dataDir: process.env.DATA_DIR, httpPort: 0, wsPort: 0, args: ["--feed", "none"] });
  await child.ready();
  // Whatever it says later does not take away where it is.
  child.output = "";
  console.log(child.page, child.socketPort);
  await child.ended;
  await new Promise(() => setInterval(() => undefined, 1_000));`;

test.skipIf(process.platform !== "linux").each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
])("%s ends the platform of a proof, and the platform's database", { timeout: 120_000 }, async (signal, code) => {
  const dataDir = realpathSync(mkdtempSync(join(tmpdir(), "jware-proof-")));
  const proof = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM], {
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => proof.once("exit", resolve));
  onTestFinished(async () => {
    proof.kill(signal);
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  });
  const said = await new Promise((resolve) => proof.stdout.once("data", (chunk) => resolve(String(chunk))));
  expect(said).toMatch(/^http:\/\/\S+:\d+\S* \d+\n$/);
  // The platform and its PostgreSQL.
  expect(processesNaming(dataDir).length).toBeGreaterThan(1);
  proof.kill(signal);
  expect(await ended).toBe(code);
  expect(processesNaming(dataDir)).toEqual([]);
});
