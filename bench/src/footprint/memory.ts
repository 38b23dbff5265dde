/** Resident memory of processes. Linux only. */
import { readFileSync } from "node:fs";
import { descendantsOf } from "../pin-descendants.js";

const BYTES_PER_KIB = 1_024;

/** Bytes of one process; undefined where the system does not tell. */
export function residentBytes(pid: number): number | undefined {
  try {
    return bytesIn(/^VmRSS:\s+(\d+) kB$/m, readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return undefined;
  }
}

/** Bytes of everything that a process has started, pages that they share counted once in all; undefined where the system does not tell. */
export function descendantBytes(pid: number): number | undefined {
  try {
    const bytes = (child: number) => bytesIn(/^Pss:\s+(\d+) kB$/m, readFileSync(`/proc/${child}/smaps_rollup`, "utf8"));
    return descendantsOf(pid).reduce((sum, child) => sum + bytes(child), 0);
  } catch {
    return undefined;
  }
}

function bytesIn(pattern: RegExp, text: string): number {
  const [, kib] = pattern.exec(text) ?? [];
  if (kib === undefined) throw new Error(`nothing matches ${pattern}`);
  return Number(kib) * BYTES_PER_KIB;
}
