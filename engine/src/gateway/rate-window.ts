/**
 * Counts of requests in this process, by a clock that only goes forward. The limiter's own goes by the wall clock: set back by an hour,
 * it would count on in the same window for that hour, and turn everybody away.
 *
 * Limit: 10,000 keys for each limit; the one whose window began first goes for a new one.
 */
import type { FastifyRateLimitStore } from "@fastify/rate-limit";

type Answer = Parameters<FastifyRateLimitStore["incr"]>[1];

/** Here, since @fastify/rate-limit tells its `cache` to no store but its own. */
const KEYS_MAX = 10_000;

interface Window {
  count: number;
  readonly beganMs: number;
}

/** A store of @fastify/rate-limit. `nowMs` is monotonic. */
export class RateWindow implements FastifyRateLimitStore {
  /** In the order in which the windows began. */
  readonly #windows = new Map<string, Window>();
  readonly #keysMax: number;
  readonly #nowMs: () => number;

  /** The limiter makes it with its options, of which none is of use here. */
  constructor(_options: object = {}, nowMs = () => performance.now(), keysMax = KEYS_MAX) {
    this.#nowMs = nowMs;
    this.#keysMax = keysMax;
  }

  /** Counts one more. */
  incr(key: string, answer: Answer, windowMs: number): void {
    const window = this.#current(key, windowMs) ?? this.#begin(key);
    window.count += 1;
    this.#tell(window, windowMs, answer);
  }

  /** Counts nothing. */
  read(key: string, answer: Answer, windowMs: number): void {
    const window = this.#current(key, windowMs);
    if (window === undefined) answer(null, { current: 0, ttl: 0 });
    else this.#tell(window, windowMs, answer);
  }

  child(): RateWindow {
    return new RateWindow({}, this.#nowMs, this.#keysMax);
  }

  #current(key: string, windowMs: number): Window | undefined {
    const window = this.#windows.get(key);
    return window === undefined || window.beganMs + windowMs <= this.#nowMs() ? undefined : window;
  }

  #begin(key: string): Window {
    this.#windows.delete(key);
    const [oldest] = this.#windows.keys();
    if (oldest !== undefined && this.#windows.size >= this.#keysMax) this.#windows.delete(oldest);
    const window = { count: 0, beganMs: this.#nowMs() };
    this.#windows.set(key, window);
    return window;
  }

  #tell({ count, beganMs }: Window, windowMs: number, answer: Answer): void {
    answer(null, { current: count, ttl: Math.ceil(beganMs + windowMs - this.#nowMs()) });
  }
}
