/** Waits for a condition that other work brings about. The limit only turns a hang into words. */
import { setTimeout as pause } from "node:timers/promises";

const POLL_MS = 2;
const LIMIT_MS = 20_000;

export async function until(what: string, holds: () => boolean): Promise<void> {
  const endMs = Date.now() + LIMIT_MS;
  while (!holds()) {
    if (Date.now() > endMs) throw new Error(`waited in vain until ${what}`);
    await pause(POLL_MS);
  }
}
