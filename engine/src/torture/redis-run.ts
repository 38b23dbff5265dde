/**
 * The Redis proof: the platform on a real Redis that is emptied every few seconds and killed now and then, under the independent
 * client. No private event may be lost, trading goes on, what was revoked stays revoked, and signing in works again soon.
 */
import { freePort } from "./free-port.js";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { DriverChild, JudgedLog, within } from "./driver-child.js";
import { PlatformChild, type PlatformPlace } from "./platform-child.js";
import { RedisServer } from "./redis-server.js";
import { call, signIn } from "./rest.js";

const STEP_MS = 5_000;
const AWAY_MS = 1_500;
const SIGN_IN_MS_MAX = 5_000;
/** Every third step Redis is killed instead of emptied. */
const KILL_EVERY_STEPS = 3;
const UNAUTHORIZED = 401;

export interface RedisOptions {
  readonly seconds: number;
  readonly seed: number;
}

export interface RedisReport {
  readonly seed: number;
  readonly flushes: number;
  readonly kills: number;
  readonly orders: number;
  readonly fills: number;
  /** Longest time after a kill until a new sign-in worked, ms. */
  readonly signInMsMax: number;
  readonly broken: readonly string[];
}

export async function redisRun({ seconds, seed }: RedisOptions): Promise<RedisReport> {
  const folder = mkdtempSync(join(tmpdir(), "jware-redis-run-"));
  const redis = await RedisServer.start();
  let platform: PlatformChild | undefined;
  let driver: DriverChild | undefined;
  const broken: string[] = [];
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
    const admin = new Redis(redis.url, { retryStrategy: () => 100, maxRetriesPerRequest: 0 });
    admin.on("error", () => undefined);
    let [flushes, kills, signInMsMax, ordersBefore] = [0, 0, 0, 0];
    const deadline = Date.now() + seconds * 1000;
    for (let step = 1; Date.now() < deadline; step += 1) {
      await sleep(Math.min(STEP_MS, Math.max(0, deadline - Date.now())));
      if (step % KILL_EVERY_STEPS === 0) {
        kills += 1;
        await redis.kill();
        await sleep(AWAY_MS);
        await redis.spawn();
      } else {
        flushes += 1;
        await admin.flushall().catch(() => undefined);
      }
      const startedMs = performance.now();
      let token: string | undefined;
      while (token === undefined && performance.now() - startedMs < 2 * SIGN_IN_MS_MAX)
        token = await signIn(place.httpPort, users.trader).catch(() => undefined);
      signInMsMax = Math.max(signInMsMax, Math.round(performance.now() - startedMs));
      for (const [what, secret] of [
        ["session", revokedSession],
        ["API key", revokedKey],
      ] as const) {
        const { status } = await call(place.httpPort, "GET", "instruments", { token: secret });
        if (status !== UNAUTHORIZED) broken.push(`step ${step}: a revoked ${what} is answered with ${status}`);
      }
      broken.push(...(await log.judgeNew()).map((sentence) => `step ${step}: ${sentence}`));
      if (log.counts.orders === ordersBefore) broken.push(`step ${step}: no order since the last step`);
      ordersBefore = log.counts.orders;
      if (!driver.isConnected) broken.push(`step ${step}: the client's connection was lost`);
    }
    if (signInMsMax > SIGN_IN_MS_MAX) broken.push(`a sign-in took ${signInMsMax} ms`);
    admin.disconnect();
    driver.send({ kind: "finish" });
    await driver.heard("finished");
    broken.push(...(await log.judgeNew()));
    return { seed, flushes, kills, orders: log.counts.orders, fills: log.counts.fills, signInMsMax, broken };
  } finally {
    driver?.close();
    platform?.signal("SIGTERM");
    if (platform !== undefined) await within(platform.ended, STEP_MS);
    await platform?.kill();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
