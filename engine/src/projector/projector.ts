/**
 * Follows the journal into the database, exactly once and at its own pace.
 *
 * Invariant: what the database holds is what the commands up to its watermark have come to. A batch is tried until it is in;
 * a lost connection, a restart or a full disk only makes the database late. A watermark behind ours means that the server
 * lost its last commits (they are not waited for): reading goes back to it. One ahead of ours, or of another journal, means
 * that somebody else writes: this projector ends, and trading goes on without it.
 *
 * What is on the server's disk for sure is told once a second (`onFlushed`): up to there the journal may be let go.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentHealth, ComponentState } from "@jware/schemas";
import type { Logger } from "../observability/logger.js";
import { isDatabaseAway } from "../postgres/database-away.js";
import { Session } from "../postgres/session.js";
import {
  type BatchWriter,
  flushCommits,
  readWatermark,
  type Watermark,
  WatermarkMovedError,
  writeBatch,
} from "./batch-writer.js";
import type { ProjectionBatch, RowSource } from "./row-source.js";

/** While it catches up: last states go in once a batch, so a long one writes fewer. */
const BATCH_COMMANDS_MAX = 10_000;
/** A batch of so many rows is worth its transaction. */
const BATCH_ROWS_FULL = 5000;
/** How long rows are gathered: what a blotter may be late. */
const GATHER_MS = 50;
const RETRY_MS_MIN = 50;
const RETRY_MS_MAX = 2000;
const STOP_MS_MAX = 2000;
const REPORT_MS = 1000;
/** Behind by more than this is worth telling. */
const LAG_COMMANDS_MAX = 10_000;
const CONNECT_S_MAX = 2;
/** How often a commit is waited for until it is on the server's disk, and the others before it with it. */
const FLUSH_MS = 1000;

/** SQLSTATE class of transactions that were rolled back for others, such as a deadlock: the next try may do. */
const ROLLED_BACK = /^40/;

export interface ProjectorOptions {
  readonly databaseUrl: string;
  /** Opens the rows after a command. */
  readonly openSource: (fromSeq: number) => RowSource;
  /** Last durable command, to tell how late the database is. */
  readonly headSeq: () => number;
  readonly onHealth: (health: ComponentHealth) => void;
  /** Everything up to this command is on the server's disk, and stays there when it crashes. */
  readonly onFlushed?: (seq: number) => void;
  /** How a batch goes in; a test may plant a fault. */
  readonly write?: BatchWriter;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
}

/** What the projector has done since its start, and how late it is: figures for the health report and Prometheus. */
export type ProjectorFigures = Readonly<
  Record<"lag_commands" | "lag_seconds" | "seq" | "flushed_seq" | "rows_total" | "batches_total" | "retries_total", number>
>;

type Ending = "rewind" | "fenced" | "stopped";

export class Projector {
  readonly #options: ProjectorOptions;
  #session: Session | undefined;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #reporting: NodeJS.Timeout | undefined;
  #engineId = "";
  #writtenSeq = 0;
  #flushedSeq = 0;
  #flushDueMs = 0;
  /** Since when the oldest command that is not in has been durable, milliseconds; undefined where none waits. */
  #waitingSinceMs: number | undefined = Date.now();
  #rowCount = 0;
  #batchCount = 0;
  #retryCount = 0;
  /** Why the database is not up; undefined while it takes batches. */
  #trouble: { readonly state: ComponentState; readonly detail: string } | undefined;
  #lastReport = "";

  constructor(options: ProjectorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#reporting = setInterval(() => this.#report(), REPORT_MS);
    this.#running = this.#run().catch((error: unknown) => {
      // The platform may stop while it is still starting.
      if (messageOf(error).startsWith("ENG_ERR_CORE_STOPPED")) return;
      this.#options.log.error({ err: error }, "projector ended");
      this.#setTrouble("down", `ended: ${messageOf(error)}`);
    });
  }

  /** Resolves when it has ended by itself (fenced, broken journal) or by `stop`. */
  get ended(): Promise<void> {
    return this.#running;
  }

  /** Finishes the batch at hand, within two seconds, and closes the connection. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#reporting);
    const alarm = new AbortController();
    const late = sleep(STOP_MS_MAX, undefined, { signal: alarm.signal }).catch(() => undefined);
    await Promise.race([this.#running, late]);
    alarm.abort();
    // Cuts off what still waits for an answer; what it wrote is rolled back by the server.
    await this.#session?.close();
    await this.#running;
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** The present figures. */
  get figures(): ProjectorFigures {
    const lag = Math.max(0, this.#headSeq() - this.#writtenSeq);
    const waited_ms = lag === 0 || this.#waitingSinceMs === undefined ? 0 : Math.max(0, Date.now() - this.#waitingSinceMs);
    return {
      lag_commands: lag,
      lag_seconds: waited_ms / 1000,
      seq: this.#writtenSeq,
      flushed_seq: this.#flushedSeq,
      rows_total: this.#rowCount,
      batches_total: this.#batchCount,
      retries_total: this.#retryCount,
    };
  }

  async #run(): Promise<void> {
    let ending: Ending = "rewind";
    while (ending === "rewind") {
      const watermark = await this.#insist(readWatermark);
      if (watermark === undefined) return;
      this.#engineId ||= engineIdOf(this.#options.openSource);
      if (watermark.engineId !== "" && watermark.engineId !== this.#engineId) {
        this.#refuse(
          watermark,
          `it holds the projection of another journal (${watermark.engineId}, this one is ${this.#engineId})`,
        );
        return;
      }
      if (watermark.seq < this.#flushedSeq) {
        const { seq } = watermark;
        this.#options.log.error({ seq, flushedSeq: this.#flushedSeq }, "the database lost what it had said was on its disk");
      }
      this.#writtenSeq = watermark.seq;
      const source = this.#options.openSource(watermark.seq);
      try {
        if (watermark.seq > 0 && watermark.tsNs !== "0" && watermark.tsNs !== source.tsNs) {
          const times = `at ${watermark.tsNs} ns there, at ${source.tsNs} ns here`;
          this.#refuse(watermark, `it went on by another copy of this journal (command ${watermark.seq} was ${times})`);
          return;
        }
        this.#clearTrouble();
        ending = await this.#follow(source);
      } finally {
        source.close();
      }
    }
  }

  #refuse(watermark: Watermark, why: string): void {
    this.#options.log.error({ watermark, engineId: this.#engineId }, "the database is not this journal's");
    this.#setTrouble("down", `the database is not this journal's: ${why}. Give the journal's own database, or an empty one`);
  }

  async #follow(source: RowSource): Promise<Ending> {
    while (!this.#isStopping) {
      const batch = source.next(BATCH_COMMANDS_MAX);
      if (batch === undefined) {
        this.#waitingSinceMs = undefined;
        const ending = (await this.#lookAfterLoss()) ?? (await this.#flushIfDue());
        if (ending !== undefined) return ending;
        await this.#pause(GATHER_MS);
        continue;
      }
      this.#waitingSinceMs = Number(BigInt(batch.firstTsNs) / 1_000_000n);
      const ending = await this.#write(batch);
      if (ending !== undefined) return ending;
      this.#writtenSeq = batch.toSeq;
      this.#rowCount += batch.rowCount;
      this.#batchCount++;
      this.#clearTrouble();
      // One transaction per command would cost more than it tells.
      if (batch.toSeq - batch.fromSeq < BATCH_COMMANDS_MAX && batch.rowCount < BATCH_ROWS_FULL) await this.#pause(GATHER_MS);
    }
    return "stopped";
  }

  /** A server that was lost while nothing was written may have come back without our last commits. */
  async #lookAfterLoss(): Promise<Ending | undefined> {
    if (this.#session?.isLost !== true) return undefined;
    const watermark = await this.#insist(readWatermark);
    if (watermark === undefined) return "stopped";
    this.#clearTrouble();
    if (watermark.seq === this.#writtenSeq) return undefined;
    return this.#judge(new WatermarkMovedError(this.#writtenSeq, watermark));
  }

  /** Writes one batch, however long it takes; undefined when it is in. */
  async #write(batch: ProjectionBatch): Promise<Ending | undefined> {
    const { write = writeBatch } = this.#options;
    const isFlushed = performance.now() >= this.#flushDueMs;
    return this.#commit(batch.toSeq, isFlushed, (session) => write(session, batch, { engineId: this.#engineId, isFlushed }));
  }

  /** While nothing new comes, what came last reaches the disk too. */
  async #flushIfDue(): Promise<Ending | undefined> {
    if (this.#flushedSeq === this.#writtenSeq || performance.now() < this.#flushDueMs) return undefined;
    return this.#commit(this.#writtenSeq, true, (session) => flushCommits(session, this.#writtenSeq, this.#engineId));
  }

  /** Tries a transaction that leaves the watermark at `toSeq` until it has worked, or another ending is clear. */
  async #commit(toSeq: number, isFlushed: boolean, work: (session: Session) => Promise<void>): Promise<Ending | undefined> {
    let mayHaveCommitted = false;
    const attempt = async (session: Session): Promise<{ ending: Ending | undefined; isFlushed: boolean }> => {
      try {
        await work(session);
        return { ending: undefined, isFlushed };
      } catch (error) {
        if (!(error instanceof WatermarkMovedError)) {
          mayHaveCommitted = true;
          throw error;
        }
        // In, but nobody has said that it is on the disk.
        const isIn = mayHaveCommitted && error.watermark.seq === toSeq && error.watermark.engineId === this.#engineId;
        return { ending: isIn ? undefined : this.#judge(error), isFlushed: false };
      }
    };
    const result = await this.#insist(attempt);
    if (result === undefined) return "stopped";
    if (result.isFlushed) {
      this.#flushedSeq = toSeq;
      this.#flushDueMs = performance.now() + FLUSH_MS;
      this.#options.onFlushed?.(toSeq);
    }
    return result.ending;
  }

  #judge({ expected, watermark }: WatermarkMovedError): Ending {
    const isOurs = watermark.engineId === "" || watermark.engineId === this.#engineId;
    if (watermark.seq < expected && isOurs) {
      this.#options.log.warn({ watermark, expected }, "the database lost its last commits: projecting them again");
      return "rewind";
    }
    this.#options.log.error({ watermark, expected }, "another projector writes this database");
    this.#setTrouble("down", "another engine writes this database");
    return "fenced";
  }

  /** Tries until it works or the projector stops (undefined), ever more slowly, telling what is wrong. */
  async #insist<T>(attempt: (session: Session) => Promise<T>): Promise<T | undefined> {
    for (let pause_ms = RETRY_MS_MIN; !this.#isStopping; pause_ms = Math.min(pause_ms * 2, RETRY_MS_MAX)) {
      try {
        return await attempt(await this.#openSession());
      } catch (error) {
        if (this.#isStopping) return undefined;
        this.#retryCount++;
        const isPassing = isDatabaseAway(error) || ROLLED_BACK.test((error as { code?: string }).code ?? "");
        if (this.#trouble === undefined) this.#options.log.warn({ err: error }, "the database takes no rows: trying on");
        this.#setTrouble(isPassing ? "degraded" : "down", `the database takes no rows: ${messageOf(error)}`);
        await this.#pause(pause_ms);
      }
    }
    return undefined;
  }

  /** The session at hand, or another in place of a lost one. */
  async #openSession(): Promise<Session> {
    if (this.#session?.isLost === true) {
      await this.#session.close();
      this.#session = undefined;
    }
    this.#session ??= await Session.open(this.#options.databaseUrl, {
      connect_timeout: CONNECT_S_MAX,
      // A server that crashes may lose the last commits, rows and watermark together: reading goes back.
      connection: { application_name: "jware-projector", synchronous_commit: "off" },
    });
    return this.#session;
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  #setTrouble(state: ComponentState, detail: string): void {
    this.#trouble = { state, detail };
    this.#report();
  }

  #clearTrouble(): void {
    if (this.#trouble !== undefined) this.#options.log.info({ seq: this.#writtenSeq }, "the database takes rows again");
    const isNews = this.#trouble !== undefined || this.#lastReport === "";
    this.#trouble = undefined;
    if (isNews) this.#report();
  }

  /** A core that was stopped under us has nothing more to tell. */
  #headSeq(): number {
    try {
      return this.#options.headSeq();
    } catch {
      return this.#writtenSeq;
    }
  }

  #report(): void {
    const { figures } = this;
    const lag = figures.lag_commands;
    const state = this.#trouble?.state ?? (lag > LAG_COMMANDS_MAX ? "degraded" : "up");
    const detail = `${lag} commands behind${this.#trouble === undefined ? "" : `; ${this.#trouble.detail}`}`;
    const health: ComponentHealth = { component: "projector", state, detail, figures };
    const report = JSON.stringify(health);
    if (report === this.#lastReport) return;
    this.#lastReport = report;
    this.#options.onHealth(health);
  }
}

/** Whose journal the sources read. */
function engineIdOf(openSource: (fromSeq: number) => RowSource): string {
  const source = openSource(0);
  source.close();
  return source.engineId;
}

const messageOf = (error: unknown): string => {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error);
};
