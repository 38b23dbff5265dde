// The lock file holds every optional package that its packages name.
//
// Native packages come one per platform, as optional dependencies. Where a registry lacks one at the moment of locking, the
// lock has a hole, and `npm ci` on a machine of that platform fails at once. So holes are found here, on any platform.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./root.mjs";

/** `who -> what` for each optional dependency that a lock's packages name and it does not hold. */
export function lockHoles({ packages }) {
  const nameOf = (path) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const held = new Set(
    Object.keys(packages)
      .filter((path) => path.includes("node_modules/"))
      .map(nameOf),
  );
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !held.has(name))
      .map((name) => `${path || "the root"} -> ${name} ${optionalDependencies[name]}`),
  );
}

export const lockProblems = () => lockHoles(JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")));
