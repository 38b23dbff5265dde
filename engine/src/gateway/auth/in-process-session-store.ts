/** The store of a single gateway: maps with deadlines, bounded, the oldest entry leaves first. */
import { NO_FAILURES, type FailureCount, type SessionStore } from "./session-store.js";

const ENTRIES_MAX = 50_000;

interface Entry<T> {
  readonly value: T;
  readonly untilTsMs: number;
}

export class InProcessSessionStore implements SessionStore {
  readonly #now: () => number;
  readonly #values = new Map<string, Entry<string>>();
  readonly #failures = new Map<string, Entry<FailureCount>>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.#live(this.#values, key)?.value);
  }

  put(key: string, value: string, ttlMs: number): Promise<void> {
    this.#set(this.#values, key, { value, untilTsMs: this.#now() + ttlMs });
    return Promise.resolve();
  }

  drop(key: string): Promise<void> {
    this.#values.delete(key);
    return Promise.resolve();
  }

  take(key: string): Promise<string | undefined> {
    const entry = this.#live(this.#values, key);
    this.#values.delete(key);
    return Promise.resolve(entry?.value);
  }

  addFailure(key: string, windowMs: number): Promise<FailureCount> {
    const now = this.#now();
    const known = this.#live(this.#failures, key);
    const value = { count: (known?.value.count ?? 0) + 1, lastTsMs: now };
    this.#set(this.#failures, key, { value, untilTsMs: known?.untilTsMs ?? now + windowMs });
    return Promise.resolve(value);
  }

  failures(key: string): Promise<FailureCount> {
    return Promise.resolve(this.#live(this.#failures, key)?.value ?? NO_FAILURES);
  }

  clearFailures(key: string): Promise<void> {
    this.#failures.delete(key);
    return Promise.resolve();
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#values.clear();
    this.#failures.clear();
    return Promise.resolve();
  }

  #live<T>(entries: Map<string, Entry<T>>, key: string): Entry<T> | undefined {
    const entry = entries.get(key);
    if (entry === undefined || entry.untilTsMs > this.#now()) return entry;
    entries.delete(key);
    return undefined;
  }

  #set<T>(entries: Map<string, Entry<T>>, key: string, entry: Entry<T>): void {
    entries.delete(key);
    entries.set(key, entry);
    if (entries.size <= ENTRIES_MAX) return;
    for (const oldest of entries.keys()) {
      entries.delete(oldest);
      break;
    }
  }
}
