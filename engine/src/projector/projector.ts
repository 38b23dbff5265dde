/**
 * Follows the journal into the database, exactly once and at its own pace.
 *
 * Invariant: what the database holds is what the commands up to its watermark have come to. A batch is tried until it is in;
 * a lost connection, a restart or a full disk only makes the database late. A watermark behind ours means that the server
 * lost its last commits (they are not waited for): reading goes back to it. One ahead of ours means that
 * somebody else writes: this projector ends, and trading goes on without it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentHealth, ComponentState } from "@jware/schemas";
import type { Logger } from "../observability/logger.js";
import { Session } from "../postgres/session.js";
import { makePartitions } from "../postgres/time-tables.js";
import { makeDurable, readWatermark, WatermarkMovedError, writeBatch } from "./batch-writer.js";
import { isProjectedTable, momentsOf } from "./projected-tables.js";
import type { ProjectionBatch, RowSource } from "./row-source.js";

const BATCH_COMMANDS_MAX = 1000;
/** A batch of so many rows is worth its transaction. */
const BATCH_ROWS_FULL = 5000;
/** How long rows are gathered: what a blotter may be late. */
const GATHER_MS = 50;
const RETRY_MS_MIN = 50;
const RETRY_MS_MAX = 2000;
const STOP_MS_MAX = 2000;
const REPORT_MS = 1000;
/** How often the server is asked to have on disk what it took: one more sync each time. */
const DURABLE_MS = 5000;
/** Behind by more than this is worth telling. */
const LAG_COMMANDS_MAX = 10_000;
const CONNECT_S_MAX = 2;
/** "no partition found for row": the class of check violations. */
const CHECK_VIOLATION = "23514";

/** SQLSTATE classes and driver codes that pass by themselves: connection, resources, shutdown, deadlock. */
const PASSING = /^(08|53|57|58|40)|^(CONNECTION_|CONNECT_|ECONN|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)/;

export interface ProjectorOptions {
  readonly databaseUrl: string;
  /** Opens the rows after a command. */
  readonly openSource: (fromSeq: number) => RowSource;
  /** Told now and then how far the server has the commands on its disk. */
  readonly onDurable?: (seq: number) => void;
  /** Last durable command, to tell how late the database is. */
  readonly headSeq: () => number;
  readonly onHealth: (health: ComponentHealth) => void;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
}

type Ending = "rewind" | "fenced" | "stopped";

export class Projector {
  readonly #options: ProjectorOptions;
  #session: Session | undefined;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #reporting: NodeJS.Timeout | undefined;
  #writtenSeq = 0;
  #durableSeq = 0;
  #durableDueMs = 0;
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

  async #run(): Promise<void> {
    let ending: Ending = "rewind";
    while (ending === "rewind") {
      const fromSeq = await this.#insist(readWatermark);
      if (fromSeq === undefined) return;
      this.#writtenSeq = fromSeq;
      const source = this.#options.openSource(fromSeq);
      this.#clearTrouble();
      try {
        ending = await this.#follow(source);
      } finally {
        source.close();
      }
    }
  }

  async #follow(source: RowSource): Promise<Ending> {
    while (!this.#isStopping) {
      await this.#makeDurable();
      const batch = source.next(BATCH_COMMANDS_MAX);
      if (batch === undefined) {
        const ending = await this.#lookAfterLoss();
        if (ending !== undefined) return ending;
        await this.#pause(GATHER_MS);
        continue;
      }
      const ending = await this.#write(batch);
      if (ending !== undefined) return ending;
      this.#writtenSeq = batch.toSeq;
      this.#clearTrouble();
      // One transaction per command would cost more than it tells.
      if (batch.toSeq - batch.fromSeq < BATCH_COMMANDS_MAX && batch.rowCount < BATCH_ROWS_FULL) await this.#pause(GATHER_MS);
    }
    return "stopped";
  }

  /** Has the server put on its disk what it took, and tells so; not more often than is worth a sync. */
  async #makeDurable(): Promise<void> {
    const { onDurable } = this.#options;
    const now_ms = performance.now();
    if (onDurable === undefined || this.#writtenSeq <= this.#durableSeq || now_ms < this.#durableDueMs) return;
    this.#durableDueMs = now_ms + DURABLE_MS;
    const seq = await this.#insist(makeDurable);
    // A server that came back without our last commits says less than we wrote, and that is what it has.
    if (seq === undefined) return;
    this.#durableSeq = seq;
    onDurable(seq);
  }

  /** A server that was lost while nothing was written may have come back without our last commits. */
  async #lookAfterLoss(): Promise<Ending | undefined> {
    if (this.#session?.isLost !== true) return undefined;
    const watermark = await this.#insist(readWatermark);
    if (watermark === undefined) return "stopped";
    this.#clearTrouble();
    if (watermark === this.#writtenSeq) return undefined;
    return this.#judge(new WatermarkMovedError(this.#writtenSeq, watermark));
  }

  /** Writes one batch, however long it takes; undefined when it is in. */
  async #write(batch: ProjectionBatch): Promise<Ending | undefined> {
    let mayHaveCommitted = false;
    const partitioned = new Set<string>();
    const attempt = async (session: Session): Promise<Ending | undefined> => {
      try {
        await writeBatch(session, batch);
        return undefined;
      } catch (error) {
        if (error instanceof WatermarkMovedError) {
          return mayHaveCommitted && error.watermark === batch.toSeq ? undefined : this.#judge(error);
        }
        if (await makeMissingPartitions(session, error, batch, partitioned)) return attempt(session);
        mayHaveCommitted = true;
        throw error;
      }
    };
    const result = await this.#insist(async (session) => ({ ending: await attempt(session) }));
    return result === undefined ? "stopped" : result.ending;
  }

  #judge({ expected, watermark }: WatermarkMovedError): Ending {
    if (watermark < expected) {
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
        const isPassing = PASSING.test((error as { code?: string }).code ?? "");
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
    const lag = Math.max(0, this.#headSeq() - this.#writtenSeq);
    const state = this.#trouble?.state ?? (lag > LAG_COMMANDS_MAX ? "degraded" : "up");
    const detail = `${lag} commands behind${this.#trouble === undefined ? "" : `; ${this.#trouble.detail}`}`;
    const report = `${state} ${detail}`;
    if (report === this.#lastReport) return;
    this.#lastReport = report;
    this.#options.onHealth({ component: "projector", state, detail });
  }
}

/** Whether the error was a row of a day that has no partition yet, which it has now. Once per table and batch. */
async function makeMissingPartitions(
  session: Session,
  error: unknown,
  batch: ProjectionBatch,
  done: Set<string>,
): Promise<boolean> {
  const { code, table_name: table } = error as { code?: string; table_name?: string };
  if (code !== CHECK_VIOLATION || table === undefined || done.has(table) || !isProjectedTable(table)) return false;
  const text = batch.tables[table];
  if (text === undefined) return false;
  await makePartitions(session, table, momentsOf(table, text));
  done.add(table);
  return true;
}

const messageOf = (error: unknown): string => {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error);
};
