/**
 * The proof that trading does not need the database: the platform as a process, orders through its socket at a steady rate, its PostgreSQL
 * stopped for some seconds. No order may be refused because of it or go without an answer, the process may not grow by what waits,
 * and the projection must catch up while the orders go on.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ProjectionReader } from "@jware/core-native";
import { logonFrame } from "@jware/schemas/client-frames";
import { ExecType, ExecutionReport, Refusal, ServerBody, Side, TimeInForce } from "@jware/schemas/wire";
import { PAPER_ACCOUNT as ACCOUNT } from "../paper-account.js";
import { silentLog as log } from "../observability/logger.js";
import { orderFrame, WireClient } from "../edge/test/wire-client.js";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../postgres/embedded.js";
import { checkProjection } from "../projector/check.js";
import { PlatformProcess } from "./platform-process.js";

const ORDERS_PER_S = 2_000;
const TURN_MS = 10;
const WARM_UP_MS = 3_000;
const POLL_MS = 250;
const ANSWER_MS_MAX = 10_000;
const CAUGHT_UP_LAG_S = 1;
export const CATCH_UP_S_MAX = 20;
/** So long it is waited for; what comes late is told. */
const CATCH_UP_WAIT_MS = 180_000;
export const GROWTH_MIB_MAX = 64;
const INSTRUMENT = 1;

export interface OutageResult {
  readonly seconds: number;
  readonly orders: number;
  readonly ordersDuringOutage: number;
  readonly lagCommandsMax: number;
  /** From the server's return until what waits is younger than a second. */
  readonly caughtUpAfterS: number;
  readonly rssBeforeMib: number;
  readonly rssMaxMib: number;
  /** What went wrong. */
  readonly failures: readonly string[];
  /** What was right and slower than it should be: a busy machine's, or ours. */
  readonly late: readonly string[];
}

/** Runs it. Everything that was started has ended when this resolves or rejects. */
export async function outage(seconds: number): Promise<OutageResult> {
  const dir = await mkdtemp(join(tmpdir(), "jw-outage-"));
  const startServer = () => startEmbeddedPostgres({ dataDir: join(dir, "database"), log });
  let server: EmbeddedPostgres | undefined = await startServer();
  const databaseUrl = server.url;
  const dataDir = join(dir, "data");
  let platform: PlatformProcess | undefined;
  try {
    platform = await PlatformProcess.start(dataDir, "--database-url", databaseUrl, "--sim-rate", "20");
    const { pid } = platform;
    const { apiKey } = JSON.parse(await readFile(join(dataDir, "credentials.json"), "utf8")) as { apiKey: string };
    const traffic = await Traffic.start(platform.socketPort, apiKey, await priceOf(platform));
    await sleep(WARM_UP_MS);
    const rssBeforeMib = await rssMib(pid);

    let rssMaxMib = rssBeforeMib;
    let lagCommandsMax = 0;
    const look = async (): Promise<number> => {
      rssMaxMib = Math.max(rssMaxMib, await rssMib(pid));
      const lag = await lagOf(platform as PlatformProcess);
      lagCommandsMax = Math.max(lagCommandsMax, lag.commands);
      return lag.seconds;
    };

    const ordersBefore = traffic.sent;
    await server.stop();
    server = undefined;
    for (const endMs = performance.now() + seconds * 1000; performance.now() < endMs; ) {
      await look();
      await sleep(POLL_MS);
    }
    const ordersDuringOutage = traffic.sent - ordersBefore;
    server = await startServer();
    const backMs = performance.now();
    // The figure is a second old: it must have seen the outage end.
    await sleep(1_100);
    while ((await look()) > CAUGHT_UP_LAG_S && performance.now() - backMs < CATCH_UP_WAIT_MS) await sleep(POLL_MS);
    const caughtUpAfterS = (performance.now() - backMs) / 1000;

    const failures = await traffic.stop();
    const late: string[] = [];
    if (ordersDuringOutage < seconds * ORDERS_PER_S * 0.9) {
      late.push(`only ${ordersDuringOutage} orders were sent in ${seconds} s: the machine is too slow for this proof`);
    }
    if (caughtUpAfterS > CATCH_UP_S_MAX) late.push(`caught up ${caughtUpAfterS.toFixed(1)} s after the server's return`);
    const growth = rssMaxMib - rssBeforeMib;
    if (growth > GROWTH_MIB_MAX) failures.push(`the process grew by ${growth.toFixed(0)} MiB`);
    const openSource = (fromSeq: number) => new ProjectionReader(fromSeq, join(dataDir, "journal"));
    const check = await checkProjection({ databaseUrl, openSource });
    for (const { table, isEqual } of check.tables) if (!isEqual) failures.push(`${table} is not what the journal comes to`);
    const figures = {
      seconds,
      orders: traffic.sent,
      ordersDuringOutage,
      lagCommandsMax,
      caughtUpAfterS,
      rssBeforeMib,
      rssMaxMib,
    };
    return { ...figures, failures, late };
  } finally {
    await platform?.end("SIGKILL");
    await server?.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Orders that are accepted and expire at once, since nobody sells so low; every answer is counted. */
class Traffic {
  sent = 0;
  #accepted = 0;
  #ended = 0;
  readonly #refusals = new Map<number, number>();
  readonly #client: WireClient;
  readonly #timer: NodeJS.Timeout;

  private constructor(client: WireClient, priceTicks: number) {
    this.#client = client;
    client.onReceive = ({ kind, frame }) => {
      client.received.length = 0;
      if (kind === ServerBody.Refusal) {
        const code = (frame.body(new Refusal()) as Refusal).code();
        this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1);
      }
      if (kind !== ServerBody.ExecutionReport) return;
      const type = (frame.body(new ExecutionReport()) as ExecutionReport).execType();
      if (type === ExecType.New) this.#accepted++;
      else this.#ended++;
    };
    const startMs = performance.now();
    this.#timer = setInterval(() => {
      // By the clock, not by turns: a late turn sends what is missing.
      for (const due = ((performance.now() - startMs) * ORDERS_PER_S) / 1000; this.sent < due; ) {
        const clOrdId = `w${++this.sent}`;
        const terms = { qty: 100, price: priceTicks, timeInForce: TimeInForce.Ioc };
        client.send(orderFrame({ account: ACCOUNT, instrument: INSTRUMENT, clOrdId, side: Side.Buy, ...terms }));
      }
    }, TURN_MS);
  }

  static async start(port: number, apiKey: string, priceTicks: number): Promise<Traffic> {
    const client = await WireClient.open(port, "orders");
    client.send(logonFrame({ apiKey }));
    await client.until("the logon", () => client.received.find(({ kind }) => kind === ServerBody.AccountSnapshot));
    return new Traffic(client, priceTicks);
  }

  /** Stops sending, waits for the answers, and says what was wrong. */
  async stop(): Promise<string[]> {
    clearInterval(this.#timer);
    const refused = () => [...this.#refusals.values()].reduce((sum, count) => sum + count, 0);
    const deadline = performance.now() + ANSWER_MS_MAX;
    while (this.#accepted + refused() < this.sent && performance.now() < deadline) await sleep(20);
    const failures = [...this.#refusals].map(([code, count]) => `${count} orders were refused with code ${code}`);
    const unanswered = this.sent - this.#accepted - refused();
    if (unanswered > 0) failures.push(`${unanswered} orders had no answer`);
    if (this.#ended < this.#accepted) failures.push(`${this.#accepted - this.#ended} orders did not end`);
    if (this.#client.closed !== undefined) failures.push(`the socket closed: ${this.#client.closed.reason}`);
    this.#client.close();
    return failures;
  }
}

/** A price some per cent below the market: within its collar, above nobody's offer. */
async function priceOf(platform: PlatformProcess): Promise<number> {
  await platform.signIn();
  const { body } = await platform.call("GET", "instruments");
  const instrument = body.instruments.find((each: { id: number }) => each.id === INSTRUMENT);
  const { body: book } = await platform.call("GET", `book?symbol=${instrument.symbol}&depth=1`);
  return Math.floor((Number(book.bids[0][0]) * 0.98) / Number(instrument.tickSize));
}

async function rssMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

async function lagOf(platform: PlatformProcess): Promise<{ readonly commands: number; readonly seconds: number }> {
  const text = await (await fetch(`${platform.page}metrics`)).text();
  const read = (name: string): number => Number(new RegExp(`^jware_projector_${name} (\\S+)$`, "m").exec(text)?.[1]);
  return { commands: read("lag_commands"), seconds: read("lag_seconds") };
}
