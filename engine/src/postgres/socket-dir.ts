/**
 * The folder of the server's unix socket. Whoever can enter it is let in without a password, so it is private: mode 0700.
 *
 * Invariant: the socket's whole path fits into what the kernel takes. A data folder with a longer path gets a short
 * folder under the system's temporary one, named after the data folder so that the next start finds the same.
 */
import { createHash } from "node:crypto";
import { chown, lstat, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PostgresError } from "./postgres-error.js";
import { NOBODY_ID } from "./run-as.js";

/** The server names its socket by its port, although it listens on no port. */
const SOCKET_NAME = ".s.PGSQL.5432";
/** Linux takes 107 bytes, macOS 103. */
const SOCKET_PATH_BYTES_MAX = 103;
const NAME_HEX_LENGTH = 16;

/** Where the socket's folder of a data folder (an absolute path, no symlinks) is. Throws ENG_ERR_POSTGRES_SOCKET. */
export function socketDirOf(dataDir: string): string {
  const inside = join(dataDir, "socket");
  const name = createHash("sha256").update(dataDir).digest("hex").slice(0, NAME_HEX_LENGTH);
  const dir = fits(inside) ? inside : join(tmpdir(), `jware-pg-${name}`);
  if (fits(dir)) return dir;
  throw new PostgresError(
    "ENG_ERR_POSTGRES_SOCKET",
    `No folder with a path short enough for a unix socket: ${dir} has more than ${SOCKET_PATH_BYTES_MAX} bytes with its name.`,
  );
}

/** Makes the folder afresh; no server may be using it. `uid` is the server's user where that is not ours. Throws ENG_ERR_POSTGRES_SOCKET. */
export async function prepareSocketDir(dataDir: string, uid?: number): Promise<string> {
  const dir = socketDirOf(dataDir);
  await removeOld(dir, uid);
  await mkdir(dir, { mode: 0o700 });
  if (uid !== undefined) await chown(dir, uid, uid);
  return dir;
}

/** Takes away what an earlier run left. In the shared temporary folder it may be a trap that somebody else laid: refused. */
async function removeOld(dir: string, uid: number | undefined): Promise<void> {
  const stats = await lstat(dir).catch(() => undefined);
  if (stats === undefined) return;
  const owners = [process.getuid?.(), uid, process.getuid?.() === 0 ? NOBODY_ID : undefined];
  if (!stats.isDirectory() || !owners.includes(stats.uid)) {
    throw new PostgresError("ENG_ERR_POSTGRES_SOCKET", `${dir} is not a folder of ours: remove it, and start again.`);
  }
  await rm(dir, { recursive: true });
}

const fits = (dir: string): boolean => Buffer.byteLength(join(dir, SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX;
