// Ends this process when the `npm start` that it belongs to is gone.
//
// npm runs a script as npm -> sh -> node. Ctrl-C reaches all three, but a signal to npm alone (from a supervisor, a test, a
// closed window) may end npm or the shell and leave the platform running. So both are watched: the parent everywhere, the
// parent's parent where /proc tells it (Linux). Started by other means than npm, nothing is watched.
import { readFileSync } from "node:fs";

const CHECK_MS = 500;

/** Process id of a process's parent, or undefined where that cannot be told. */
export function parentOf(pid) {
  try {
    // The name, in parentheses, may hold blanks: what follows the last one is state and parent.
    const [, parent] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop().split(" ");
    return Number(parent);
  } catch {
    return undefined;
  }
}

export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const npm = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid === shell && parentOf(shell) === npm) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, CHECK_MS);
  timer.unref();
}
