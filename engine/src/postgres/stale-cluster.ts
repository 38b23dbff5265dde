/**
 * Ends what an earlier run left behind: a server whose parent was killed goes on, and a cluster has room for one.
 *
 * A process is ours only if it is a `postgres` that works in this very cluster folder; a number in an old pid file proves
 * nothing, since numbers are given out again (in a container after every restart). The caller holds the lock of the data
 * folder, so such a process cannot belong to a living engine.
 */
import { execFile } from "node:child_process";
import { readdir, readFile, readlink, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { PostgresError } from "./postgres-error.js";

const run = promisify(execFile);

const POLL_MS = 10;
/** How long each step may take: finish cleanly, drop everything, be gone. */
const STEPS = [
  { signal: "SIGINT", patience_ms: 3000 },
  { signal: "SIGQUIT", patience_ms: 2000 },
  { signal: "SIGKILL", patience_ms: 2000 },
] as const;

/** Ends every server process of the cluster; resolves to how many there were. Throws ENG_ERR_POSTGRES_STALE. */
export async function reapStaleCluster(clusterDir: string): Promise<number> {
  const found = await findServerProcesses(clusterDir);
  let left = found;
  for (const { signal, patience_ms } of STEPS) {
    if (left.length === 0) break;
    // The first server's end takes the others along; only the last step has to name each.
    const postmaster = await readPostmasterPid(clusterDir);
    const targets = signal !== "SIGKILL" && postmaster !== undefined && left.includes(postmaster) ? [postmaster] : left;
    for (const pid of targets) signalIfThere(pid, signal);
    left = await waitForEnd(clusterDir, patience_ms);
  }
  if (left.length > 0) {
    throw new PostgresError(
      "ENG_ERR_POSTGRES_STALE",
      `PostgreSQL of an earlier run (process ${left.join(", ")}) cannot be ended.`,
    );
  }
  await removeForeignPidFile(clusterDir);
  return found.length;
}

async function waitForEnd(clusterDir: string, patience_ms: number): Promise<readonly number[]> {
  for (let waited_ms = 0; ; waited_ms += POLL_MS) {
    const left = await findServerProcesses(clusterDir);
    if (left.length === 0 || waited_ms >= patience_ms) return left;
    await sleep(POLL_MS);
  }
}

/** Process ids of all servers, parents and children, that work in the cluster folder (an absolute path, no symlinks). */
export async function findServerProcesses(clusterDir: string): Promise<readonly number[]> {
  if (process.platform !== "linux") return findByCommandLine(clusterDir);
  const entries = await readdir("/proc");
  const candidates = entries.filter((entry) => /^\d+$/.test(entry));
  const isServer = await Promise.all(candidates.map((pid) => worksIn(pid, clusterDir)));
  return candidates.filter((_, index) => isServer[index]).map(Number);
}

async function worksIn(pid: string, clusterDir: string): Promise<boolean> {
  try {
    return (
      (await readlink(`/proc/${pid}/cwd`)) === clusterDir && (await readFile(`/proc/${pid}/comm`, "utf8")).trim() === "postgres"
    );
  } catch {
    // It has ended meanwhile, or it is another user's.
    return false;
  }
}

async function findByCommandLine(clusterDir: string): Promise<readonly number[]> {
  const pid = await readPostmasterPid(clusterDir);
  if (pid === undefined) return [];
  const command = await run("ps", ["-ww", "-o", "command=", "-p", String(pid)]).then(
    ({ stdout }) => stdout,
    () => "",
  );
  return command.includes("postgres") && command.includes(clusterDir) ? [pid] : [];
}

/** First line of the pid file; undefined where there is no file. */
export async function readPostmasterPid(clusterDir: string): Promise<number | undefined> {
  const text = await readFile(join(clusterDir, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

/** PostgreSQL refuses to start while the number in its pid file is anybody's; ours have ended, so it is a stranger's. */
async function removeForeignPidFile(clusterDir: string): Promise<void> {
  const pid = await readPostmasterPid(clusterDir);
  if (pid !== undefined && signalIfThere(pid, 0)) await rm(join(clusterDir, "postmaster.pid"), { force: true });
}

function signalIfThere(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
