import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, cp, mkdir, mkdtemp, readdir, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { silentLog as log } from "../observability/logger.js";
import { connectPostgres } from "./connect.js";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "./embedded.js";
import { findServerProcesses, reapStaleCluster } from "./stale-cluster.js";

const IS_ROOT = process.getuid?.() === 0;
// Servers are made, killed and recovered here, perhaps while everything else is being tested.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function makeDir(): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "jw-pg-test-")));
  cleanups.push(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

let template: string;
beforeAll(async () => {
  template = await realpath(await mkdtemp(join(tmpdir(), "jw-pg-template-")));
  await (await startEmbeddedPostgres({ dataDir: template, log, isDurable: false })).stop();
});
afterAll(() => rm(template, { recursive: true }));

/** A data folder with a cluster in it, copied: making one takes half a second of work. */
async function makeFilledDir(name = ""): Promise<string> {
  const dataDir = join(await makeDir(), name);
  await cp(join(template, "cluster"), join(dataDir, "cluster"), { recursive: true });
  return dataDir;
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log, isDurable: false });
  cleanups.push(server.stop);
  return server;
}

async function query(url: string, text: string): Promise<unknown> {
  const sql = connectPostgres(url, { max: 1, connect_timeout: 5 });
  try {
    const [row] = await sql.unsafe(text);
    return row === undefined ? undefined : Object.values(row)[0];
  } finally {
    await sql.end();
  }
}

interface Holder {
  readonly child: ChildProcess;
  readonly said: { url: string; pid: number } & { code?: string; message?: string };
}

/** Runs the database from another process, as another user or with other programs in reach. */
async function startInChild(dataDir: string, options: { uid?: number; path?: string } = {}): Promise<Holder> {
  const tsx = createRequire(import.meta.url).resolve("tsx");
  const script = fileURLToPath(new URL("test/hold-postgres.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", tsx, script, dataDir], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...(options.path === undefined ? {} : { PATH: options.path }) },
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  cleanups.push(async () => {
    child.kill("SIGKILL");
    await reapStaleCluster(join(dataDir, "cluster"));
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return { child, said: JSON.parse(line) };
}

/** A folder with only the named programs, to be the whole PATH. */
async function makePath(...programs: string[]): Promise<string> {
  const dir = await makeDir();
  await chmod(dir, 0o755);
  for (const program of ["true", "chown", ...programs]) await symlink(`/usr/bin/${program}`, join(dir, program));
  return dir;
}

async function waitForNoServer(clusterDir: string): Promise<void> {
  while ((await findServerProcesses(clusterDir)).length > 0) await sleep(10);
}

describe("the embedded database", () => {
  it("makes a cluster, keeps it over a stop, and leaves no process", async () => {
    const dataDir = await makeDir();
    const cold = await startEmbeddedPostgres({ dataDir, log });
    cleanups.push(cold.stop);
    expect(await query(cold.url, "SELECT current_setting('fsync')")).toBe("on");
    await query(cold.url, "CREATE TABLE kept (n bigint)");
    await query(cold.url, "INSERT INTO kept VALUES (9007199254740993)");
    await cold.stop();
    expect(await findServerProcesses(join(dataDir, "cluster"))).toEqual([]);

    const warm = await start(dataDir);
    expect(await query(warm.url, "SELECT n FROM kept")).toBe(9_007_199_254_740_993n);
    await warm.stop();
    expect(await findServerProcesses(join(dataDir, "cluster"))).toEqual([]);
  });

  it("yields to what trades, and so do those of its processes that serve", async () => {
    const server = await start(await makeFilledDir());
    const wanted = Math.min(getPriority(0) + 10, 19);
    expect(getPriority(server.pid() ?? -1)).toBe(wanted);
    const sql = connectPostgres(server.url, { max: 1 });
    const [row] = await sql`SELECT pg_backend_pid() AS pid`;
    expect(getPriority(Number(row?.pid))).toBe(wanted);
    await sql.end();
  });

  it("stops while clients are connected and busy", async () => {
    const server = await start(await makeFilledDir());
    const sql = connectPostgres(server.url, { max: 1 });
    const busy = sql`SELECT pg_sleep(60)`.catch((error: { code: string }) => error.code);
    while ((await query(server.url, "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'")) === 0n)
      await sleep(10);
    await server.stop();
    expect(await busy).toBe("CONNECTION_CLOSED");
    await sql.end({ timeout: 0 });
  });

  it("lets only its owner reach the socket, and listens on no port", async () => {
    const server = await start(await makeFilledDir());
    const socketDir = decodeURIComponent(new URL(server.url).hostname);
    expect((await stat(socketDir)).mode & 0o777).toBe(0o700);
    expect(await query(server.url, "SELECT current_setting('listen_addresses')")).toBe("");
  });

  it("finds a short place for the socket where the data folder's path is long", async () => {
    const dataDir = await makeFilledDir("x".repeat(120));
    const server = await start(dataDir);
    expect(Buffer.byteLength(decodeURIComponent(new URL(server.url).hostname))).toBeLessThan(90);
    expect(await query(server.url, "SELECT 1")).toBe(1);
    cleanups.push(() => rm(decodeURIComponent(new URL(server.url).hostname), { recursive: true, force: true }));
  });

  it("does not trust a cluster that was left half made", async () => {
    const dataDir = await makeDir();
    await mkdir(join(dataDir, "cluster.unfinished"));
    await writeFile(join(dataDir, "cluster.unfinished", "PG_VERSION"), "18\n");
    const server = await start(dataDir);
    expect(await query(server.url, "SELECT current_database()")).toBe("jware");
    expect(await readdir(dataDir)).not.toContain("cluster.unfinished");
  });

  it("refuses a cluster of another major version", async () => {
    const dataDir = await makeDir();
    await mkdir(join(dataDir, "cluster"));
    await writeFile(join(dataDir, "cluster", "PG_VERSION"), "12\n");
    await expect(startEmbeddedPostgres({ dataDir, log, isDurable: false })).rejects.toMatchObject({
      code: "ENG_ERR_POSTGRES_VERSION",
    });
  });

  it("says what the server said where it does not start", async () => {
    const dataDir = await makeFilledDir();
    await (await start(dataDir)).stop();
    await writeFile(join(dataDir, "cluster", "postgresql.conf"), "no_such_setting = 1\n");
    await expect(startEmbeddedPostgres({ dataDir, log, isDurable: false })).rejects.toMatchObject({
      code: "ENG_ERR_POSTGRES_START",
      message: expect.stringContaining("no_such_setting"),
    });
  });

  it("starts over the pid file of a stranger", async () => {
    const dataDir = await makeFilledDir();
    await (await start(dataDir)).stop();
    await writeFile(join(dataDir, "cluster", "postmaster.pid"), `${process.pid}\n${dataDir}/cluster\n1\n5432\n`);
    const server = await start(dataDir);
    expect(await query(server.url, "SELECT 1")).toBe(1);
  });

  it("starts again by itself when the server is killed", async () => {
    const server = await start(await makeFilledDir());
    const firstPid = server.pid();
    process.kill(firstPid ?? 0, "SIGKILL");
    const isBack = async () => server.pid() !== firstPid && (await query(server.url, "SELECT 1").catch(() => 0)) === 1;
    while (!(await isBack())) await sleep(20);
  });
});

describe("an engine that is killed", () => {
  it("takes its database along", async () => {
    const dataDir = await makeFilledDir();
    const { child } = await startInChild(dataDir);
    child.kill("SIGKILL");
    await once(child, "exit");
    await waitForNoServer(join(dataDir, "cluster"));
  });

  it("leaves a database to be ended by the next start, where the kernel does not", async () => {
    const dataDir = await makeFilledDir();
    const { child, said } = await startInChild(dataDir, { path: await makePath("unshare") });
    child.kill("SIGKILL");
    await once(child, "exit");
    const left = await findServerProcesses(join(dataDir, "cluster"));
    expect(left).toContain(said.pid);

    const server = await start(dataDir);
    expect(await query(server.url, "SELECT 1")).toBe(1);
    for (const pid of left) expect(await findServerProcesses(join(dataDir, "cluster"))).not.toContain(pid);
  });
});

describe.skipIf(!IS_ROOT)("started by root", () => {
  it("works in a folder that only root may enter, and changes no owner", async () => {
    const dataDir = await makeFilledDir("data");
    const server = await start(dataDir);
    expect(await query(server.url, "SELECT current_user")).toBe("jware");
    expect((await stat(join(dataDir, "cluster"))).uid).toBe(0);
  });

  it("runs as nobody where namespaces are not to be had, and another way again later", async () => {
    const parent = await makeDir();
    await chmod(parent, 0o755);
    const dataDir = join(parent, "data");
    const { child, said } = await startInChild(dataDir, { path: await makePath("setpriv", "nice") });
    expect(said.message).toBeUndefined();
    expect(getPriority(said.pid)).toBe(Math.min(getPriority(0) + 10, 19));
    expect(await query(said.url, "SELECT current_user")).toBe("jware");
    expect((await stat(join(dataDir, "cluster"))).uid).toBe(65_534);
    child.stdin?.write("stop\n");
    expect(await once(child, "exit")).toEqual([0, null]);

    const server = await start(dataDir);
    expect(await query(server.url, "SELECT 1")).toBe(1);
  });

  it("lets no other process of nobody in", async () => {
    const parent = await makeDir();
    await chmod(parent, 0o755);
    const { said } = await startInChild(join(parent, "data"), { path: await makePath("setpriv") });
    const tsx = createRequire(import.meta.url).resolve("tsx");
    const source = `import { connectPostgres } from ${JSON.stringify(new URL("connect.ts", import.meta.url).href)};
      const sql = connectPostgres(${JSON.stringify(said.url)}, { max: 1 });
      try { await sql\`SELECT 1\`; console.log("in"); } catch (error) { console.log(error.code); } finally { await sql.end(); }`;
    const intruder = spawn(process.execPath, ["--import", tsx, "--input-type=module", "-e", source], {
      uid: 65_534,
      gid: 65_534,
      stdio: ["ignore", "pipe", "inherit"],
    });
    expect(await once(createInterface(intruder.stdout), "line")).toEqual(["28000"]);
  });

  it("says so where neither way is open", async () => {
    const { said } = await startInChild(join(await makeDir(), "data"), { path: await makePath() });
    expect(said).toMatchObject({ code: "ENG_ERR_POSTGRES_USER", message: expect.stringContaining("--database-url") });
  });

  it("works for a plain user", async () => {
    const dataDir = await makeDir();
    await chown(dataDir, 65_534, 65_534);
    const { child, said } = await startInChild(dataDir, { uid: 65_534 });
    expect(said.message).toBeUndefined();
    expect(await query(said.url, "SELECT 1")).toBe(1);
    child.stdin?.write("stop\n");
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});
