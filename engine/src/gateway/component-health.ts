/** State of every part: those that report to the main thread, and those that the gateway asks itself. */
import type { ComponentHealth } from "@jware/schemas";
import type { Redis } from "ioredis";
import type { Sql } from "../postgres/connect.js";
import type { CorePort } from "./core-port.js";

const CHECK_TIMEOUT_MS = 1000;

export interface HealthParts {
  readonly sql: Sql;
  readonly redis: Redis | undefined;
  readonly core: CorePort;
}

export function makeHealthChecks(parts: HealthParts) {
  let reported: readonly ComponentHealth[] = [];
  const checks: { readonly component: string; readonly run: () => Promise<string> }[] = [
    { component: "core", run: async () => `seq ${parts.core.coreStatus().seq}` },
    { component: "database", run: async () => answers(await parts.sql`SELECT 1`) },
  ];
  const { redis } = parts;
  if (redis !== undefined) checks.push({ component: "redis", run: async () => answers(await redis.ping()) });
  return {
    setComponents: (components: readonly ComponentHealth[]): void => {
      reported = components;
    },
    /** What was reported, with this thread's own findings in place of a report on the same part. */
    check: async (): Promise<readonly ComponentHealth[]> => {
      const own = await Promise.all(checks.map(({ component, run }) => judge(component, run)));
      const names = new Set(own.map(({ component }) => component));
      return [...own, ...reported.filter(({ component }) => !names.has(component))];
    },
  };
}

const answers = (_answer: unknown): string => "answers";

async function judge(component: string, run: () => Promise<string>): Promise<ComponentHealth> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("late")), CHECK_TIMEOUT_MS);
  });
  try {
    return { component, state: "up", detail: await Promise.race([run(), late]) };
  } catch {
    return { component, state: "down", detail: "does not answer" };
  } finally {
    clearTimeout(timer);
  }
}
