// Which steps of the set-up are done: one file per step in `.setup/` that holds the hash of the step's inputs.
//
// Invariant: a stamp is written only after its step succeeded and removed before the step runs, so a step that was cut off
// is run again. While a step runs there is a `.running` file beside it: it tells the next run that the outputs may be halves.
// Contents are hashed, not times: a fresh checkout of the same sources is the same input.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SKIPPED_FOLDERS = new Set(["node_modules", "dist", "target", "tests", "benches", "test", ".git"]);
const IS_TEST = /\.test\.[cm]?[jt]sx?$/;

/** Files below a folder (or the file itself) that can change what a build makes: no tests, no outputs. Sorted. */
export function sourceFiles(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  const found = [];
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.has(entry.name)) found.push(...sourceFiles(join(path, entry.name)));
    } else if (!IS_TEST.test(entry.name)) found.push(join(path, entry.name));
  }
  return found.sort();
}

/** Hash over the names and contents of all source files of the given paths, and over further facts. */
export function hashInputs(root, paths, { accept = /./, facts = [] } = {}) {
  const hash = createHash("sha256");
  for (const fact of facts) hash.update(`${fact}\0`);
  for (const path of paths) {
    for (const file of sourceFiles(join(root, path))) {
      if (!accept.test(file)) continue;
      hash.update(`${file.slice(root.length)}\0`);
      hash.update(readFileSync(file));
    }
  }
  return hash.digest("hex");
}

/** The stamps of one checkout. */
export class Stamps {
  #folder;

  constructor(folder) {
    this.#folder = folder;
  }

  #file(step) {
    return join(this.#folder, `${step}.stamp`);
  }

  #running(step) {
    return join(this.#folder, `${step}.running`);
  }

  /** Whether the step succeeded with these inputs. */
  isDone(step, hash) {
    try {
      return readFileSync(this.#file(step), "utf8") === hash;
    } catch {
      return false;
    }
  }

  /** Whether the last run of the step was cut off before it could succeed or fail. */
  wasCutOff(step) {
    return existsSync(this.#running(step));
  }

  begin(step) {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#running(step), `${process.pid}`);
    rmSync(this.#file(step), { force: true });
  }

  succeed(step, hash) {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#file(step), hash);
    rmSync(this.#running(step), { force: true });
  }

  fail(step) {
    rmSync(this.#running(step), { force: true });
  }
}
