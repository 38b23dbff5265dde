/** Folders for one bench each, on the project's own disk; gone at the end of the run, whatever happens. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./root.js";

/** Not the system's temporary folder: that may be memory, and a sync there costs nothing. */
const SCRATCH = join(ROOT, "bench/results/scratch");
const folders = new Set<string>();

process.on("exit", () => {
  for (const folder of folders) removeFolder(folder);
});

export function scratchFolder(name: string): string {
  mkdirSync(SCRATCH, { recursive: true });
  const folder = mkdtempSync(join(SCRATCH, `${name}-`));
  folders.add(folder);
  return folder;
}

export function removeFolder(folder: string): void {
  folders.delete(folder);
  // Somebody who is being killed may still write in it.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}
