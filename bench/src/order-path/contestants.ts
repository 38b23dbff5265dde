/**
 * Who answers on the other side of a socket: the engine in both modes, and the peers. Each in a process of its own, all on one
 * processor; only one is asked at a time.
 */
import type { LoadReport } from "../load.js";
import { load } from "../load.js";
import { OrderVenue, SHARED_CPU } from "../order-venue.js";
import { type Peer, type PeerName, startPeer } from "../peers/peer.js";
import { canTellCpuTime } from "../cpu-time.js";
import type { Check } from "../figure.js";

export type ContestantName = "memory" | "durable" | "echo" | "ws" | "fastify";
export const CONTESTANTS: readonly ContestantName[] = ["echo", "memory", "durable", "ws", "fastify"];

/** How each is called in figures. */
export const LABELS: Readonly<Record<ContestantName, string>> = {
  echo: "uWebSockets.js echo",
  memory: "order, memory",
  durable: "order, durable",
  ws: "ws echo",
  fastify: "bare Fastify route",
};

/** How many requests, over how many connections; `cpu` is the client's. */
export interface Shape {
  readonly connections: number;
  readonly window: number;
  readonly count: number;
  readonly warmUp: number;
  readonly cpu: number | undefined;
}

export interface PipeReport extends LoadReport {
  /** Processor time of the server's process, all its threads, for an answer. Linux only. */
  readonly serverNs?: number;
}

const PEERS = { echo: "uws-echo", ws: "ws-echo", fastify: "fastify-route" } as const satisfies Record<string, PeerName>;
type PeerKey = keyof typeof PEERS;

export class Contestants {
  readonly #venues = new Map<"memory" | "durable", OrderVenue>();
  readonly #peers = new Map<PeerKey, Peer>();
  /** Bytes of an order's frame, which echoes carry. */
  #bytes = 0;

  /** Starts them all; with so many accounts for `pipe` and `open`. */
  static async open(deskCount = 0): Promise<Contestants> {
    const contestants = new Contestants();
    try {
      const open = async (ack: "memory" | "durable") => contestants.#venues.set(ack, await OrderVenue.open(ack, deskCount));
      // Both or none: one that opens while the other fails would be left.
      const opened = await Promise.allSettled([open("memory"), open("durable")]);
      for (const each of opened) if (each.status === "rejected") throw each.reason;
      for (const [key, name] of Object.entries(PEERS)) contestants.#peers.set(key as PeerKey, await startPeer(name, SHARED_CPU));
      contestants.#bytes = (await contestants.roundTrip("memory", 500, 2_000, SHARED_CPU)).request_bytes ?? 0;
      return contestants;
    } catch (error) {
      await contestants.close();
      throw error;
    }
  }

  get orderBytes(): number {
    return this.#bytes;
  }

  /** One request at a time; of an order only the way to its first report is in the latency. */
  roundTrip(name: ContestantName, count: number, warmUp: number, cpu: number | undefined): Promise<LoadReport> {
    if (name === "memory" || name === "durable") return load("order", { ...this.#venue(name).order, count, warmUp, cpu });
    return load("pipe", { ...this.#peerTarget(name), connections: 1, window: 1, count, warmUp, cpu });
  }

  /** Requests outstanding on many connections. Orders and cancels count alike. */
  async pipe(name: ContestantName, shape: Shape): Promise<PipeReport> {
    await this.#caughtUp();
    const pid = name === "memory" || name === "durable" ? this.#venue(name).pid : (this.#peers.get(name)?.pid ?? 0);
    const report = await load("pipe", { ...this.#target(name), ...shape, serverPid: canTellCpuTime ? pid : undefined });
    return report.server_ns === undefined ? report : { ...report, serverNs: report.server_ns / report.n };
  }

  /** Requests at a fixed rate. */
  async open(name: ContestantName, rate: number, shape: Omit<Shape, "window">): Promise<LoadReport> {
    await this.#caughtUp();
    return load("open", { ...this.#target(name), rate, ...shape });
  }

  leftNoOrder(): Promise<readonly Check[]> {
    return Promise.all([...this.#venues.values()].map((venue) => venue.leftNoOrder()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#venues.values()].map((venue) => venue.close()));
    await Promise.all([...this.#peers.values()].map((peer) => peer.stop()));
  }

  /** All are on one processor: what an engine has still to project would be in the other's figure. */
  async #caughtUp(): Promise<void> {
    for (const venue of this.#venues.values()) await venue.caughtUp();
  }

  #target(name: ContestantName) {
    return name === "memory" || name === "durable" ? this.#venue(name).pipe : this.#peerTarget(name);
  }

  #venue(name: "memory" | "durable"): OrderVenue {
    const venue = this.#venues.get(name);
    if (venue === undefined) throw new Error(`${name} is not open`);
    return venue;
  }

  #peerTarget(name: PeerKey) {
    const port = this.#peers.get(name)?.port;
    if (name === "fastify") return { port, target: "http", path: "/order" };
    return { port, target: "echo", path: "/echo", bytes: this.#bytes };
  }
}
