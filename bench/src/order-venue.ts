/**
 * An engine that takes limit orders which rest, for round trips and throughput: signed in, its best bid known.
 *
 * PostgreSQL, a process of its own that no acknowledgement waits for, is put on a processor that neither server nor client has, where there
 * are three; of two it is on the one that the server has not, which is the client's where the two are kept apart.
 */
import { availableParallelism } from "node:os";
import { canPin } from "./child.js";
import { type Desk, EngineUnderTest } from "./engine-under-test.js";
import { removeFolder } from "./scratch.js";
import type { Check } from "./figure.js";
import { pin, pinDescendants } from "./pin-descendants.js";

const SYMBOL = "BTC-USD";
/** Orders rest this far below the best bid: within the collar, out of reach of the market. */
const PRICE_DISCOUNT = 0.05;
const TICKS_PER_UNIT = 100;
/** Slow enough to stay out of the way, fast enough to keep the book alive. */
const SIM_RATE = 1;

/** The processor that server and client share: across processors a virtual machine's wake-up costs ten times the rest and hides it. */
export const SHARED_CPU = canPin ? 0 : undefined;
/** Where the client runs when the two are kept apart. */
export const OTHER_CPU = canPin && availableParallelism() > 1 ? 1 : undefined;

const DATABASE_CPU = canPin && availableParallelism() > 2 ? 2 : OTHER_CPU;

/** What is to be said of figures whose client has a processor of its own. */
export const DATABASE_PLACE =
  DATABASE_CPU === undefined
    ? "PostgreSQL was not pinned"
    : DATABASE_CPU === OTHER_CPU
      ? "PostgreSQL shared a processor with the client where that had one of its own"
      : "PostgreSQL had a processor of its own";

export class OrderVenue {
  readonly #engine: EngineUnderTest;
  readonly #token: string;
  readonly #desks: readonly Desk[];
  /** What `jware-load order` and `pipe` need to know. */
  readonly order: { readonly port: number; readonly apiKey: string; readonly symbol: string; readonly priceTicks: number };

  private constructor(engine: EngineUnderTest, token: string, desks: readonly Desk[], order: OrderVenue["order"]) {
    this.#engine = engine;
    this.#token = token;
    this.#desks = desks;
    this.order = order;
  }

  /** With so many accounts beside the first, each with a trader of its own. */
  static async open(ack: "memory" | "durable", deskCount = 0, snapshotRecords?: number): Promise<OrderVenue> {
    const engine = await EngineUnderTest.start({ ack, simRate: SIM_RATE, snapshotRecords });
    try {
      const { token, apiKey } = await engine.signIn();
      const priceTicks = Math.floor((await engine.bestBid(SYMBOL, token)) * (1 - PRICE_DISCOUNT) * TICKS_PER_UNIT);
      const desks = await engine.openDesks(deskCount);
      // Not before: hashing the users' passwords may take every processor.
      if (SHARED_CPU !== undefined) pin(engine.pid, SHARED_CPU);
      if (DATABASE_CPU !== undefined) pinDescendants(engine.pid, DATABASE_CPU);
      return new OrderVenue(engine, token, desks, { port: engine.wsPort, apiKey, symbol: SYMBOL, priceTicks });
    } catch (error) {
      await engine.stop();
      removeFolder(engine.dataDir);
      throw error;
    }
  }

  /** The same as `order` for `jware-load pipe`, whose connections are of the desks, in turn. */
  get pipe(): { readonly port: number; readonly apiKeys: string; readonly symbol: string; readonly priceTicks: number } {
    const { port, symbol, priceTicks } = this.order;
    return { port, symbol, priceTicks, apiKeys: this.#desks.map(({ apiKey }) => apiKey).join(",") };
  }

  get pid(): number {
    return this.#engine.pid;
  }

  /** Does something while the engine stands still; its database does not, but has nothing to do. */
  whilePaused<Result>(run: () => Promise<Result>): Promise<Result> {
    return this.#engine.whilePaused(run);
  }

  figure(name: string): Promise<number> {
    return this.#engine.figure(name);
  }

  caughtUp(): Promise<void> {
    return this.#engine.caughtUp();
  }

  leftNoOrder(): Promise<Check> {
    return this.#engine.leftNoOrder(this.#token, this.#desks);
  }

  /** Ends it and removes what it wrote. */
  async close(): Promise<void> {
    await this.#engine.stop();
    removeFolder(this.#engine.dataDir);
  }
}
