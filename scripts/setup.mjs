// The set-up that every command runs first: packages, native core, TypeScript, terminal, each only when its inputs changed.
//
// Invariant: when `setup` returns, every step asked for has succeeded with the present sources. Cost when nothing is to do:
// the hashes of the sources (a test bounds their number, the README gives the time). Two set-ups of one checkout take turns.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endChildrenOnSignal, forgetSignals, lastLines, run } from "./run.mjs";
import { ROOT, SetupError, seconds } from "./root.mjs";
import { Stamps } from "./stamp.mjs";
import { checkNode, checkRust } from "./tools.mjs";

const LOCK_REFRESH_MS = 1000;
/** A lock that nobody refreshed for this long is a dead set-up's ... */
const LOCK_STALE_MS = 10_000;
/** ... but the tool that it ran may live on and write; it is waited for, no longer than this. */
const ORPHAN_MS_MAX = 30 * 60_000;

/** Does what is to be done of `steps`, with a line each. Throws a SetupError that says what to mend. */
export async function setup(
  steps,
  { root = ROOT, print = (text) => process.stdout.write(text), isRustNeeded = false, lockStaleMs = LOCK_STALE_MS } = {},
) {
  checkNode();
  const stamps = new Stamps(join(root, ".setup"));
  const due = dueSteps(steps, stamps, root);
  if (isRustNeeded || due.some((step) => step.needsRust)) await checkRust();
  if (due.length === 0) return;
  endChildrenOnSignal();
  const turn = await takeTurn(join(root, ".setup"), print, lockStaleMs);
  try {
    // Looked at again: another set-up may have done it while we waited.
    for (const step of dueSteps(steps, stamps, root)) await perform(step, stamps, root, print, turn.note);
  } finally {
    turn.release();
    forgetSignals();
  }
}

/** Steps whose stamp or outputs are missing or of other inputs. */
export function dueSteps(steps, stamps, root = ROOT) {
  return steps.filter((step) => {
    const isMade = step.outputs.every((path) => existsSync(join(root, path)));
    const hash = step.hash();
    if (isMade && stamps.isDone(step.name, hash)) return false;
    if (isMade && !stamps.wasCutOff(step.name) && step.isAlreadyDone?.(root)) {
      stamps.succeed(step.name, hash);
      return false;
    }
    return true;
  });
}

async function perform(step, stamps, root, print, onStart) {
  const startMs = performance.now();
  const isDistrusted = stamps.wasCutOff(step.name) || step.outputs.some((path) => !existsSync(join(root, path)));
  // Before the step: what changes while it runs is then a new input.
  const hash = step.hash();
  const [command, args] = step.command({ isDistrusted });
  print(`${step.title} ... `);
  stamps.begin(step.name);
  step.before?.();
  const result = await run(command, args, { cwd: step.cwd ?? root, onStart });
  if (result.code !== 0) {
    stamps.fail(step.name);
    print(`failed after ${seconds(startMs)}\n`);
    throw new SetupError(`${lastLines(result.output)}\n\nThe set-up failed at: ${step.title}. To repeat it: ${step.repeat}`);
  }
  step.after?.();
  stamps.succeed(step.name, hash);
  print(`${seconds(startMs)}\n`);
}

/**
 * Waits until no other set-up of this checkout runs. `note` records the process that works for us, `release` ends our turn.
 */
async function takeTurn(folder, print, lockStaleMs) {
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, "lock");
  let hasSaid = false;
  while (!tryLock(lock)) {
    if (isStale(lock, lockStaleMs)) rmSync(lock, { force: true });
    else {
      if (!hasSaid) print("Another set-up of this folder is running; waiting for it.\n");
      hasSaid = true;
      await new Promise((resolve) => setTimeout(resolve, Math.min(LOCK_REFRESH_MS, lockStaleMs) / 2));
    }
  }
  const timer = setInterval(() => {
    const now = new Date();
    if (existsSync(lock)) utimesSync(lock, now, now);
  }, LOCK_REFRESH_MS);
  const release = () => {
    clearInterval(timer);
    process.off("exit", release);
    rmSync(lock, { force: true });
  };
  process.on("exit", release);
  return { release, note: (pid) => writeFileSync(lock, String(pid)) };
}

function tryLock(lock) {
  try {
    writeFileSync(lock, "", { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Whether whoever holds the lock is gone, and the tool that he ran as well. */
function isStale(lock, lockStaleMs) {
  try {
    const ageMs = Date.now() - statSync(lock).mtimeMs;
    return ageMs > lockStaleMs && (ageMs > ORPHAN_MS_MAX || !isAlive(Number(readFileSync(lock, "utf8"))));
  } catch {
    // Gone between two looks: the next try decides.
    return false;
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
