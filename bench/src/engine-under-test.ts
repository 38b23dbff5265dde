/** One engine in a process of its own, with a data folder of its own on the disk that is measured. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Child } from "./child.js";
import type { Check } from "./figure.js";
import { ProfiledServer } from "./profile/profiler.js";
import { ROOT } from "./root.js";
import { removeFolder, scratchFolder } from "./scratch.js";

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
  /** Commands from one snapshot to the next; absent = the platform's own. */
  readonly snapshotRecords?: number | undefined;
  /** A data folder of an earlier run; absent = a new one. */
  readonly dataDir?: string;
  /** Through `npm start`'s own script, set-up check included. */
  readonly viaStart?: boolean;
}

const CAUGHT_UP_MS_MAX = 60_000;
const CAUGHT_UP_RETRY_MS = 100;
const LAG_COMMANDS_MAX = 50;
/** Opened side by side: the time goes into hashes of passwords. */
const DESKS_AT_ONCE = 5;
/** What each of the accounts that a bench opens begins with, and what their users may do. */
const DESK_MONEY = "100000000";
const DESK_PERMISSIONS = ["read", "trade", "cancel"] as const;

interface Credentials {
  readonly users: Record<"admin" | "trader", { readonly password: string }>;
  readonly apiKey: string;
}

/** An account, and the key of who trades it. */
export interface Desk {
  readonly account: string;
  readonly apiKey: string;
}

export interface SignedIn {
  readonly token: string;
  readonly apiKey: string;
}

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
    const snapshots = options.snapshotRecords === undefined ? [] : ["--snapshot-records", String(options.snapshotRecords)];
    const args = [
      ...snapshots,
      "--ack",
      options.ack,
      "--data-dir",
      dataDir,
      "--feed",
      "simulated",
      "--sim-rate",
      String(options.simRate),
    ];
    const startedMs = performance.now();
    const child = new ProfiledServer(
      `engine-${options.ack}`,
      [entry, ...args, "--http-port", "0", "--ws-port", "0"],
      options.cpu,
    );
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
    return { token: await this.#signInAs("trader"), apiKey: this.#credentials().apiKey };
  }

  /** Opens accounts with money, each with a user and an API key of his own: whoever trades with them shares no account with anybody. */
  async openDesks(count: number): Promise<readonly Desk[]> {
    if (count === 0) return [];
    const admin = await this.#signInAs("admin");
    const reason = "a bench";
    const open = async (index: number): Promise<Desk> => {
      const [account, name] = [`DESK-${index}`, `desk-${index}`];
      await this.#call("POST", "accounts", admin, { name: account, deposits: [{ currency: "USD", amount: DESK_MONEY }], reason });
      const user = { name, role: "trader", reason };
      const { generatedPassword } = await this.#call<{ generatedPassword: string }>("POST", "users", admin, user);
      await this.#call("PUT", `users/${name}/accounts/${account}`, admin, { permissions: DESK_PERMISSIONS, reason });
      const token = await this.#signInWith(name, generatedPassword);
      const key = { label: "bench", scopes: DESK_PERMISSIONS, expiresInDays: 1 };
      return { account, apiKey: (await this.#call<{ apiKey: string }>("POST", "api-keys", token, key)).apiKey };
    };
    const desks: Desk[] = [];
    for (let first = 1; first <= count; first += DESKS_AT_ONCE) {
      const indexes = Array.from({ length: Math.min(DESKS_AT_ONCE, count - first + 1) }, (_, index) => first + index);
      desks.push(...(await Promise.all(indexes.map(open))));
    }
    return desks;
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

  /** A figure of its `/metrics`. */
  async figure(name: string): Promise<number> {
    const text = await (await fetch(`${this.pageUrl}metrics`)).text();
    const line = text.split("\n").find((line) => line.startsWith(`${name} `));
    if (line === undefined) throw new Error(`/metrics has no ${name}`);
    return Number(line.slice(name.length));
  }

  /** Waits until the database has what was traded, so that nobody measures what came before. Throws where that takes a minute. */
  async caughtUp(): Promise<void> {
    const endsAt = performance.now() + CAUGHT_UP_MS_MAX;
    for (;;) {
      const lag = await this.figure("jware_projector_lag_commands");
      // The market goes on: a few of its facts are always on their way.
      if (lag <= LAG_COMMANDS_MAX) return;
      if (performance.now() > endsAt) throw new Error(`the projector is ${lag} commands behind after a minute`);
      await new Promise((resolve) => setTimeout(resolve, CAUGHT_UP_RETRY_MS));
    }
  }

  /**
   * Whoever places orders takes them out again, at the latest by the end of the connection: none may be left working, on the paper
   * account (read with its trader's token) or a desk's.
   */
  async leftNoOrder(token: string, desks: readonly Desk[] = []): Promise<Check> {
    let count = 0;
    for (const { account, apiKey } of [{ account: "PAPER-1", apiKey: token }, ...desks]) {
      count += await this.#ordersLeft(account, apiKey);
    }
    return { name: "no order left working", passed: count === 0, detail: `${count} in ${this.ack} mode` };
  }

  async #ordersLeft(account: string, credential: string): Promise<number> {
    const open = () => this.get<{ orders: readonly unknown[] }>(`orders?account=${account}&status=open`, credential);
    let { orders } = await open();
    for (let attempt = 0; orders.length > 0 && attempt < LEFT_ATTEMPTS; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, LEFT_RETRY_MS));
      ({ orders } = await open());
    }
    return orders.length;
  }

  #credentials(): Credentials {
    return JSON.parse(readFileSync(join(this.dataDir, "credentials.json"), "utf8")) as Credentials;
  }

  #signInAs(name: "admin" | "trader"): Promise<string> {
    return this.#signInWith(name, this.#credentials().users[name].password);
  }

  async #signInWith(username: string, password: string): Promise<string> {
    return (await this.#call<{ accessToken: string }>("POST", "session", undefined, { username, password })).accessToken;
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

  /** Does something while it stands still, which it does no longer then, also where that fails or the run is interrupted. */
  async whilePaused<Result>(run: () => Promise<Result>): Promise<Result> {
    this.#child.pause();
    try {
      return await run();
    } finally {
      this.#child.resume();
    }
  }

  /** Its exit code. The data folder stays. */
  stop(): Promise<number> {
    return this.#child.stop();
  }
}
