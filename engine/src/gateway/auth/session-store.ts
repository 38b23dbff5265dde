/**
 * What the gateway remembers between requests without asking PostgreSQL: judged sessions, one-time tickets, failures.
 *
 * Truth about sessions, keys and users is in PostgreSQL. Emptying this store signs nobody in and keeps nobody signed in;
 * it only makes the next request ask again. Entries lapse by themselves.
 */

export interface SessionStore {
  /** A remembered judgement, or undefined. */
  get(key: string): Promise<string | undefined>;
  /** Remembers for at most `ttlMs`; a store may keep it shorter. */
  put(key: string, value: string, ttlMs: number): Promise<void>;
  /** Forgets at once, for every gateway that shares the store. */
  drop(key: string): Promise<void>;
  /** Reads and forgets in one step: of two takers one gets it. */
  take(key: string): Promise<string | undefined>;
  /** Counts one more failure; returns how many there were in the window that the first of them opened. */
  addFailure(key: string, windowMs: number): Promise<FailureCount>;
  failures(key: string): Promise<FailureCount>;
  clearFailures(key: string): Promise<void>;
  /** Resolves when the store answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface FailureCount {
  readonly count: number;
  /** When the last one was, milliseconds since the epoch; 0 where there is none. */
  readonly lastTsMs: number;
}

export const NO_FAILURES: FailureCount = { count: 0, lastTsMs: 0 };
