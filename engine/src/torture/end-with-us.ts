/** Children that are to end with this process, however it ends: at its exit they are killed at the latest. */
import type { ChildProcess } from "node:child_process";
import type { EventEmitter } from "node:events";

/** What scripts/run.mjs listens to, which nothing of ours may import: it passes signals on, so that a platform ends its own database. */
const CHILD_EVENT = "jware.child";

export function endWithUs(child: ChildProcess): void {
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));
  (process as EventEmitter).emit(CHILD_EVENT, child);
}
