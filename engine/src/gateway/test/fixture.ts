/** A whole gateway for one test file: real database, real core with a market in it, real sockets. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MarketBatch, startCore, stopCore } from "@jware/core-native";
import type { Config } from "../../config.js";
import { createLogger } from "../../observability/logger.js";
import { connectPostgres, type Sql } from "../../postgres/connect.js";
import { startEmbeddedPostgres } from "../../postgres/embedded.js";
import { migrate } from "../../postgres/migrate.js";
import { nativeCore, type CorePort } from "../core-port.js";
import { type Gateway, type GatewayOptions, startGateway } from "../gateway.js";
import type { RATE_LIMITS } from "../rate-limits.js";

export const BTC = 101;
export const ETH = 102;

/** Far above what tests send; the limits have a test of their own. */
const NO_LIMITS = { windowMs: 2000, addressMax: 1e6, readMax: 1e6, orderMax: 1e6, cancelMax: 1e6 } satisfies typeof RATE_LIMITS;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // A test reads what it expects to be there; what is not there fails its expectation.
  // biome-ignore lint/suspicious/noExplicitAny: the body of any answer
  readonly body: any;
}

export interface CallOptions {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface FixtureOptions {
  readonly config?: Partial<Config>;
  readonly gateway?: Partial<GatewayOptions>;
  readonly ackMode?: "durable" | "memory";
}

export class Fixture {
  readonly core: CorePort = nativeCore;
  readonly logLines: string[] = [];
  readonly #folder: string;
  readonly #stopDatabase: () => Promise<void>;
  readonly databaseUrl: string;
  readonly sql: Sql;
  #gateway: Gateway | undefined;

  private constructor(folder: string, databaseUrl: string, stopDatabase: () => Promise<void>) {
    this.#folder = folder;
    this.#stopDatabase = stopDatabase;
    this.databaseUrl = databaseUrl;
    this.sql = connectPostgres(databaseUrl, { max: 2 });
  }

  static async start(options: FixtureOptions = {}): Promise<Fixture> {
    const folder = mkdtempSync(join(tmpdir(), "jware-gateway-"));
    const log = createLogger({ level: "warn", component: "test" });
    const database = await startEmbeddedPostgres({ dataDir: join(folder, "postgres"), log });
    await migrate({ databaseUrl: database.url, log });
    startCore({ journalDir: join(folder, "journal"), ackMode: options.ackMode ?? "durable" });
    defineMarket();
    const fixture = new Fixture(folder, database.url, () => database.stop());
    await fixture.startGateway(options);
    return fixture;
  }

  get gateway(): Gateway {
    if (this.#gateway === undefined) throw new Error("the gateway is not running");
    return this.#gateway;
  }

  get dataDir(): string {
    return join(this.#folder, "data");
  }

  get url(): string {
    return `http://127.0.0.1:${this.gateway.httpPort}`;
  }

  /** What credentials.json says. */
  credentials(): {
    readonly users: Record<"admin" | "trader", { readonly username: string; readonly password: string }>;
    readonly account: string;
    readonly apiKey: string;
    readonly urls: Record<string, string>;
  } {
    return JSON.parse(readFileSync(this.gateway.credentialsFile, "utf8"));
  }

  async startGateway(options: FixtureOptions = {}): Promise<Gateway> {
    const config: Config = {
      httpPort: 0,
      wsPort: 8081,
      host: "127.0.0.1",
      dataDir: this.dataDir,
      feed: { kind: "none" },
      symbols: [],
      ack: "durable",
      edges: 1,
      segmentBytes: 64 << 20,
      corsOrigins: [],
      logLevel: "info",
      ...options.config,
    };
    const logger = createLogger({
      level: "info",
      component: "gateway",
      destination: { write: (line: string) => void this.logLines.push(line) },
    });
    this.#gateway = await startGateway({
      config,
      databaseUrl: this.databaseUrl,
      uiDir: join(this.#folder, "ui"),
      wsPort: config.wsPort,
      core: this.core,
      logger,
      rateLimits: NO_LIMITS,
      ...options.gateway,
    });
    return this.#gateway;
  }

  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const hasBody = options.body !== undefined;
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(hasBody ? { "content-type": "application/json" } : {}),
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        ...options.headers,
      },
      ...(hasBody ? { body: typeof options.body === "string" ? options.body : JSON.stringify(options.body) } : {}),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  /** Signs one of the first users in; gives the access token. */
  async signIn(user: "admin" | "trader"): Promise<string> {
    const { username, password } = this.credentials().users[user];
    const answer = await this.call("POST", "/api/v1/session", { body: { username, password } });
    if (answer.status !== 200) throw new Error(`${user} cannot sign in: ${JSON.stringify(answer.body)}`);
    return answer.body.accessToken;
  }

  /** Adds a user with a password; `permissions` on the paper account, or none at all. */
  async addUser(name: string, role: string, password: string, permissions: readonly string[] | undefined): Promise<number> {
    const { PasswordHasher } = await import("../auth/password.js");
    const hash = await new PasswordHasher().hash(password);
    const [row] = await this.sql<{ userId: number }[]>`
      INSERT INTO users (name, role, password_hash, created_ts_ms) VALUES (${name}, ${role}, ${hash}, 0)
      RETURNING user_id AS "userId"`;
    if (row === undefined) throw new Error("an inserted user has an id");
    if (permissions !== undefined) {
      await this
        .sql`INSERT INTO user_accounts (user_id, account_id, permissions) VALUES (${row.userId}, 1001, ${[...permissions]})`;
    }
    return row.userId;
  }

  /** Says that the projection has everything up to now, as the projector would. */
  async catchUp(): Promise<void> {
    await this.sql`UPDATE projection_watermark SET last_seq = ${this.core.coreStatus().seq} WHERE stream = 'core'`;
  }

  async stopDatabase(): Promise<void> {
    await this.sql.end();
    await this.#stopDatabase();
  }

  async closeGateway(): Promise<void> {
    await this.#gateway?.close();
    this.#gateway = undefined;
  }

  async close(): Promise<void> {
    await this.closeGateway();
    await this.sql.end();
    stopCore();
    await this.#stopDatabase();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Two instruments with a synced book of five levels a side: bids from 61837.63 down, offers from 61837.64 up, 1 BTC each. */
function defineMarket(): void {
  nativeCore.execute({ kind: "defineCurrency", code: "USDT", decimals: 8 });
  for (const [instrument, symbol, baseCurrency] of [
    [BTC, "BTCUSDT", "BTC"],
    [ETH, "ETHUSDT", "ETH"],
  ] as const) {
    const defined = nativeCore.execute({
      kind: "defineInstrument",
      instrument,
      symbol,
      name: symbol,
      assetClass: "crypto",
      venue: "simulated",
      baseCurrency,
      quoteCurrency: "USDT",
      priceDecimals: 2,
      tickMantissa: 1,
      qtyDecimals: 5,
      lotMantissa: 1,
      tickLotMinor: 10,
      qtyLotsMin: 10,
      qtyLotsMax: 10_000_000,
      notionalMinorMax: "100000000000000000",
      collarBps: 500,
      makerFeePpm: 200,
      takerFeePpm: 500,
    });
    if (!defined.ok) throw new Error(defined.text);
  }
  const batch = new MarketBatch();
  const nowMs = Date.now();
  for (const instrument of [BTC, ETH]) {
    batch.reset(instrument, nowMs);
    for (let level = 0; level < 5; level++) {
      batch.level(instrument, 1, 6_183_763 - level, 100_000, nowMs);
      batch.level(instrument, 2, 6_183_764 + level, 100_000, nowMs);
    }
    batch.state(instrument, 1, nowMs);
    batch.trade(instrument, 1, 6_183_764, 100, nowMs, 1);
  }
  batch.flush();
}
