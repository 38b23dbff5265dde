/** The tools of the projection as an operator runs them: beside a running platform, after it has stopped, and killed on the way. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { silentLog } from "../observability/logger.js";
import { connectPostgres } from "../postgres/connect.js";
import { embeddedUrlOf } from "../postgres/embedded.js";
import { migrate } from "../postgres/migrate.js";
import { PlatformProcess, processesNaming } from "../test/platform-process.js";
import { EXIT } from "./tool.js";

const JWARE = fileURLToPath(new URL("../../bin/jware.mjs", import.meta.url));

let dir: string;

beforeAll(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "jware-tools-")));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function jware(...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [JWARE, "projection", ...args]);
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, out, err };
}

async function trade(platform: PlatformProcess, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const clOrdId = `${Date.now()}-${index}`;
    const body = {
      account: "PAPER-1",
      clOrdId,
      symbol: "BTC-USD",
      side: "buy",
      ordType: "market",
      timeInForce: "ioc",
      orderQty: "0.01",
    };
    expect((await platform.call("POST", "orders", body)).status).toBe(201);
  }
}

it("check and rebuild beside a running platform, then alone, and the platform starts again", { timeout: 180_000 }, async () => {
  const data = ["--data-dir", dir];
  const first = await PlatformProcess.start(dir);
  await first.signIn();
  await trade(first, 5);
  const sql = connectPostgres(await embeddedUrlOf(join(dir, "postgres")), { max: 1 });
  // What the test damages must be there.
  while ((await sql`SELECT 1 FROM executions WHERE exec_id = 2`).length === 0) await sleep(5);
  expect(await jware("check", ...data, "--json")).toMatchObject({
    code: EXIT.OK,
    out: expect.stringContaining('"isEqual":true'),
  });
  await sql`UPDATE executions SET last_px_ticks = last_px_ticks + 1 WHERE exec_id = 2`;
  const damaged = await jware("check", ...data);
  expect(damaged).toMatchObject({ code: EXIT.NOT_SO, out: expect.stringMatching(/^executions .*DIFFERS/m) });

  // Killed when its tables are being filled: the old ones are still there.
  const killed = spawn(process.execPath, [JWARE, "projection", "rebuild", ...data]);
  while ((await sql`SELECT 1 FROM pg_namespace WHERE nspname = 'jware_rebuild_1'`).length === 0) await sleep(5);
  killed.kill("SIGKILL");
  expect((await jware("check", ...data)).code).toBe(EXIT.NOT_SO);

  const rebuilt = await jware("rebuild", ...data);
  expect(rebuilt).toMatchObject({ code: EXIT.OK, out: expect.stringMatching(/^executions .*CHANGED/m) });
  await trade(first, 3);
  expect((await jware("check", ...data)).code).toBe(EXIT.OK);
  const { text } = await metricsOf(first);
  expect(text).toMatch(/^jware_projector_lag_seconds \d/m);
  expect(text).toMatch(/^# TYPE jware_projector_rows_total counter$/m);
  await sql.end({ timeout: 0 });
  expect(await first.end("SIGINT")).toBe(0);

  expect((await jware("check", ...data)).code).toBe(EXIT.OK);
  expect(await jware("rebuild", ...data, "--json")).toMatchObject({
    code: EXIT.OK,
    out: expect.stringContaining('"wasEqual":true'),
  });
  expect(await jware("rate", ...data, "--json")).toMatchObject({
    code: EXIT.OK,
    out: expect.stringContaining('"rowsPerSecond":'),
  });
  expect(processesNaming(dir)).toEqual([]);
  const second = await PlatformProcess.start(dir);
  await second.signIn();
  await trade(second, 2);
  expect((await jware("check", ...data)).code).toBe(EXIT.OK);
  expect(await second.end("SIGINT")).toBe(0);
});

it("say what they need, and when journal and database do not belong together", { timeout: 120_000 }, async () => {
  expect(await jware("check", "--data-dir", join(dir, "nowhere"))).toMatchObject({
    code: EXIT.USAGE,
    err: expect.stringContaining("holds no journal"),
  });
  expect((await jware("check", dir)).code).toBe(EXIT.USAGE);
  // A folder whose platform has its database elsewhere, or another folder's: nothing to compare with, and nothing is made to.
  const bare = join(dir, "bare");
  cpSync(join(dir, "journal"), join(bare, "journal"), { recursive: true });
  for (const tool of ["check", "rebuild", "rate"]) {
    const { code, out, err } = await jware(tool, "--data-dir", bare);
    expect({ code, out }).toEqual({ code: EXIT.USAGE, out: "" });
    expect(err).toContain("holds no database");
  }
  expect(readdirSync(bare)).toEqual(["journal"]);
  expect((await jware("rebuild", "--database-url", "mysql://x")).code).toBe(EXIT.USAGE);
  expect((await jware("check", "--data-dir", dir, "--database-url", "postgresql://127.0.0.1:1/x")).code).toBe(EXIT.UNAVAILABLE);
  const other = join(dir, "other");
  const platform = await PlatformProcess.start(other);
  const url = await embeddedUrlOf(join(other, "postgres"));
  for (const tool of ["check", "rebuild"]) {
    expect(await jware(tool, "--data-dir", dir, "--database-url", url)).toMatchObject({
      code: EXIT.DATA,
      err: expect.stringContaining("ENG_ERR_PROJECTION_FOREIGN"),
    });
  }
  // A database that holds nothing is refused as it is, and also once it is laid out.
  const sql = connectPostgres(url, { max: 1 });
  await sql`CREATE DATABASE empty`;
  await sql.end({ timeout: 0 });
  const emptyUrl = url.replace(/jware$/, "empty");
  const refused = (tool: string) => jware(tool, "--data-dir", dir, "--database-url", emptyUrl);
  for (const tool of ["check", "rebuild"]) {
    expect(await refused(tool)).toMatchObject({ code: EXIT.DATA, err: expect.stringContaining("holds no tables") });
  }
  await migrate({ databaseUrl: emptyUrl, log: silentLog });
  for (const tool of ["check", "rebuild"]) {
    expect(await refused(tool)).toMatchObject({ code: EXIT.DATA, err: expect.stringContaining("holds no command") });
  }
  expect(await platform.end("SIGINT")).toBe(0);
});

async function metricsOf(platform: PlatformProcess): Promise<{ text: string }> {
  return { text: await (await fetch(`${platform.page}metrics`)).text() };
}
