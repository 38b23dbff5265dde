/**
 * Runs a PostgreSQL of our own, on a unix socket only, from the programs of the lock file.
 *
 * Invariant: no server outlives the engine. It ends with `stop`; it ends with the process (the kernel signals it when the
 * thread that started it dies, so start it on the main thread); where the kernel cannot, the next start ends it.
 * A server that dies by itself is started again. The caller holds the lock of the data folder.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdir, open, readFile, realpath, stat, truncate, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Logger } from "../observability/logger.js";
import { locatePostgresBinaries } from "./binaries.js";
import { CLUSTER_NAME, prepareCluster } from "./cluster.js";
import { PostgresError } from "./postgres-error.js";
import { chooseUser, type RunAs } from "./run-as.js";
import { prepareSocketDir, socketDirOf } from "./socket-dir.js";
import { reapStaleCluster } from "./stale-cluster.js";

const run = promisify(execFile);

const READY_POLL_MS = 5;
/** Recovery after a crash reads what was written since the last checkpoint. */
const READY_MS_MAX = 60_000;
const FAST_STOP_MS_MAX = 3000;
const IMMEDIATE_STOP_MS_MAX = 1000;
const RESTART_MS = 500;
const TAIL_LINES = 2;
const LOG_BYTES_MAX = 4 * 1024 * 1024;
/** Line of postmaster.pid that says how far the server is. */
const STATUS_LINE_INDEX = 7;

const SETTINGS = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  max_connections: "64",
  // Times the connections: a rebuild of the projection swaps every partition in one transaction, six locks for each day.
  max_locks_per_transaction: "1024",
  io_method: "sync",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
} as const;

export interface EmbeddedPostgres {
  /** libpq's form with a unix socket: open it with `connectPostgres`. */
  readonly url: string;
  /** Process id of the server, another after a restart. */
  readonly pid: () => number | undefined;
  /** Ends the server and waits for its end; at most four seconds. */
  readonly stop: () => Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Folder for the cluster, its socket and its log; made where absent. */
  readonly dataDir: string;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
  /** Whether data survives the machine's crash; without, only the processes'. Tests do without. True where absent. */
  readonly isDurable?: boolean;
}

/** Starts the server, making the cluster where there is none. Throws PostgresError. */
export async function startEmbeddedPostgres({
  dataDir: givenDir,
  log,
  isDurable = true,
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = await locatePostgresBinaries();
  await mkdir(givenDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(givenDir);
  const clusterDir = join(dataDir, "cluster");
  const runAs = await chooseUser([binaries.postgres, dataDir]);
  const reapedCount = await reapStaleCluster(clusterDir);
  if (reapedCount > 0) log.warn({ reapedCount }, "ended the database server of an earlier run");
  const origin = await prepareCluster(dataDir, binaries, runAs, isDurable);
  const socketDir = await prepareSocketDir(dataDir, runAs.uid);

  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: socketDir, fsync: isDurable ? "on" : "off" });
  const args = ["-D", clusterDir, ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])];
  const wrappers = [...(await through(YIELDING)), ...runAs.prefix, ...(await through(ENDING_WITH_US))];
  const command = [...wrappers, binaries.postgres, ...args];
  const server = await superviseServer({ command, clusterDir, logPath: join(dataDir, "postgres.log"), runAs, log });
  log.info({ origin, user: runAs.kind, pid: server.pid() }, "embedded database is ready");
  return { url: urlOf(socketDir), ...server };
}

/** The address of the server of a data folder that another process runs. */
export const embeddedUrlOf = async (dataDir: string): Promise<string> => urlOf(socketDirOf(await realpath(dataDir)));

const urlOf = (socketDir: string): string => `postgresql://${CLUSTER_NAME}@${encodeURIComponent(socketDir)}/${CLUSTER_NAME}`;

/**
 * Programs to start it through. It yields to what trades, where both want one processor: it gets about a tenth then (110 of 1,024 in the
 * scheduler's weights). It says so of itself, since who is not root may not say it of another user's process, and in a container not even root.
 */
const YIELDING = ["nice", "-n", "10"] as const;
/** Asks the kernel to end the server (fast) when the thread that started it ends. */
const ENDING_WITH_US = ["setpriv", "--pdeathsig", "INT"] as const;

/** The wrapper where it is there and works; nothing where not: the server does without. */
async function through(wrapper: readonly [string, ...string[]]): Promise<readonly string[]> {
  const [program, ...args] = wrapper;
  return run(program, [...args, "true"]).then(
    () => wrapper,
    () => [],
  );
}

interface ServerPlan {
  readonly command: readonly string[];
  readonly clusterDir: string;
  readonly logPath: string;
  readonly runAs: RunAs;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
}

/** Starts the server and keeps it running until `stop`. The first start must succeed; later ones are tried for ever. */
async function superviseServer(plan: ServerPlan): Promise<Omit<EmbeddedPostgres, "url">> {
  let child = await launch(plan);
  let isStopping = false;
  const endWithUs = (): void => void child.kill("SIGINT");
  process.once("exit", endWithUs);

  const keepRunning = async (): Promise<void> => {
    for (;;) {
      await ended(child);
      if (isStopping) return;
      plan.log.error({ exitCode: child.exitCode, signal: child.signalCode }, "the database server ended: starting it again");
      await sleep(RESTART_MS);
      if (isStopping) return;
      try {
        child = await launch(plan);
        if (isStopping) await end(child);
      } catch (error) {
        plan.log.error({ err: error }, "the database server did not start");
      }
    }
  };
  const supervision = keepRunning();

  const stop = async (): Promise<void> => {
    isStopping = true;
    await end(child);
    await supervision;
    process.off("exit", endWithUs);
  };
  let stopped: Promise<void> | undefined;
  return {
    pid: () => child.pid,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Starts the server and waits until it takes connections. */
async function launch({ command: [program = "", ...args], clusterDir, logPath, runAs }: ServerPlan): Promise<ChildProcess> {
  const { file, startBytes } = await openLog(logPath);
  try {
    const child = spawn(program, args, {
      cwd: clusterDir,
      // Of its own process group: Ctrl-C is for the engine, which ends the server last.
      detached: true,
      // A file, not a pipe: nobody has to read it for the server to go on, and it is still there after a crash.
      stdio: ["ignore", file.fd, file.fd],
      ...(runAs.uid === undefined ? {} : { uid: runAs.uid, gid: runAs.uid }),
    });
    await waitUntilReady(child, clusterDir, async () => readTail(logPath, startBytes));
    return child;
  } finally {
    await file.close();
  }
}

async function openLog(logPath: string): Promise<{ file: FileHandle; startBytes: number }> {
  const size = await stat(logPath).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > LOG_BYTES_MAX) await truncate(logPath, 0);
  return { file: await open(logPath, "a", 0o600), startBytes: size > LOG_BYTES_MAX ? 0 : size };
}

async function waitUntilReady(child: ChildProcess, clusterDir: string, readLog: () => Promise<string>): Promise<void> {
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  for (let waited_ms = 0; waited_ms < READY_MS_MAX; waited_ms += READY_POLL_MS) {
    if (failure !== undefined || child.exitCode !== null || child.signalCode !== null) {
      const why = failure?.message ?? (await readLog());
      throw new PostgresError("ENG_ERR_POSTGRES_START", `The embedded database did not start: ${why}`, failure);
    }
    const lines = (await readFile(join(clusterDir, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
    if (Number(lines[0]) === child.pid && lines[STATUS_LINE_INDEX]?.trim() === "ready") return;
    await sleep(READY_POLL_MS);
  }
  await end(child);
  throw new PostgresError("ENG_ERR_POSTGRES_START", `The embedded database was not ready in ${READY_MS_MAX / 1000} s.`);
}

/** The last things the server said, without the times in front. */
async function readTail(logPath: string, startBytes: number): Promise<string> {
  const text = (await readFile(logPath)).subarray(startBytes).toString("utf8").trim();
  const sentences = text.split("\n").map((line) => line.replace(/^.*?\b[A-Z]{3,}: +/, ""));
  return sentences.slice(-TAIL_LINES).join("; ") || "it said nothing.";
}

/** Fast shutdown, then immediate, then the kernel's. */
async function end(child: ChildProcess): Promise<void> {
  const isOver = ended(child);
  for (const [signal, patience_ms] of [
    ["SIGINT", FAST_STOP_MS_MAX],
    ["SIGQUIT", IMMEDIATE_STOP_MS_MAX],
  ] as const) {
    child.kill(signal);
    const alarm = new AbortController();
    const inTime = await Promise.race([isOver.then(() => true), sleep(patience_ms, false, { signal: alarm.signal })]);
    alarm.abort();
    if (inTime) return;
  }
  child.kill("SIGKILL");
  await isOver;
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => {
        child.once("exit", () => resolve());
      });
