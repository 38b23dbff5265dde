/** One engine in a process of its own, with a data folder of its own on the disk that is measured. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Child } from "./child.js";
import type { Check } from "./figure.js";
import { ROOT } from "./root.js";

/** Not the system's temporary folder: that may be memory, and a sync there costs nothing. */
const SCRATCH = join(ROOT, "bench/results/scratch");

const BOOK_ATTEMPTS = 100;
const BOOK_RETRY_MS = 100;
/** Canceling what closed connections left is queued behind all that they had sent. */
const LEFT_ATTEMPTS = 50;
const LEFT_RETRY_MS = 200;

export interface EngineOptions {
  readonly ack: "durable" | "memory";
  readonly cpu?: number | undefined;
  /** Ticks per second of the simulated feed. */
  readonly simRate: number;
  /** A data folder of an earlier run; absent = a new one. */
  readonly dataDir?: string;
  /** Through `npm start`'s own script, set-up check included. */
  readonly viaStart?: boolean;
}

export interface SignedIn {
  readonly token: string;
  readonly apiKey: string;
}

/** A folder for one bench, on the project's own disk. */
export function scratchFolder(name: string): string {
  mkdirSync(SCRATCH, { recursive: true });
  return mkdtempSync(join(SCRATCH, `${name}-`));
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

export class EngineUnderTest {
  readonly ack: "durable" | "memory";
  readonly dataDir: string;
  readonly pageUrl: string;
  readonly signInUrl: string | undefined;
  readonly wsPort: number;
  /** From the start of the process to the line that says it is ready, milliseconds. */
  readonly readyMs: number;
  readonly #child: Child;

  private constructor(
    child: Child,
    facts: Pick<EngineUnderTest, "ack" | "dataDir" | "pageUrl" | "signInUrl" | "wsPort" | "readyMs">,
  ) {
    this.#child = child;
    this.ack = facts.ack;
    this.dataDir = facts.dataDir;
    this.pageUrl = facts.pageUrl;
    this.signInUrl = facts.signInUrl;
    this.wsPort = facts.wsPort;
    this.readyMs = facts.readyMs;
  }

  static async start(options: EngineOptions): Promise<EngineUnderTest> {
    const dataDir = options.dataDir ?? scratchFolder(`engine-${options.ack}`);
    const entry = join(ROOT, options.viaStart === true ? "scripts/start.mjs" : "engine/dist/main.js");
    const args = ["--ack", options.ack, "--data-dir", dataDir, "--feed", "simulated", "--sim-rate", String(options.simRate)];
    const startedMs = performance.now();
    const child = new Child(process.execPath, [entry, ...args, "--http-port", "0", "--ws-port", "0"], { cpu: options.cpu });
    try {
      const [, pageUrl = ""] = await child.line(/^ {2}Page +(http\S+)/);
      const readyMs = performance.now() - startedMs;
      const signInUrl = (await child.line(/^ {2}Sign in +(http\S+)/, 1_000).catch(() => undefined))?.[1];
      const [, wsPort] = await child.line(/^ {2}WebSocket +ws:\/\/[^:]+:(\d+)\//);
      return new EngineUnderTest(child, { ack: options.ack, dataDir, pageUrl, signInUrl, wsPort: Number(wsPort), readyMs });
    } catch (error) {
      await child.stop();
      if (options.dataDir === undefined) removeFolder(dataDir);
      throw error;
    }
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Signs the trader in with the password of the first start. */
  async signIn(): Promise<SignedIn> {
    const credentials = JSON.parse(readFileSync(join(this.dataDir, "credentials.json"), "utf8")) as {
      readonly users: { readonly trader: { readonly password: string } };
      readonly apiKey: string;
    };
    const { accessToken } = await this.#call<{ accessToken: string }>("POST", "session", undefined, {
      username: "trader",
      password: credentials.users.trader.password,
    });
    return { token: accessToken, apiKey: credentials.apiKey };
  }

  /** Answer of `GET /api/v1/<path>`. */
  get<Answer>(path: string, token: string): Promise<Answer> {
    return this.#call("GET", path, token);
  }

  /** Price of the best bid. The feed may need a moment for its first book. */
  async bestBid(symbol: string, token: string): Promise<number> {
    for (let attempt = 0; attempt < BOOK_ATTEMPTS; attempt++) {
      const path = `book?symbol=${symbol}&depth=1`;
      const { bids } = await this.get<{ bids: readonly (readonly [price: string, qty: string])[] }>(path, token);
      if (bids[0] !== undefined) return Number(bids[0][0]);
      await new Promise((resolve) => setTimeout(resolve, BOOK_RETRY_MS));
    }
    throw new Error(`${symbol} has no bid after ${(BOOK_ATTEMPTS * BOOK_RETRY_MS) / 1000} s`);
  }

  /** Whoever places orders takes them out again, at the latest by the end of the connection: none may be left working. */
  async leftNoOrder(token: string): Promise<Check> {
    const open = () => this.get<{ orders: readonly unknown[] }>("orders?account=PAPER-1&status=open", token);
    let { orders } = await open();
    for (let attempt = 0; orders.length > 0 && attempt < LEFT_ATTEMPTS; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, LEFT_RETRY_MS));
      ({ orders } = await open());
    }
    return { name: "no order left working", passed: orders.length === 0, detail: `${orders.length} in ${this.ack} mode` };
  }

  async #call<Answer>(method: string, path: string, token?: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.pageUrl}api/v1/${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  /** Its exit code. The data folder stays. */
  stop(): Promise<number> {
    return this.#child.stop();
  }
}
