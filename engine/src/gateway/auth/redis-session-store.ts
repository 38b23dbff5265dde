/**
 * The store that several gateways share: Redis.
 *
 * While Redis is away, reading finds nothing (so PostgreSQL is asked), remembering is skipped, and dropping and taking reject,
 * so that the caller knows. Failures are counted in this process besides, so that
 * emptying or stopping Redis does not open the door to guessing.
 */
import type { Redis } from "ioredis";
import { InProcessSessionStore } from "./in-process-session-store.js";
import type { FailureCount, SessionStore } from "./session-store.js";

const PREFIX = "jware:session:";
const FAILURE_PREFIX = "jware:failures:";

export class RedisSessionStore implements SessionStore {
  readonly #redis: Redis;
  readonly #now: () => number;
  readonly #local: InProcessSessionStore;

  /** The connection is the caller's: this store does not close it. */
  constructor(redis: Redis, now: () => number = Date.now) {
    this.#redis = redis;
    this.#now = now;
    this.#local = new InProcessSessionStore(now);
  }

  async get(key: string): Promise<string | undefined> {
    try {
      return (await this.#redis.get(PREFIX + key)) ?? undefined;
    } catch {
      return undefined;
    }
  }

  async put(key: string, value: string, ttlMs: number): Promise<void> {
    await this.#redis.set(PREFIX + key, value, "PX", ttlMs).catch(() => undefined);
  }

  async drop(key: string): Promise<void> {
    await this.#redis.del(PREFIX + key);
  }

  async take(key: string): Promise<string | undefined> {
    return (await this.#redis.getdel(PREFIX + key)) ?? undefined;
  }

  async addFailure(key: string, windowMs: number): Promise<FailureCount> {
    const local = await this.#local.addFailure(key, windowMs);
    const name = FAILURE_PREFIX + key;
    try {
      const answers = await this.#redis
        .multi()
        .hincrby(name, "count", 1)
        .hset(name, "lastTsMs", this.#now())
        .pexpire(name, windowMs, "NX")
        .exec();
      const count = Number(answers?.[0]?.[1] ?? 0);
      return count > local.count ? { count, lastTsMs: this.#now() } : local;
    } catch {
      return local;
    }
  }

  async failures(key: string): Promise<FailureCount> {
    const local = await this.#local.failures(key);
    try {
      const shared = await this.#redis.hgetall(FAILURE_PREFIX + key);
      const count = Number(shared.count ?? 0);
      return count > local.count ? { count, lastTsMs: Number(shared.lastTsMs ?? 0) } : local;
    } catch {
      return local;
    }
  }

  async clearFailures(key: string): Promise<void> {
    await this.#local.clearFailures(key);
    await this.#redis.del(FAILURE_PREFIX + key).catch(() => undefined);
  }

  async ping(): Promise<void> {
    await this.#redis.ping();
  }

  close(): Promise<void> {
    return this.#local.close();
  }
}
