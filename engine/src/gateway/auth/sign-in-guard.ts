/**
 * Slows down guessing, without ever locking anybody out for good.
 *
 * Per name: after 5 failures in 15 minutes, each further try must wait 1 s after the last failure, then 2, 4 ... up to 15
 * minutes. Per address: 20 failures in a minute or 100 in an hour. Names that nobody has are counted like those that exist.
 */
import { ApiError } from "../problem.js";
import type { SessionStore } from "./session-store.js";

const MINUTE_MS = 60_000;
const NAME_WINDOW_MS = 15 * MINUTE_MS;
const NAME_FREE_FAILURES = 5;
const DELAY_FIRST_MS = 1000;
const DELAY_MAX_MS = 15 * MINUTE_MS;
const ADDRESS_LIMITS = [
  { windowMs: MINUTE_MS, failuresMax: 20 },
  { windowMs: 60 * MINUTE_MS, failuresMax: 100 },
] as const;

export class SignInGuard {
  readonly #store: SessionStore;
  readonly #now: () => number;

  constructor(store: SessionStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Throws RATE_LIMITED where this name or address must wait. */
  async admit(name: string, address: string): Promise<void> {
    const { count, lastTsMs } = await this.#store.failures(nameKey(name));
    if (count >= NAME_FREE_FAILURES) {
      const delayMs = Math.min(DELAY_FIRST_MS * 2 ** (count - NAME_FREE_FAILURES), DELAY_MAX_MS);
      this.#refuseUntil(lastTsMs + delayMs);
    }
    for (const { windowMs, failuresMax } of ADDRESS_LIMITS) {
      const failures = await this.#store.failures(addressKey(address, windowMs));
      if (failures.count >= failuresMax) this.#refuseUntil(failures.lastTsMs + windowMs);
    }
  }

  async failed(name: string, address: string): Promise<void> {
    await this.#store.addFailure(nameKey(name), NAME_WINDOW_MS);
    for (const { windowMs } of ADDRESS_LIMITS) await this.#store.addFailure(addressKey(address, windowMs), windowMs);
  }

  async succeeded(name: string): Promise<void> {
    await this.#store.clearFailures(nameKey(name));
  }

  #refuseUntil(tsMs: number): void {
    const waitMs = tsMs - this.#now();
    if (waitMs <= 0) return;
    throw new ApiError("RATE_LIMITED", "Too many failed sign-ins; wait before the next.", {
      retryAfterS: Math.ceil(waitMs / 1000),
    });
  }
}

const nameKey = (name: string) => `name:${name}`;
const addressKey = (address: string, windowMs: number) => `address:${windowMs}:${address}`;
