/**
 * Which user the server runs as. PostgreSQL refuses to be root and needs a user with a name.
 *
 * - A plain user with a name: as is.
 * - root on Linux: inside a user namespace that shows root as `nobody`. For the kernel the server stays root, so folders
 *   only root can enter work and no file changes its owner; for itself it is nobody.
 * - root where namespaces are not allowed (many containers): really as nobody (65534), who must be able to reach the
 *   programs and the data. No user is made.
 */
import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { PostgresError } from "./postgres-error.js";

const run = promisify(execFile);

export const NOBODY_ID = 65_534;
const UNSHARE = ["unshare", "-U", `--map-user=${NOBODY_ID}`, `--map-group=${NOBODY_ID}`, "--"] as const;
const OTHERS_MAY_ENTER = 0o001;

export interface RunAs {
  readonly kind: "self" | "namespace" | "nobody";
  /** Put in front of the program and its arguments. */
  readonly prefix: readonly string[];
  /** Set where files have to belong to, and processes run as, another user than ours. */
  readonly uid?: number;
}

/** Decides. `paths` are the files and folders the server has to reach. Throws ENG_ERR_POSTGRES_USER where nothing works. */
export async function chooseUser(paths: readonly string[]): Promise<RunAs> {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && hasName()) return { kind: "self", prefix: [] };
  if (process.platform === "linux" && (await canUnshare())) return { kind: "namespace", prefix: UNSHARE };
  if (!isRoot) {
    throw new PostgresError(
      "ENG_ERR_POSTGRES_USER",
      "PostgreSQL needs a user with a name, and the user of this process has none: run as another user or give --database-url.",
    );
  }
  return chooseNobody(paths);
}

/** Really nobody, provided that nobody can reach `paths`. */
export async function chooseNobody(paths: readonly string[]): Promise<RunAs> {
  for (const path of paths) {
    const closed = await findClosedFolder(path);
    if (closed === undefined) continue;
    throw new PostgresError(
      "ENG_ERR_POSTGRES_USER",
      `PostgreSQL does not run as root, and another user cannot enter ${closed}: run as a plain user, open that folder ` +
        `(chmod o+x), choose another --data-dir, or give --database-url.`,
    );
  }
  return { kind: "nobody", prefix: [], uid: NOBODY_ID };
}

function hasName(): boolean {
  try {
    return userInfo().username !== "";
  } catch {
    return false;
  }
}

const canUnshare = (): Promise<boolean> => {
  const [program, ...args] = UNSHARE;
  return run(program, [...args, "true"]).then(
    () => true,
    () => false,
  );
};

/** The outermost folder above `path` that other users may not enter. */
async function findClosedFolder(path: string): Promise<string | undefined> {
  let closed: string | undefined;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & OTHERS_MAY_ENTER) === 0) closed = folder;
    if (folder === dirname(folder)) return closed;
  }
}
