/**
 * The clock proof: the platform's wall clock jumps by an hour, either way, under the independent client.
 *
 * A preloaded clock (shifted-clock.c) moves the process alone. Engine time never goes back, connections live on, an order of a
 * given day ends when the moved clock says so and not before, sign-ins work after each jump, and a restart gives the same account.
 */
import { silentLog } from "../observability/logger.js";
import { freePort } from "./free-port.js";
import { execFileSync } from "node:child_process";
import { openSync, closeSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connectPostgres } from "../postgres/connect.js";
import { startEmbeddedPostgres } from "../postgres/embedded.js";
import { PAPER_ACCOUNT_NAME } from "../paper-account.js";
import { type Entry, FOREIGN_PREFIX } from "./client-log.js";
import { DriverChild, JudgedLog } from "./driver-child.js";
import { PlatformChild, type PlatformPlace } from "./platform-child.js";
import { call, signIn } from "./rest.js";
import { inFolder, type Judged, type Kept } from "./run-folder.js";
import { Seeded } from "./seeded.js";
import { readEverything } from "./stored.js";

const CLOCK_SOURCE = fileURLToPath(new URL("../../src/torture/shifted-clock.c", import.meta.url));
const HOUR_MS = 3_600_000;
const STEP_MS = 1_500;
/** Orders are what the clock jumps under; how many is not asked, and the judge keeps each in memory. */
const ACTS_PER_SECOND = 100;
/** After the moved clock has passed an order's time it is to end within this; what ends later is late ... */
const EXPIRY_MS_MAX = 5_000;
/** ... and what has not ended now never does. */
const EXPIRY_WAIT_MS = 60_000;
const LOOK_MS = 50;
const TOO_MANY = 429;
const TRIES_MAX = 1_000;
/** So many orders do not all end another way: a run of so many jumps in which none came to its end has proven nothing of that. */
const JUMPS_FOR_EXPIRIES = 20;
const NS_PER_MS = 1_000_000n;

export interface ClockOptions {
  readonly jumps: number;
  readonly seed: number;
}

export interface ClockReport extends Judged {
  readonly seed: number;
  readonly jumps: readonly number[];
  readonly orders: number;
  readonly fills: number;
  readonly expiries: number;
  /** What was right and slower than it should be: a busy machine's, or ours. */
  readonly late: readonly string[];
}

/** What a run finds as it goes. */
interface Findings {
  readonly broken: string[];
  readonly late: string[];
}

/** A wall clock that can be moved while processes run on it. */
class MovedClock {
  readonly env: Readonly<Record<string, string>>;
  readonly #file: string;
  offsetMs = 0;

  constructor(folder: string) {
    this.#file = join(folder, "clock");
    const library = join(folder, "shifted-clock.so");
    execFileSync("cc", ["-shared", "-fPIC", "-O1", "-o", library, CLOCK_SOURCE]);
    this.move(0);
    this.env = { LD_PRELOAD: library, JWARE_CLOCK_OFFSET_FILE: this.#file };
  }

  nowMs(): number {
    return Date.now() + this.offsetMs;
  }

  move(ms: number): void {
    this.offsetMs += ms;
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(this.offsetMs) * NS_PER_MS);
    // Written in place: the process has the file mapped.
    const file = openSync(this.#file, this.offsetMs === 0 && ms === 0 ? "w" : "r+");
    writeSync(file, bytes, 0, bytes.length, 0);
    closeSync(file);
  }
}

export const clockRun = (options: ClockOptions): Promise<ClockReport & Kept> =>
  inFolder("clock", (folder) => runIn(folder, options));

async function runIn(folder: string, { jumps, seed }: ClockOptions): Promise<ClockReport> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "postgres"), log: silentLog, isDurable: false });
  const sql = connectPostgres(postgres.url, { max: 1 });
  const random = new Seeded(seed);
  const clock = new MovedClock(folder);
  const [broken, late]: [string[], string[]] = [[], []];
  let platform: PlatformChild | undefined;
  let driver: DriverChild | undefined;
  try {
    const dataDir = join(folder, "data");
    const args = ["--database-url", postgres.url, "--feed", "simulated", "--symbols", "BTC-USD", "--sim-rate", "10"];
    const place: PlatformPlace = { dataDir, httpPort: await freePort(), wsPort: await freePort(), args };
    platform = new PlatformChild(place, clock.env);
    if (!(await platform.ready())) throw new Error(`the platform did not start:\n${platform.output}`);
    const logFile = join(folder, "client.log");
    driver = new DriverChild({
      dataDir,
      httpPort: place.httpPort,
      wsPort: place.wsPort,
      logFile,
      seed,
      actsPerSecond: ACTS_PER_SECOND,
    });
    const log = new JudgedLog(logFile);
    driver.send({ kind: "up" });
    await driver.heard("live");
    const { users, apiKey } = JSON.parse(readFileSync(join(dataDir, "credentials.json"), "utf8"));

    const made: number[] = [];
    let [expiries, engineMs, ordersBefore] = [0, clock.nowMs(), 0];
    for (let jump = 1; jump <= jumps; jump += 1) {
      const ms = (random.next() < 0.5 ? -1 : 1) * random.whole(HOUR_MS / 60, HOUR_MS);
      clock.move(ms);
      made.push(ms);
      await sleep(STEP_MS);
      const what = `jump ${jump} (${Math.round(ms / 1000)} s)`;
      const token = await signIn(place.httpPort, users.trader).catch((error: unknown) => {
        broken.push(`${what}: no sign-in: ${String(error)}`);
        return undefined;
      });
      engineMs = Math.max(engineMs, clock.nowMs());
      const clOrdId = `${FOREIGN_PREFIX}${jump}`;
      broken.push(...log.take(ownOrder(clOrdId)));
      if (token !== undefined && (await expires(place.httpPort, apiKey, clOrdId, clock, engineMs, { broken, late })))
        expiries += 1;
      engineMs = Math.max(engineMs, clock.nowMs());
      broken.push(...(await log.judgeUntilOrder(ordersBefore, driver)).map((sentence) => `${what}: ${sentence}`));
      if (!driver.isConnected) broken.push(`${what}: the client's connection was lost`);
      ordersBefore = log.counts.orders;
    }
    await platform.kill();
    await driver.away();
    platform = new PlatformChild(place, clock.env);
    if (!(await platform.ready())) throw new Error(`the platform did not start again:\n${platform.output}`);
    driver.send({ kind: "up" });
    await driver.heard("live");
    driver.send({ kind: "finish" });
    await driver.heard("finished");
    broken.push(...(await log.judgeNew()));
    for await (const entry of readEverything(sql)) broken.push(...log.take(entry));
    const [back] = await sql<{ count: bigint }[]>`
      SELECT count(*) AS count FROM (SELECT ts_ns, lag(ts_ns) OVER (ORDER BY seq, idx) AS before FROM executions) AS steps
      WHERE ts_ns < before`;
    if (Number(back?.count) !== 0) broken.push(`engine time went back ${back?.count} times`);
    broken.push(...unproven(jumps, expiries));
    return { seed, jumps: made, orders: log.counts.orders, fills: log.counts.fills, expiries, broken, late };
  } finally {
    driver?.close();
    await platform?.kill();
    await sql.end({ timeout: 1 });
    await postgres.stop();
  }
}

/** An order of the proof's own. It goes by REST, so it outlives the client's connection whatever that one asked for. */
export const ownOrder = (clOrdId: string): Entry => ({ t: "sent", kind: "new", clOrdId, again: false, byRest: true });

/** That a long run has seen no order come to its end by the clock. */
export const unproven = (jumps: number, expiries: number): readonly string[] =>
  jumps >= JUMPS_FOR_EXPIRIES && expiries === 0 ? [`in ${jumps} jumps no order came to its end by the clock`] : [];

/** Whether an order that is good until an hour from now is there until the clock is moved past that, and gone soon after. */
async function expires(
  httpPort: number,
  token: string,
  clOrdId: string,
  clock: MovedClock,
  engineMs: number,
  { broken, late }: Findings,
): Promise<boolean> {
  const { body: book } = await call(httpPort, "GET", "book?symbol=BTC-USD", { token });
  const price = (Number(book.bids[0][0]) * 0.98).toFixed(2);
  const terms = { account: PAPER_ACCOUNT_NAME, clOrdId, symbol: "BTC-USD", side: "buy", ordType: "limit", timeInForce: "gtd" };
  const body = { ...terms, orderQty: "0.0100", price, expireTsMs: engineMs + HOUR_MS };
  let sent = await call(httpPort, "POST", "orders", { token, body });
  // The client's orders by REST count with this one.
  for (let tries = 1; sent.status === TOO_MANY && tries < TRIES_MAX; tries += 1) {
    await sleep(LOOK_MS);
    sent = await call(httpPort, "POST", "orders", { token, body });
  }
  if (sent.status !== 201) {
    broken.push(`${clOrdId}: sent, and answered with ${sent.status} ${JSON.stringify(sent.body)}`);
    return false;
  }
  const fate = async (status: "open" | "closed"): Promise<string | undefined> => {
    const { body: found } = await call(httpPort, "GET", `orders?account=${PAPER_ACCOUNT_NAME}&status=${status}&limit=1000`, {
      token,
    });
    return found.orders.find((order: { clOrdId: string }) => order.clOrdId === clOrdId)?.ordStatus;
  };
  // The client lets it be, but a mass cancel on its way, or the market, may have taken it: then it proves nothing.
  if ((await fate("open")) === undefined) {
    if ((await fate("closed")) === "expired") broken.push(`${clOrdId}: ended before its time`);
    return false;
  }
  clock.move(engineMs + HOUR_MS - clock.nowMs() + 1);
  const startedMs = performance.now();
  while ((await fate("open")) !== undefined) {
    if (performance.now() - startedMs > EXPIRY_WAIT_MS) {
      broken.push(`${clOrdId}: still open ${EXPIRY_WAIT_MS} ms after its time`);
      return false;
    }
    await sleep(LOOK_MS);
  }
  const tookMs = Math.round(performance.now() - startedMs);
  if (tookMs > EXPIRY_MS_MAX) late.push(`${clOrdId}: open for ${tookMs} ms after its time`);
  return (await fate("closed")) === "expired";
}
