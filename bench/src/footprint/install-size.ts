/** Room on the disk: what is in git, what the platform needs to run, what it takes to work on it. */
import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { figureOf, type SuiteResult } from "../figure.js";
import { ROOT } from "../root.js";

const MIB = 1 << 20;
const BUILT = ["schemas/dist", "core-native/dist", "feed/dist", "engine/dist", "ui/dist"];

export async function installSize(): Promise<SuiteResult> {
  const packages = packageBytes();
  const addons = readdirSync(join(ROOT, "core-native")).filter((name) => name.endsWith(".node"));
  const built = [...BUILT, ...addons.map((name) => `core-native/${name}`)].reduce(
    (sum, path) => sum + bytesOf(join(ROOT, path)),
    0,
  );
  const mib = (name: string, bytes: number) => figureOf(name, "MiB", [bytes / MIB], { better: "lower" }, { n: 1 });
  return {
    figures: [
      mib("files in git", trackedBytes()),
      mib("packages that run", packages.running),
      mib("packages to build and test with", packages.building),
      mib("built: addon, services, terminal", built),
    ],
    checks: [
      {
        name: "install size",
        passed: packages.running > 0 && built > 0,
        detail: "every package of the lock file that is installed was looked at",
      },
    ],
  };
}

interface LockEntry {
  readonly dev?: boolean;
  readonly link?: boolean;
}

/** The bench's own packages are among those that build and test. */
function packageBytes(): { readonly running: number; readonly building: number } {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "node_modules/.package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, LockEntry>>;
  };
  const sum = { running: 0, building: 0 };
  for (const [path, { dev, link }] of Object.entries(packages)) {
    // A package inside another's folder is counted with it.
    if (link === true || path.lastIndexOf("node_modules/") > 0) continue;
    sum[dev === true ? "building" : "running"] += bytesOf(join(ROOT, path));
  }
  return sum;
}

function trackedBytes(): number {
  const files = execFileSync("git", ["-C", ROOT, "ls-files", "-z"], { encoding: "utf8", maxBuffer: 64 * MIB }).split("\0");
  return files.filter((file) => file !== "").reduce((sum, file) => sum + bytesOf(join(ROOT, file)), 0);
}

/** Bytes of a file or of all files below a folder; links are not followed. */
function bytesOf(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}
