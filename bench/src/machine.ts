/** Which machine and which state of the code a figure is of. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, platform, release, totalmem } from "node:os";
import { ROOT } from "./root.js";

export interface Machine {
  readonly cpu: string;
  readonly cpuCount: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly rustc: string;
  readonly commit: string;
  /** Whether the code differs from the commit. */
  readonly isDirty: boolean;
  /** How Linux chooses the processor's frequency; "not told" in most virtual machines. */
  readonly governor: string;
  /** Processes that ran or wanted to, on average over the last minute: above 1 the figures are of a busy machine. */
  readonly loadAtStart: number;
  readonly startedAt: string;
}

/** The mean of the last minute. Whoever builds something is in it: it is read before. */
export const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;

export function fingerprint(loadAtStart: number): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? "unknown",
    cpuCount: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
    rustc: printed("rustc", ["--version"]),
    commit: printed("git", ["-C", ROOT, "rev-parse", "--short", "HEAD"]),
    isDirty: printed("git", ["-C", ROOT, "status", "--porcelain", "--untracked-files=no"]) !== "",
    governor: governor(),
    loadAtStart,
    startedAt: new Date().toISOString(),
  };
}

function governor(): string {
  try {
    return readFileSync("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "utf8").trim();
  } catch {
    return "not told";
  }
}

function printed(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}
