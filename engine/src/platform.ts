/**
 * The whole platform in one process: what is started, in which order, and how it ends.
 *
 * Order: journal locked and read, database, journal started (once the database has said what it saw of it), then feed,
 * projector, gateway, edges. Ends in the opposite order, so that whatever
 * was accepted is durable before the database goes. Nothing here is on an order's way.
 */
import { chmod, mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CoreStatus, coreStateHash, coreStatus, openCore, startOpenedCore, stopCore } from "@jware/core-native";
import { checkFeedOptions, type FeedThreadData, feedThreadUrl } from "@jware/feed";
import type { ComponentHealth } from "@jware/schemas";
import type { MarketRelayThreadData } from "./bus/market-relay-thread.js";
import type { Config } from "./config.js";
import type { EdgeOptions } from "./edge/edge-app.js";
import { failpoint } from "./failpoint.js";
import type { GatewayThreadData } from "./gateway/gateway-thread.js";
import { createLogger, type Logger } from "./observability/logger.js";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./postgres/embedded.js";
import { migrate } from "./postgres/migrate.js";
import { readWitness } from "./projector/witness.js";
import type { ProjectorThreadData } from "./projector/projector-thread.js";
import { Thread, ThreadError, type ThreadWatch } from "./thread.js";

const THREAD_STOP_MS = 2_000;
const STORAGE_WATCH_MS = 1_000;
const UI_DIR = new URL("../../ui/dist/", import.meta.url);

export interface PlatformFacts {
  readonly httpPort: number;
  readonly wsPort: number;
  readonly signInTicket: string | undefined;
  readonly credentialsFile: string;
  readonly firstStart: boolean;
  readonly feed: string;
  readonly core: CoreStatus;
  readonly database: "embedded" | "external";
}

export class Platform {
  readonly #config: Config;
  readonly #log: Logger;
  readonly #onFatal: (error: ThreadError) => void;
  readonly #components = new Map<string, ComponentHealth>();
  readonly #edges: Thread[] = [];
  #gateway: Thread | undefined;
  #feed: Thread | undefined;
  #projector: Thread | undefined;
  #relay: Thread | undefined;
  #postgres: EmbeddedPostgres | undefined;
  #coreStarted = false;
  #watching: NodeJS.Timeout | undefined;

  constructor(config: Config, onFatal: (error: ThreadError) => void) {
    this.#config = config;
    this.#log = createLogger({ level: config.logLevel, component: "main" });
    this.#onFatal = onFatal;
  }

  /** Starts everything. On failure the caller stops the platform, which ends what had been started. */
  async start(progress: (step: string) => void): Promise<PlatformFacts> {
    const config = this.#config;
    await checkFeedOptions(config.feed, config.symbols);
    await assertPortFree(config.host, config.httpPort, "--http-port");
    await assertPortFree(config.host, config.wsPort, "--ws-port");
    await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
    // Others may enter the folder to reach what is theirs (PostgreSQL's own user), not read it.
    await chmod(config.dataDir, 0o711);

    progress("journal");
    // The lock is taken before anything else of this folder is touched: a second start must not meet the first one's database.
    const { archiveDir, ...journal } = config.journal;
    openCore({
      journalDir: join(config.dataDir, "journal"),
      ackMode: config.ack,
      ...journal,
      ...(archiveDir === undefined ? {} : { journalArchiveDir: archiveDir }),
    });

    // Its modules take longer to load than all that comes before it.
    const gatewayData: GatewayThreadData = { config, uiDir: fileURLToPath(UI_DIR) };
    const gateway = Thread.load("gateway", new URL("./gateway/gateway-thread.js", import.meta.url), gatewayData, this.#watch());
    this.#gateway = gateway.thread;

    progress("database");
    const databaseUrl = config.databaseUrl ?? (await this.#startPostgres());
    await migrate({ databaseUrl, log: this.#log });
    const core = startOpenedCore(await readWitness(databaseUrl));
    this.#coreStarted = true;
    this.#setHealth({
      component: "core",
      state: "up",
      detail: `${core.replayedCount} commands replayed, state ${coreStateHash()}`,
    });
    this.#watching = setInterval(() => this.#watchStorage(), STORAGE_WATCH_MS);

    progress("feed");
    const feedData: FeedThreadData = { feed: config.feed, symbols: config.symbols, logLevel: config.logLevel };
    const feed = await Thread.start("feed", feedThreadUrl, feedData, this.#watch());
    this.#feed = feed.thread;

    progress("threads");
    failpoint("start.listen.before");
    const edgeEntry = new URL("./edge/edge-thread.js", import.meta.url);
    const first = await Thread.start(
      "edge-0",
      edgeEntry,
      { host: config.host, port: config.wsPort } satisfies EdgeOptions,
      this.#watch(),
    );
    this.#edges.push(first.thread);
    const wsPort = Number(first.facts.wsPort);
    const projectorData: ProjectorThreadData = { databaseUrl, logLevel: config.logLevel };
    gateway.thread.send({ kind: "begin", databaseUrl, wsPort });
    const [projector, facts, ...more] = await Promise.all([
      Thread.start("projector", new URL("./projector/projector-thread.js", import.meta.url), projectorData, this.#watch()),
      gateway.ready,
      ...Array.from({ length: config.edges - 1 }, (_, index) =>
        Thread.start(`edge-${index + 1}`, edgeEntry, { host: config.host, port: wsPort } satisfies EdgeOptions, this.#watch()),
      ),
    ]);
    if (config.redisUrl !== undefined) {
      const relayData: MarketRelayThreadData = { redisUrl: config.redisUrl };
      const relayEntry = new URL("./bus/market-relay-thread.js", import.meta.url);
      this.#relay = (await Thread.start("market-relay", relayEntry, relayData, this.#watch())).thread;
    }
    this.#projector = projector.thread;
    this.#edges.push(...more.map((edge) => edge.thread));
    this.#setHealth({ component: "edge", state: "up", detail: `${config.edges} of ${availableParallelism()} processors` });
    this.#tellComponents();
    failpoint("start.listen.after");
    const ticket = facts.signInTicket;
    return {
      httpPort: Number(facts.httpPort),
      wsPort,
      signInTicket: ticket === undefined ? undefined : String(ticket),
      credentialsFile: String(facts.credentialsFile),
      firstStart: facts.firstStart === 1,
      feed: String(feed.facts.feed),
      core,
      database: config.databaseUrl === undefined ? "embedded" : "external",
    };
  }

  /** Ends everything that was started, within five seconds. Safe to call at any time, once. */
  async stop(): Promise<void> {
    failpoint("stop.before");
    await this.#stopThreads([...this.#edges, this.#feed, this.#relay]);
    await this.#stopThreads([this.#gateway, this.#projector]);
    clearInterval(this.#watching);
    failpoint("stop.journal.before");
    if (this.#coreStarted) stopCore();
    failpoint("stop.journal.after");
    await this.#postgres?.stop();
  }

  async #stopThreads(threads: readonly (Thread | undefined)[]): Promise<void> {
    const stopped = await Promise.all(
      threads.map(async (thread) => ({ thread, inTime: (await thread?.stop(THREAD_STOP_MS)) ?? true })),
    );
    for (const { thread, inTime } of stopped) {
      if (!inTime) this.#log.warn({ thread: thread?.name }, "thread did not stop in time");
    }
  }

  async #startPostgres(): Promise<string> {
    this.#postgres = await startEmbeddedPostgres({ dataDir: join(this.#config.dataDir, "postgres"), log: this.#log });
    return this.#postgres.url;
  }

  /** What the core keeps on disk beside the journal, for whoever looks at the health. */
  #watchStorage(): void {
    const { newestSnapshot, snapshotFailure, archiveFailure, storageFull } = coreStatus();
    this.#setHealth({
      component: "journal",
      state: storageFull ? "degraded" : "up",
      detail: storageFull ? "its disk is full: new orders are refused, cancels pass" : "has room",
    });
    const newest = newestSnapshot === null ? "none yet" : `newest at seq ${newestSnapshot.seq}`;
    const failures = [snapshotFailure, archiveFailure].filter((failure) => failure !== null);
    this.#setHealth({
      component: "snapshots",
      state: failures.length === 0 ? "up" : "degraded",
      detail: [newest, ...failures].join("; "),
    });
  }

  #watch(): ThreadWatch {
    return { onHealth: (health) => this.#setHealth(health), onFatal: this.#onFatal };
  }

  #setHealth(health: ComponentHealth): void {
    const before = this.#components.get(health.component);
    this.#components.set(health.component, health);
    if (before?.state !== health.state || before.detail !== health.detail || health.figures !== undefined) this.#tellComponents();
  }

  #tellComponents(): void {
    this.#gateway?.send({ kind: "components", components: [...this.#components.values()] });
  }
}

/**
 * Refuses a port that another process has. uWebSockets.js shares ports between listeners, so it would not notice.
 */
async function assertPortFree(host: string, port: number, option: string): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "EADDRINUSE" ? "is in use" : `cannot be listened on (${error.code ?? error.message})`;
      reject(new ThreadError("ENG_ERR_PORT", `${host}:${port} ${reason}; choose another with ${option}`));
    });
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()));
  });
}
