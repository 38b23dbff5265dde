/**
 * The kill proof: the real platform is killed again and again, at random moments and at named points, under an independent
 * client whose log is judged; at the end everything that is stored is held against everything that was told.
 *
 * Three of four kills are at points, each point in turn; the others SIGKILL after U(0, 800 ms) of load. One PostgreSQL, of the
 * proof's own, stays up, so that a start costs a second. Which orders are sent follows from the seed; when they meet the kill
 * does not, so a failure keeps its folder.
 */
import { freePort } from "./free-port.js";
import { join } from "node:path";
import { silentLog } from "../observability/logger.js";
import { connectPostgres, type Sql } from "../postgres/connect.js";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../postgres/embedded.js";
import { DriverChild, JudgedLog, within } from "./driver-child.js";
import { PlatformChild, type PlatformPlace } from "./platform-child.js";
import { POINTS, type Point } from "./points.js";
import { inFolder, type Judged, type Kept } from "./run-folder.js";
import { Seeded } from "./seeded.js";
import { readEverything } from "./stored.js";

const LOAD_MS_MAX = 800;
/** How long load may take to bring an armed point about, before a plain kill takes its place. */
const POINT_MS_MAX = 2_500;
/** Small, so that files change every few kills. */
const SEGMENT_BYTES = 65_536;
const STOP_SHARE = 0.25;
const RANDOM_EVERY_KILLS = 4;
const TEARS = "journal.write.mid";
const LEAVES_TORN = "journal.cut.before";
const LIST_EVERY_KILLS = 20;
const FAILURES_MAX = 20;

export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  /** Ends the killing after this time at the latest; the last comparison is made all the same. */
  readonly secondsMax?: number;
  /** Points to kill at; all of them where absent. Then every kill is at one of these. */
  readonly only?: readonly string[];
  /** How often the thread is held at a point under load instead, and the process killed some time later; 0.25 where absent. */
  readonly stopShare?: number;
  /** `memory` acknowledges before the journal is written: what a held journal thread then loses has to be seen. */
  readonly ack?: "durable" | "memory";
  /** What the platform's environment has besides ours. */
  readonly env?: Readonly<Record<string, string>>;
  readonly progress?: (line: string) => void;
}

export interface KillReport extends Judged {
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
}

export const killRun = (options: KillOptions): Promise<KillReport & Kept> =>
  inFolder("kill", async (folder) => {
    const run = new KillRun(folder, options);
    try {
      return await run.run();
    } finally {
      await run.close();
    }
  });

class KillRun {
  readonly #folder: string;
  readonly #options: KillOptions;
  readonly #random: Seeded;
  #log: JudgedLog | undefined;
  readonly #broken: string[] = [];
  readonly #reached = new Map<string, number>();
  readonly #recoveryMs: number[] = [];
  #postgres: EmbeddedPostgres | undefined;
  #sql: Sql | undefined;
  #driver: DriverChild | undefined;
  #platform: PlatformChild | undefined;
  #place: PlatformPlace | undefined;
  #killCount = 0;
  #next = 0;
  #nextCut = 0;
  /** The journal ends in the middle of a write, as far as is known. */
  #isTorn = false;

  constructor(folder: string, options: KillOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#random = new Seeded(options.seed);
  }

  async run(): Promise<KillReport> {
    await this.#prepare();
    const { kills, secondsMax = Number.POSITIVE_INFINITY } = this.#options;
    const deadlineMs = performance.now() + secondsMax * 1000;
    while (this.#killCount < kills && performance.now() < deadlineMs && this.#broken.length < FAILURES_MAX) {
      await this.#cycle();
      if (this.#killCount % LIST_EVERY_KILLS === 0)
        this.#options.progress?.(`${this.#killCount} kills, ${this.#log?.counts.orders} orders, ${this.#broken.length} broken`);
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
    this.#postgres = await startEmbeddedPostgres({ dataDir: join(this.#folder, "postgres"), log: silentLog, isDurable: false });
    this.#sql = connectPostgres(this.#postgres.url, { max: 1 });
    const [httpPort, wsPort] = [await freePort(), await freePort()];
    const feed = ["--feed", "simulated", "--symbols", "BTC-USD", "--sim-rate", "2", "--sim-seed", String(this.#options.seed)];
    const ack = ["--ack", this.#options.ack ?? "durable"];
    const args = ["--database-url", this.#postgres.url, ...ack, "--segment-bytes", String(SEGMENT_BYTES), ...feed];
    this.#place = { dataDir, httpPort, wsPort, args };
    // The first start makes users and keys, which takes longer and is no recovery.
    const first = this.#start();
    if (!(await first.ready())) throw new Error(`the first start failed:\n${first.output}`);
    const logFile = join(this.#folder, "client.log");
    this.#driver = new DriverChild({ dataDir, httpPort, wsPort, logFile, seed: this.#options.seed });
    this.#log = new JudgedLog(logFile);
  }

  #start(env: Readonly<Record<string, string>> = {}): PlatformChild {
    if (this.#place === undefined) throw new Error("prepare comes first");
    this.#platform = new PlatformChild(this.#place, { ...this.#options.env, ...env });
    return this.#platform;
  }

  /** One life of the process: start, load, end. */
  async #cycle(): Promise<void> {
    const point = this.#draw();
    await this.#platform?.kill();
    const passing = point === undefined ? 0 : this.#random.whole(point.passingsMin, point.passingsMax);
    const isStop = point?.passed === "load" && this.#random.next() < (this.#options.stopShare ?? STOP_SHARE);
    const startedMs = performance.now();
    const armed = `${point?.name}:${passing}${isStop ? ":stop" : ""}`;
    const platform = this.#start(point === undefined ? {} : { JWARE_FAILPOINT: armed });
    const driver = this.#liveDriver();
    let isUp = await platform.ready();
    if (isUp) {
      this.#recoveryMs.push(performance.now() - startedMs);
      driver.send({ kind: "up" });
      const isOver = Promise.race([platform.ended, platform.passed]);
      isUp = await Promise.race([driver.heard("live").then(() => true), isOver.then(() => false)]);
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
    this.#isTorn = passed === TEARS || (this.#isTorn && passed === LEAVES_TORN);
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
    if (point === undefined) await within(platform.ended, ms);
    else {
      await within(Promise.race([platform.ended, platform.passed]), POINT_MS_MAX);
      // Stopped, not dead: what it still says without that thread is to be true as well.
      await within(platform.ended, ms);
    }
  }

  /** What ends the next life: a point, or (undefined) chance. What cuts a torn end off comes while there is one. */
  #draw(): Point | undefined {
    const { only } = this.#options;
    const points = POINTS.filter(({ name }) => only?.includes(name) ?? true);
    const cuts = points.filter(({ passed }) => passed === "torn");
    if (this.#isTorn && cuts.length > 0) {
      this.#nextCut += 1;
      return cuts[(this.#nextCut - 1) % cuts.length];
    }
    if (only === undefined && this.#killCount % RANDOM_EVERY_KILLS === RANDOM_EVERY_KILLS - 1) return undefined;
    const others = points.filter(({ passed }) => passed !== "torn");
    this.#next += 1;
    return others[(this.#next - 1) % others.length];
  }

  #liveDriver(): DriverChild {
    if (this.#driver === undefined) throw new Error("prepare comes first");
    return this.#driver;
  }

  async #judgeNew(): Promise<void> {
    for (const sentence of (await this.#log?.judgeNew()) ?? []) this.#broken.push(`after kill ${this.#killCount}: ${sentence}`);
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
    if (this.#sql === undefined || this.#log === undefined) throw new Error("prepare comes first");
    for await (const entry of readEverything(this.#sql)) {
      for (const sentence of this.#log.take(entry)) this.#broken.push(`at the end: ${sentence}`);
    }
  }

  #report(): KillReport {
    if (this.#log === undefined) throw new Error("prepare comes first");
    const { orders, fills, requests, reports } = this.#log.counts;
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
