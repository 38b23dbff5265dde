/**
 * The proof that projection is exactly once: projectors that are processes of their own are killed, the server is stopped
 * without a chance to write, two projectors run at once, all at random times while a journal grows. Afterwards the tables must be, row for row, what
 * the journal comes to; the server must never have lost what it had said was on its disk; and of two projectors one is
 * fenced and says so.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ProjectionReader } from "@jware/core-native";
import { silentLog as log } from "../../observability/logger.js";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../postgres/embedded.js";
import { migrate } from "../../postgres/migrate.js";
import { checkProjection } from "../check.js";
import { readWitness } from "../witness.js";
import { Seeded } from "../../torture/seeded.js";

const COMMANDS_PER_S = 150;
const PAUSE_MS_MAX = 700;
const FENCE_MS_MAX = 20_000;
const CATCH_UP_MS_MAX = 120_000;

export interface ProjectorTortureOptions {
  readonly kills: number;
  readonly seed: number;
  /** How projectors write: `sound`, or a planted fault of torture-projector.ts. */
  readonly writer?: string;
}

export interface ProjectorTortureResult {
  readonly projectorKills: number;
  readonly serverKills: number;
  readonly races: number;
  /** How often a restarted server had taken back commits that it had not said were on its disk. */
  readonly rewinds: number;
  readonly commands: number;
  readonly rows: number;
  /** What was wrong; empty where all is well. */
  readonly failures: readonly string[];
}

interface News {
  readonly state?: string;
  readonly detail?: string;
  readonly flushedSeq?: number;
  readonly error?: string;
  readonly ended?: true;
}

const TSX = createRequire(import.meta.url).resolve("tsx");
const PROJECTOR = fileURLToPath(new URL("./torture-projector.ts", import.meta.url));
const TRADER = fileURLToPath(new URL("./torture-trader.ts", import.meta.url));

/** A projector of its own process, and what it says. */
class ProjectorProcess {
  readonly news: News[] = [];
  readonly #child: ChildProcess;
  readonly exited: Promise<void>;
  #heard: () => void = () => undefined;

  constructor(journalDir: string, databaseUrl: string, writer: string, onNews: (news: News) => void) {
    this.#child = spawn(process.execPath, ["--import", TSX, PROJECTOR, journalDir, databaseUrl, writer], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.exited = new Promise((resolve) => this.#child.once("exit", () => resolve()));
    if (this.#child.stdout === null) throw new Error("its output is piped");
    createInterface(this.#child.stdout).on("line", (line) => {
      const news = JSON.parse(line) as News;
      this.news.push(news);
      onNews(news);
      this.#heard();
    });
  }

  get isFenced(): boolean {
    return this.news.some(({ detail }) => detail?.includes("another engine writes this database") === true);
  }

  /** Resolves when it follows, or has ended. */
  async untilUp(): Promise<void> {
    while (!this.news.some(({ state, ended }) => state === "up" || ended === true)) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
        void this.exited.then(resolve);
      });
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    }
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.exited;
  }
}

/** Runs it. Everything that was started has ended when this resolves or rejects. */
export async function tortureProjector(
  options: ProjectorTortureOptions,
  onKill: (done: number) => void = () => undefined,
): Promise<ProjectorTortureResult> {
  const dir = await mkdtemp(join(tmpdir(), "jw-torture-"));
  const journalDir = join(dir, "journal");
  const server = await startEmbeddedPostgres({ dataDir: join(dir, "postgres"), log });
  const trader = spawn(process.execPath, ["--import", TSX, TRADER, journalDir, String(options.seed), String(COMMANDS_PER_S)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    await migrate({ databaseUrl: server.url, log });
    const output = createInterface(trader.stdout);
    await new Promise((resolve) => output.once("line", resolve));
    return await torture(options, onKill, journalDir, server, async () => {
      const last = new Promise<string>((resolve) => output.once("line", resolve));
      trader.stdin.write("stop\n");
      return Number(await last);
    });
  } finally {
    trader.kill("SIGKILL");
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function torture(
  { kills, seed, writer = "sound" }: ProjectorTortureOptions,
  onKill: (done: number) => void,
  journalDir: string,
  server: EmbeddedPostgres,
  stopTrading: () => Promise<number>,
): Promise<ProjectorTortureResult> {
  const draw = new Seeded(seed);
  const failures: string[] = [];
  const counts = { projectorKills: 0, serverKills: 0, races: 0, rewinds: 0 };
  let flushedSeq = 0;
  const hear = (news: News): void => {
    flushedSeq = Math.max(flushedSeq, news.flushedSeq ?? 0);
    if (news.error?.includes("lost what it had said") === true) failures.push(news.error);
  };
  const start = () => new ProjectorProcess(journalDir, server.url, writer, hear);
  let projector = start();
  try {
    for (let done = 0; done < kills; done++) {
      onKill(done);
      await projector.untilUp();
      await sleep(draw.below(PAUSE_MS_MAX));
      const kind = draw.below(4);
      if (kind < 2) {
        await projector.kill();
        projector = start();
        counts.projectorKills++;
      } else if (kind === 2) {
        if (await stopServer(server, flushedSeq, failures)) counts.rewinds++;
        counts.serverKills++;
      } else {
        projector = await race(projector, start(), failures);
        counts.races++;
      }
    }
    const endSeq = await stopTrading();
    await catchUp(server.url, endSeq, failures);
  } finally {
    await projector.kill();
  }
  const openSource = (fromSeq: number) => new ProjectionReader(fromSeq, journalDir);
  const { seq, tables } = await checkProjection({ databaseUrl: server.url, openSource });
  for (const { table, database, journal, isEqual } of tables) {
    if (!isEqual)
      failures.push(`${table}: ${database.rows} rows ${database.hash}, the journal has ${journal.rows} rows ${journal.hash}`);
  }
  return { ...counts, commands: seq, rows: tables.reduce((sum, { journal }) => sum + journal.rows, 0), failures };
}

/** The server stops at once, as in a crash: what it had not written is gone. Whether commits were lost. */
async function stopServer(server: EmbeddedPostgres, flushedSeq: number, failures: string[]): Promise<boolean> {
  const before = await readWitness(server.url).catch(() => 0);
  const pid = server.pid();
  if (pid === undefined) throw new Error("a server that runs has a number");
  process.kill(pid, "SIGQUIT");
  while (server.pid() === pid) await sleep(5);
  const after = await insist(() => readWitness(server.url));
  if (after < flushedSeq) failures.push(`the server is at command ${after}, and had said that ${flushedSeq} was on its disk`);
  return after < before;
}

/** Two at once: exactly one is fenced and says so. Gives the other, and ends the loser. */
async function race(first: ProjectorProcess, second: ProjectorProcess, failures: string[]): Promise<ProjectorProcess> {
  const deadline = performance.now() + FENCE_MS_MAX;
  while (!first.isFenced && !second.isFenced && performance.now() < deadline) await sleep(10);
  if (!first.isFenced && !second.isFenced) failures.push("two projectors at once, and none was fenced");
  if (first.isFenced && second.isFenced) failures.push("two projectors at once, and both were fenced");
  const [winner, loser] = first.isFenced ? [second, first] : [first, second];
  await loser.kill();
  return winner;
}

async function catchUp(databaseUrl: string, endSeq: number, failures: string[]): Promise<void> {
  const deadline = performance.now() + CATCH_UP_MS_MAX;
  while (performance.now() < deadline) {
    if ((await readWitness(databaseUrl).catch(() => 0)) === endSeq) return;
    await sleep(50);
  }
  failures.push(`command ${endSeq} was not projected in ${CATCH_UP_MS_MAX / 1000} s`);
}

async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 0; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (count > 1000) throw error;
      await sleep(30);
    }
  }
}
