/**
 * The Redis proof: the platform on a real Redis that is emptied every few seconds and killed now and then, under the independent
 * client. No private event may be lost, trading goes on, what was revoked stays revoked, and signing in works again soon.
 */
import { freePort } from "./free-port.js";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { DriverChild, JudgedLog, within } from "./driver-child.js";
import { PlatformChild, type PlatformPlace } from "./platform-child.js";
import { RedisServer } from "./redis-server.js";
import { call, signIn } from "./rest.js";
import { inFolder, type Judged, type Kept } from "./run-folder.js";

const STEP_MS = 5_000;
const AWAY_MS = 1_500;
/** A sign-in is to work within this; one that takes longer is late ... */
const SIGN_IN_MS_MAX = 5_000;
/** ... and one that does not work by now never will. */
const SIGN_IN_WAIT_MS = 60_000;
const SIGN_IN_PAUSE_MS = 50;
/** Every third step Redis is killed instead of emptied. */
const KILL_EVERY_STEPS = 3;
const UNAUTHORIZED = 401;

export interface RedisOptions {
  /** How long at the least; it goes on until there was a flush, a kill and a fill. */
  readonly seconds: number;
  readonly seed: number;
}

export interface RedisReport extends Judged {
  readonly seed: number;
  readonly flushes: number;
  readonly kills: number;
  readonly orders: number;
  readonly fills: number;
  /** Longest time after a kill until a new sign-in worked, ms. */
  readonly signInMsMax: number;
  /** What was right and slower than it should be: a busy machine's, or ours. */
  readonly late: readonly string[];
}

export const redisRun = (options: RedisOptions): Promise<RedisReport & Kept> =>
  inFolder("redis", (folder) => runIn(folder, options));

async function runIn(folder: string, { seconds, seed }: RedisOptions): Promise<RedisReport> {
  const redis = await RedisServer.start();
  let platform: PlatformChild | undefined;
  let driver: DriverChild | undefined;
  const [broken, late]: [string[], string[]] = [[], []];
  try {
    const dataDir = join(folder, "data");
    const args = ["--redis-url", redis.url, "--feed", "simulated", "--symbols", "BTC-USD", "--sim-rate", "10"];
    const place: PlatformPlace = { dataDir, httpPort: await freePort(), wsPort: await freePort(), args };
    platform = new PlatformChild(place);
    if (!(await platform.ready())) throw new Error(`the platform did not start:\n${platform.output}`);
    const logFile = join(folder, "client.log");
    driver = new DriverChild({ dataDir, httpPort: place.httpPort, wsPort: place.wsPort, logFile, seed });
    driver.send({ kind: "up" });
    await driver.heard("live");

    const { users } = JSON.parse(readFileSync(join(dataDir, "credentials.json"), "utf8"));
    const trader = await signIn(place.httpPort, users.trader);
    const revokedSession = await signIn(place.httpPort, users.trader);
    await call(place.httpPort, "DELETE", "session", { token: revokedSession });
    const made = await call(place.httpPort, "POST", "api-keys", { token: trader, body: { label: "gone", scopes: ["read"] } });
    const { id, apiKey: revokedKey } = made.body as { id: string; apiKey: string };
    await call(place.httpPort, "DELETE", `api-keys/${id}`, { token: trader });

    const log = new JudgedLog(logFile);
    const admin = new Redis(redis.url, { retryStrategy: () => 100, maxRetriesPerRequest: null });
    admin.on("error", () => undefined);
    let [flushes, kills, signInMsMax, ordersBefore] = [0, 0, 0, 0];
    const deadline = Date.now() + seconds * 1000;
    const isProven = (): boolean => flushes > 0 && kills > 0 && log.counts.fills > 0;
    for (let step = 1; Date.now() < deadline || !isProven(); step += 1) {
      const leftMs = deadline - Date.now();
      await sleep(leftMs > 0 ? Math.min(STEP_MS, leftMs) : STEP_MS);
      if (step % KILL_EVERY_STEPS === 0) {
        kills += 1;
        await redis.kill();
        await sleep(AWAY_MS);
        await redis.spawn();
      } else {
        flushes += 1;
        await admin.flushall();
      }
      const tookMs = await untilSignedIn(place.httpPort, users.trader).catch((error: unknown) => {
        broken.push(`step ${step}: no sign-in within ${SIGN_IN_WAIT_MS} ms: ${String(error)}`);
        return SIGN_IN_WAIT_MS;
      });
      signInMsMax = Math.max(signInMsMax, tookMs);
      if (tookMs > SIGN_IN_MS_MAX) late.push(`step ${step}: a sign-in took ${tookMs} ms`);
      for (const [what, secret] of [
        ["session", revokedSession],
        ["API key", revokedKey],
      ] as const) {
        const { status } = await call(place.httpPort, "GET", "instruments", { token: secret });
        if (status !== UNAUTHORIZED) broken.push(`step ${step}: a revoked ${what} is answered with ${status}`);
      }
      broken.push(...(await log.judgeUntilOrder(ordersBefore, driver)).map((sentence) => `step ${step}: ${sentence}`));
      ordersBefore = log.counts.orders;
      if (!driver.isConnected) broken.push(`step ${step}: the client's connection was lost`);
    }
    admin.disconnect();
    driver.send({ kind: "finish" });
    await driver.heard("finished");
    broken.push(...(await log.judgeNew()));
    return { seed, flushes, kills, orders: log.counts.orders, fills: log.counts.fills, signInMsMax, broken, late };
  } finally {
    driver?.close();
    platform?.signal("SIGTERM");
    if (platform !== undefined) await within(platform.ended, STEP_MS);
    await platform?.kill();
    await redis.stop();
  }
}

/** Signs in, again and again where it is refused; the time that it took, ms. Rejects with the last refusal. */
async function untilSignedIn(httpPort: number, user: { readonly username: string; readonly password: string }): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    try {
      await signIn(httpPort, user);
      return Math.round(performance.now() - startedMs);
    } catch (error) {
      if (performance.now() - startedMs > SIGN_IN_WAIT_MS) throw error;
      await sleep(SIGN_IN_PAUSE_MS);
    }
  }
}
