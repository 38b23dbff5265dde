/**
 * The kill proof: the real platform is killed again and again, at random moments and at named points, under an independent
 * client whose log is judged; at the end everything that is stored is held against everything that was told.
 *
 * Half of the kills are at points, each point in turn; the others SIGKILL after U(0, 800 ms) of load. One PostgreSQL, of the
 * proof's own, stays up, so that a start costs a second. Which orders are sent follows from the seed; when they meet the kill
 * does not, so a failure keeps its folder.
 */
import { fork } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectPostgres, type Sql } from "../postgres/connect.js";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../postgres/embedded.js";
import { readEntries } from "./client-log.js";
import type { DriverOptions, FromDriver, ToDriver } from "./driver.js";
import { Judge } from "./judge.js";
import { freePort, PlatformChild, type PlatformPlace } from "./platform-child.js";
import { POINTS, type Point } from "./points.js";
import { Seeded } from "./seeded.js";
import { readEverything } from "./stored.js";

const DRIVER = fileURLToPath(new URL("../../dist/torture/driver.js", import.meta.url));
const LOAD_MS_MAX = 800;
/** How long load may take to bring an armed point about, before a plain kill takes its place. */
const POINT_MS_MAX = 4_000;
/** Small, so that files change every few kills. */
const SEGMENT_BYTES = 65_536;
const LIST_EVERY_KILLS = 20;
const FAILURES_MAX = 20;
const ANSWER_MS_MAX = 60_000;
const QUIET_LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  /** Points to kill at; all of them where absent. Then every kill is at one of these. */
  readonly only?: readonly string[];
  readonly progress?: (line: string) => void;
}

export interface KillReport {
  readonly seed: number;
  readonly kills: number;
  readonly killsAtPoints: number;
  readonly killsAtRandom: number;
  /** How often each point ended the process. */
  readonly points: Readonly<Record<string, number>>;
  readonly pointsNeverReached: readonly string[];
  readonly requests: number;
  readonly orders: number;
  readonly fills: number;
  readonly reports: number;
  readonly recoveryMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly broken: readonly string[];
  /** Where log, journal and database of a failed run are. */
  readonly folder: string | undefined;
}

export async function killRun(options: KillOptions): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), "jware-kill-"));
  const run = new KillRun(folder, options);
  let isSound = false;
  try {
    const report = await run.run();
    isSound = report.broken.length === 0;
    return { ...report, folder: isSound ? undefined : folder };
  } finally {
    await run.close();
    if (isSound) rmSync(folder, { recursive: true, force: true });
  }
}

class KillRun {
  readonly #folder: string;
  readonly #options: KillOptions;
  readonly #random: Seeded;
  readonly #judge = new Judge();
  readonly #broken: string[] = [];
  readonly #reached = new Map<string, number>();
  readonly #recoveryMs: number[] = [];
  #postgres: EmbeddedPostgres | undefined;
  #sql: Sql | undefined;
  #driver: DriverChild | undefined;
  #platform: PlatformChild | undefined;
  #place: PlatformPlace | undefined;
  #readBytes = 0;
  #killCount = 0;
  #next = 0;

  constructor(folder: string, options: KillOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#random = new Seeded(options.seed);
  }

  async run(): Promise<Omit<KillReport, "folder">> {
    await this.#prepare();
    while (this.#killCount < this.#options.kills && this.#broken.length < FAILURES_MAX) {
      await this.#cycle();
      if (this.#killCount % LIST_EVERY_KILLS === 0)
        this.#options.progress?.(`${this.#killCount} kills, ${this.#judge.counts.orders} orders, ${this.#broken.length} broken`);
    }
    if (this.#broken.length < FAILURES_MAX) await this.#settleAll();
    return this.#report();
  }

  async close(): Promise<void> {
    this.#driver?.close();
    await this.#platform?.kill();
    await this.#sql?.end({ timeout: 1 });
    await this.#postgres?.stop();
  }

  async #prepare(): Promise<void> {
    const dataDir = join(this.#folder, "data");
    this.#postgres = await startEmbeddedPostgres({ dataDir: join(this.#folder, "postgres"), log: QUIET_LOG, isDurable: false });
    this.#sql = connectPostgres(this.#postgres.url, { max: 1 });
    const [httpPort, wsPort] = [await freePort(), await freePort()];
    const feed = ["--feed", "simulated", "--symbols", "BTC-USD", "--sim-rate", "10", "--sim-seed", String(this.#options.seed)];
    const args = ["--database-url", this.#postgres.url, "--segment-bytes", String(SEGMENT_BYTES), ...feed];
    this.#place = { dataDir, httpPort, wsPort, args };
    // The first start makes users and keys, which takes longer and is no recovery.
    const first = this.#start();
    if (!(await first.ready())) throw new Error(`the first start failed:\n${first.output}`);
    const logFile = join(this.#folder, "client.log");
    this.#driver = new DriverChild({ dataDir, httpPort, wsPort, logFile, seed: this.#options.seed });
  }

  #start(env: Readonly<Record<string, string>> = {}): PlatformChild {
    if (this.#place === undefined) throw new Error("prepare comes first");
    this.#platform = new PlatformChild(this.#place, env);
    return this.#platform;
  }

  /** One life of the process: start, load, end. */
  async #cycle(): Promise<void> {
    const point = this.#draw();
    await this.#platform?.kill();
    const passing = point === undefined ? 0 : this.#random.whole(1, point.passingsMax);
    const startedMs = performance.now();
    const platform = this.#start(point === undefined ? {} : { JWARE_FAILPOINT: `${point.name}:${passing}` });
    const driver = this.#liveDriver();
    let isUp = await platform.ready();
    if (isUp) {
      this.#recoveryMs.push(performance.now() - startedMs);
      driver.send({ kind: "up" });
      isUp = await Promise.race([driver.heard("live").then(() => true), platform.ended.then(() => false)]);
    }
    if (isUp && this.#killCount % LIST_EVERY_KILLS === LIST_EVERY_KILLS - 1 && point === undefined) {
      driver.send({ kind: "listFills" });
      await driver.heard("listed");
    }
    if (isUp) await this.#load(platform, point);
    const { signal, code } = await platform.kill();
    if (signal !== "SIGKILL" && point?.passed !== "stop")
      this.#broken.push(`the platform ended with ${code}: ${platform.output}`);
    const passed = platform.passedPoint;
    if (passed !== undefined) this.#reached.set(passed, (this.#reached.get(passed) ?? 0) + 1);
    this.#killCount += 1;
    await driver.away();
    await this.#judgeNew();
  }

  /** Lets orders flow until the process is to die, or has died. */
  async #load(platform: PlatformChild, point: Point | undefined): Promise<void> {
    const ms = this.#random.next() * LOAD_MS_MAX;
    if (point?.passed === "stop") {
      await within(platform.ended, ms);
      platform.signal("SIGTERM");
      await within(platform.ended, POINT_MS_MAX);
      return;
    }
    await within(platform.ended, point === undefined ? ms : POINT_MS_MAX);
  }

  /** What ends the next life: a point, or (undefined) chance. */
  #draw(): Point | undefined {
    const { only } = this.#options;
    const points = only === undefined ? POINTS : POINTS.filter(({ name }) => only.includes(name));
    if (only === undefined && this.#killCount % 2 === 1) return undefined;
    const point = points[this.#next % points.length];
    this.#next += 1;
    return point;
  }

  #liveDriver(): DriverChild {
    if (this.#driver === undefined) throw new Error("prepare comes first");
    return this.#driver;
  }

  /** Judges what the log has more than before. */
  async #judgeNew(): Promise<void> {
    const chunks: Buffer[] = [];
    const file = join(this.#folder, "client.log");
    for await (const chunk of createReadStream(file, { start: this.#readBytes })) chunks.push(chunk as Buffer);
    const all = Buffer.concat(chunks);
    const whole = all.subarray(0, all.lastIndexOf(0x0a) + 1);
    this.#readBytes += whole.length;
    for (const entry of readEntries(whole.toString())) {
      for (const sentence of this.#judge.take(entry)) this.#broken.push(`after kill ${this.#killCount}: ${sentence}`);
    }
  }

  /** A last start without a kill: every answer awaited, everything canceled, all that is stored held against all that was told. */
  async #settleAll(): Promise<void> {
    const platform = this.#start();
    if (!(await platform.ready())) throw new Error(`the last start failed:\n${platform.output}`);
    const driver = this.#liveDriver();
    driver.send({ kind: "up" });
    await driver.heard("live");
    driver.send({ kind: "finish" });
    await driver.heard("finished");
    await this.#judgeNew();
    if (this.#sql === undefined) throw new Error("prepare comes first");
    for (const sentence of this.#judge.take(await readEverything(this.#sql))) this.#broken.push(`at the end: ${sentence}`);
  }

  #report(): Omit<KillReport, "folder"> {
    const { orders, fills, requests, reports } = this.#judge.counts;
    const killsAtPoints = [...this.#reached.values()].reduce((sum, count) => sum + count, 0);
    const wanted = POINTS.map(({ name }) => name).filter((name) => this.#options.only?.includes(name) ?? true);
    const sorted = [...this.#recoveryMs].sort((a, b) => a - b);
    const at = (share: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
    return {
      ...{ seed: this.#options.seed, kills: this.#killCount, killsAtPoints, killsAtRandom: this.#killCount - killsAtPoints },
      points: Object.fromEntries([...this.#reached].sort(([a], [b]) => a.localeCompare(b))),
      pointsNeverReached: wanted.filter((name) => !this.#reached.has(name)),
      ...{ requests, orders, fills, reports, recoveryMs: { p50: at(0.5), p99: at(0.99), max: at(1) } },
      broken: this.#broken,
    };
  }
}

/** The client's process. */
class DriverChild {
  readonly #child;
  #isConnected = false;
  #failure: string | undefined;
  #listeners: ((message: FromDriver) => void)[] = [];

  constructor(options: DriverOptions) {
    this.#child = fork(DRIVER, [JSON.stringify(options)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#child.on("message", (message: FromDriver) => {
      if (message.kind === "live") this.#isConnected = true;
      if (message.kind === "lost") this.#isConnected = false;
      if (message.kind === "failed") this.#failure = message.reason;
      for (const listener of this.#listeners) listener(message);
    });
  }

  send(message: ToDriver): void {
    this.#child.send(message);
  }

  /** Resolves when it says so. Rejects where it fails, or says nothing for a minute. */
  async heard(kind: FromDriver["kind"]): Promise<void> {
    await this.#until(`said ${kind}`, (message) => message?.kind === kind);
  }

  /** Resolves when it knows that the server is away. */
  async away(): Promise<void> {
    await this.#until("lost its connection", () => !this.#isConnected);
  }

  close(): void {
    this.#child.disconnect();
  }

  #until(what: string, isSo: (message: FromDriver | undefined) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(new Error(`the client has not ${what} in time`)), ANSWER_MS_MAX);
      const end = (error?: Error): void => {
        clearTimeout(timer);
        this.#listeners = this.#listeners.filter((each) => each !== look);
        if (error === undefined) resolve();
        else reject(error);
      };
      const look = (message: FromDriver | undefined): void => {
        if (this.#failure !== undefined) end(new Error(`the client failed: ${this.#failure}`));
        else if (isSo(message)) end();
      };
      this.#listeners.push(look);
      look(undefined);
    });
  }
}

/** Waits for it, but not longer. */
async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
