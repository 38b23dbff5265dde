/**
 * The files of the embedded cluster: made once, checked at each start.
 *
 * Invariant: `cluster/` exists whole or not at all. It is made under another name, with its database, and renamed last,
 * so a start that was cut off leaves nothing that a later one would trust.
 */
import { execFile, spawn } from "node:child_process";
import { chown, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PostgresBinaries } from "./binaries.js";
import { PostgresError } from "./postgres-error.js";
import type { RunAs } from "./run-as.js";

const run = promisify(execFile);

/** Both the role that owns everything and the database. */
export const CLUSTER_NAME = "jware";

/** Makes the cluster where there is none, and sees that it is of our version, our user's, and lets in only its owner. */
export async function prepareCluster(
  dataDir: string,
  binaries: PostgresBinaries,
  runAs: RunAs,
  isDurable: boolean,
): Promise<"made" | "found"> {
  await settleOwner(dataDir, runAs);
  const clusterDir = join(dataDir, "cluster");
  const version = await clusterVersion(dataDir);
  if (version === undefined) await makeCluster(dataDir, binaries, runAs, isDurable);
  else {
    checkVersion(clusterDir, version, binaries);
  }
  await writeAccessRules(clusterDir, runAs);
  return version === undefined ? "made" : "found";
}

/** The version that made the cluster in a folder; undefined where there is none. */
export async function clusterVersion(dataDir: string): Promise<string | undefined> {
  try {
    return await readFile(join(dataDir, "cluster", "PG_VERSION"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function checkVersion(clusterDir: string, version: string, binaries: PostgresBinaries): void {
  if (Number.parseInt(version, 10) === binaries.majorVersion) return;
  throw new PostgresError(
    "ENG_ERR_POSTGRES_VERSION",
    `${clusterDir} was made by PostgreSQL ${version.trim()}, and this is ${binaries.majorVersion}: dump it with that version ` +
      `and load it with this one, or choose another --data-dir.`,
  );
}

async function makeCluster(dataDir: string, binaries: PostgresBinaries, runAs: RunAs, isDurable: boolean): Promise<void> {
  const unfinishedDir = join(dataDir, "cluster.unfinished");
  await rm(unfinishedDir, { recursive: true, force: true });
  try {
    // No locale: text sorts by bytes, the same on every machine.
    const initArgs = ["-D", unfinishedDir, "-U", CLUSTER_NAME, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-instructions"];
    if (!isDurable) initArgs.push("--no-sync");
    await runServerProgram([binaries.initdb, ...initArgs], runAs);
    const fsync = `fsync=${isDurable ? "on" : "off"}`;
    const createArgs = ["--single", "-D", unfinishedDir, "-c", "exit_on_error=on", "-c", fsync, "postgres"];
    await runServerProgram([binaries.postgres, ...createArgs], runAs, `CREATE DATABASE ${CLUSTER_NAME}\n`);
  } catch (error) {
    throw new PostgresError(
      "ENG_ERR_POSTGRES_INIT",
      `The embedded database could not be made in ${dataDir}: ${(error as Error).message}`,
      error,
    );
  }
  await rename(unfinishedDir, join(dataDir, "cluster"));
}

/** Runs to the end; rejects with the last line it said. */
async function runServerProgram(command: readonly string[], runAs: RunAs, input = ""): Promise<void> {
  const [program = "", ...args] = [...runAs.prefix, ...command];
  const child = spawn(program, args, {
    stdio: ["pipe", "ignore", "pipe"],
    ...(runAs.uid === undefined ? {} : { uid: runAs.uid, gid: runAs.uid }),
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  // A program that ends before it has read everything says why on its standard error.
  child.stdin.on("error", () => undefined).end(input);
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(said.trim().split("\n").at(-1) || `${program} ended with ${signal ?? code}`));
    });
  });
}

/** root may have started this database another way before; then the files belong to another user. */
async function settleOwner(dataDir: string, runAs: RunAs): Promise<void> {
  const owner = runAs.uid ?? process.getuid?.();
  if (process.getuid?.() !== 0 || owner === undefined || (await stat(dataDir)).uid === owner) return;
  await run("chown", ["-Rh", `${owner}:${owner}`, dataDir]);
}

/**
 * Who is let in: whoever can enter the socket's folder. Where that folder belongs to nobody, whom others may be as well, the
 * kernel is asked who is calling.
 */
async function writeAccessRules(clusterDir: string, runAs: RunAs): Promise<void> {
  const method = runAs.kind === "nobody" ? "peer map=owner" : "trust";
  await writeOwned(join(clusterDir, "pg_hba.conf"), `local all all ${method}\n`, runAs);
  if (runAs.kind === "nobody") {
    await writeOwned(join(clusterDir, "pg_ident.conf"), `owner ${userInfo().username} ${CLUSTER_NAME}\n`, runAs);
  }
}

async function writeOwned(path: string, text: string, runAs: RunAs): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  if (runAs.uid !== undefined) await chown(path, runAs.uid, runAs.uid);
}
