/** Moves processes that run already to a processor, with all their threads. Linux only. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export function pin(pid: number, cpu: number): void {
  spawnSync("taskset", ["-a", "-c", "-p", String(cpu), String(pid)], { stdio: "ignore" });
}

/** The processes that a process has started, not its own threads. */
export function pinDescendants(pid: number, cpu: number): void {
  for (const child of descendantsOf(pid)) {
    pin(child, cpu);
  }
}

/** Processes that it has started, and those that they have. */
export function descendantsOf(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const parent = parentOf(Number(entry));
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const found: number[] = [];
  for (let next = children.get(pid) ?? []; next.length > 0; next = next.flatMap((each) => children.get(each) ?? [])) {
    found.push(...next);
  }
  return found;
}

/** A process may end while it is looked at. */
function parentOf(pid: number): number | undefined {
  try {
    // The name, in parentheses, may hold spaces and parentheses itself.
    const afterName = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "");
    return Number(afterName.split(" ")[1]);
  } catch {
    return undefined;
  }
}
