import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RedisServer, redisServerPath } from "../../torture/redis-server.js";
import { InProcessSessionStore } from "./in-process-session-store.js";
import { RedisSessionStore } from "./redis-session-store.js";
import type { SessionStore } from "./session-store.js";

/** Both stores lapse by a clock; Redis by its own, so lapsing is tried there with real milliseconds. */
function contract(makeStore: () => SessionStore, sleep: (ms: number) => Promise<void>): void {
  const open: SessionStore[] = [];
  const store = () => {
    const made = makeStore();
    open.push(made);
    return made;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });

  it("remembers, replaces, drops and lapses", async () => {
    const each = store();
    expect(await each.get("a")).toBeUndefined();
    await each.put("a", "1", 10_000);
    await each.put("a", "2", 10_000);
    expect(await each.get("a")).toBe("2");
    await each.drop("a");
    expect(await each.get("a")).toBeUndefined();
    await each.put("b", "1", 20);
    await sleep(40);
    expect(await each.get("b")).toBeUndefined();
  });

  it("gives a value to one of many takers", async () => {
    const each = store();
    await each.put("once", "value", 10_000);
    const taken = await Promise.all(Array.from({ length: 20 }, () => each.take("once")));
    expect(taken.filter((value) => value === "value")).toHaveLength(1);
  });

  it("counts failures until they are cleared or their window ends", async () => {
    const each = store();
    expect(await each.failures("n")).toEqual({ count: 0, lastTsMs: 0 });
    for (let i = 1; i <= 3; i++) expect((await each.addFailure("n", 10_000)).count).toBe(i);
    expect((await each.failures("n")).count).toBe(3);
    expect((await each.failures("n")).lastTsMs).toBeGreaterThan(0);
    await each.clearFailures("n");
    expect((await each.failures("n")).count).toBe(0);
    await each.addFailure("w", 20);
    await sleep(40);
    expect((await each.failures("w")).count).toBe(0);
  });

  it("answers a ping", async () => {
    await store().ping();
  });
}

describe("in process", () => {
  let nowMs = 1_000_000;
  contract(
    () => new InProcessSessionStore(() => nowMs),
    async (ms) => {
      nowMs += ms;
    },
  );

  it("is bounded: the oldest entries leave", async () => {
    const store = new InProcessSessionStore();
    for (let i = 0; i <= 50_000; i++) await store.put(`k${i}`, "v", 60_000);
    expect(await store.get("k0")).toBeUndefined();
    expect(await store.get("k50000")).toBe("v");
  });
});

if (redisServerPath === undefined)
  console.warn("session-store.test.ts: redis-server is not installed; the Redis store is not tested");
describe.skipIf(redisServerPath === undefined)("on Redis", () => {
  let server: RedisServer;
  const connections: Redis[] = [];
  const connect = () => {
    const redis = new Redis(server.url, { maxRetriesPerRequest: 1, commandTimeout: 1000 });
    redis.on("error", () => undefined);
    connections.push(redis);
    return redis;
  };
  let key = 0;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(async () => {
    for (const connection of connections) connection.disconnect();
    await server.stop();
  });

  contract(
    () => new RedisSessionStore(connect()),
    (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  );

  it("is shared: what one gateway drops is gone for the other", async () => {
    const [one, two] = [new RedisSessionStore(connect()), new RedisSessionStore(connect())];
    await one.put("s", "v", 10_000);
    expect(await two.get("s")).toBe("v");
    await two.drop("s");
    expect(await one.get("s")).toBeUndefined();
    await one.addFailure("f", 10_000);
    expect((await two.failures("f")).count).toBe(1);
  });

  it("finds nothing while Redis is away, and goes on counting failures by itself", async () => {
    const own = await RedisServer.start();
    const redis = new Redis(own.url, { maxRetriesPerRequest: 0, commandTimeout: 500, enableOfflineQueue: false });
    redis.on("error", () => undefined);
    await new Promise((resolve) => redis.once("ready", resolve));
    const store = new RedisSessionStore(redis);
    const name = `away-${++key}`;
    await store.put(name, "v", 10_000);
    await store.addFailure(name, 10_000);
    await own.stop();
    expect(await store.get(name)).toBeUndefined();
    await store.put(name, "v", 10_000);
    expect((await store.addFailure(name, 10_000)).count).toBe(2);
    expect((await store.failures(name)).count).toBe(2);
    await expect(store.drop(name)).rejects.toThrow();
    await expect(store.ping()).rejects.toThrow();
    redis.disconnect();
  });
});
