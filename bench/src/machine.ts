/** Which machine and which state of the code a figure is of. */
import { execFileSync } from "node:child_process";
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
  /** Processes that ran or wanted to, on average over the last minute: above 1 the figures are of a busy machine. */
  readonly loadAtStart: number;
  readonly startedAt: string;
}

export function fingerprint(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? "unknown",
    cpuCount: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
    rustc: printed("rustc", ["--version"]),
    commit: printed("git", ["-C", ROOT, "describe", "--always", "--dirty"]),
    loadAtStart: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    startedAt: new Date().toISOString(),
  };
}

function printed(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}
