/** Who publishes ticks: the platform's core and edge, and the peers. Each in a process of its own, on one processor; only one is asked at a time. */
import { join } from "node:path";
import type { Child } from "../child.js";
import { INSTRUMENT } from "../core-under-test.js";
import { canTellCpuTime } from "../cpu-time.js";
import { load, type LoadReport } from "../load.js";
import { OTHER_CPU, SHARED_CPU } from "../order-venue.js";
import { ProfiledServer } from "../profile/profiler.js";
import { ROOT } from "../root.js";
import { removeFolder, scratchFolder } from "../scratch.js";
import { TICKET } from "./ticket.js";

export type PublisherName = "engine" | "raw" | "ws";

/** Turns that are on their way at a time: see fan-out.ts. */
const WINDOW = 1;
export const WARM_UP_SHARE = 0.1;

/** How many hear how much at once. */
export interface Setting {
  readonly subscribers: number;
  readonly perTurn: 1 | 16;
}

interface Publisher {
  readonly child: Child;
  readonly port: number;
  readonly controlPort: number;
}

export class Publishers {
  readonly #running = new Map<PublisherName, Publisher>();
  readonly #folder = scratchFolder("fan-out");

  static async start(names: readonly PublisherName[]): Promise<Publishers> {
    const publishers = new Publishers();
    try {
      for (const name of names) await publishers.#start(name);
      return publishers;
    } catch (error) {
      await publishers.stop();
      throw error;
    }
  }

  async #start(name: PublisherName): Promise<void> {
    const program = join(ROOT, `bench/dist/fan-out/${name}-publisher.js`);
    const child = new ProfiledServer(`fan-out-${name}`, [program, this.#folder], SHARED_CPU);
    const [line] = await child.line(/^\{.*\}$/);
    this.#running.set(name, { child, ...(JSON.parse(line) as { port: number; controlPort: number }) });
  }

  get(name: PublisherName): Publisher {
    const publisher = this.#running.get(name);
    if (publisher === undefined) throw new Error(`${name} does not run`);
    return publisher;
  }

  run(name: PublisherName, { subscribers, perTurn }: Setting, count: number, slow = 0): Promise<LoadReport> {
    const { port, controlPort, child } = this.get(name);
    const target =
      name === "engine"
        ? { target: "market", path: "/v1/market", ticket: TICKET, instrument: INSTRUMENT }
        : { target: "raw", path: "/ticks" };
    const warmUp = Math.max(1, Math.round(count * WARM_UP_SHARE));
    const serverPid = canTellCpuTime ? child.pid : undefined;
    const shape = { connections: subscribers, perTurn, count, warmUp, window: WINDOW, slow };
    return load("fan", { ...target, ...shape, port, controlPort, serverPid, cpu: OTHER_CPU });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ child }) => child.stop()));
    removeFolder(this.#folder);
  }
}
