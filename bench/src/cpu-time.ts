/** Processor time of a process, all its threads. Linux only; undefined elsewhere. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Whether it is told here. */
export const canTellCpuTime = existsSync("/proc/self/schedstat");

/** Nanoseconds since it began. */
export function cpuNs(pid: number): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
      const [ran] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
      return sum + Number(ran);
    }, 0);
  } catch {
    return undefined;
  }
}
