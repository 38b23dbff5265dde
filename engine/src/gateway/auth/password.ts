/**
 * Passwords: argon2id with the parameters of the security page, never more than two hashes at a time.
 *
 * A hash takes 64 MiB and some 60 ms of a core, so waiting is bounded: 32 in the queue, then 503. An unknown user costs
 * the same hash as a known one. Verification upgrades hashes that were made with weaker parameters.
 */
import { hash, verify } from "@node-rs/argon2";
import { ApiError } from "../problem.js";
import { randomWord } from "./secret-text.js";

const MEMORY_KIB = 65_536;
const PASSES_COUNT = 3;
const LANES_COUNT = 1;
const HASH_BYTES = 32;
const PARAMETERS_PREFIX = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES_COUNT},p=${LANES_COUNT}$`;

const GENERATED_LENGTH = 20;

/** A password for somebody who was not asked for one: 119 random bits. */
export const generatePassword = (): string => randomWord(GENERATED_LENGTH);

const RUNNING_MAX = 2;
const WAITING_MAX = 32;

export class PasswordHasher {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #dummyHash: Promise<string> | undefined;

  hash(password: string): Promise<string> {
    return this.#limited(() =>
      hash(password, { memoryCost: MEMORY_KIB, timeCost: PASSES_COUNT, parallelism: LANES_COUNT, outputLen: HASH_BYTES }),
    );
  }

  /** Whether the password is the one behind the hash; without a hash the same work is done and the answer is no. */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    if (passwordHash === undefined) {
      this.#dummyHash ??= this.hash("nobody's password");
      const dummy = await this.#dummyHash;
      await this.#limited(() => verify(dummy, password));
      return false;
    }
    return this.#limited(() => verify(passwordHash, password));
  }

  /** Makes the hash that stands in for unknown users, so that the first of them takes no longer. */
  async prepare(): Promise<void> {
    this.#dummyHash ??= this.hash("nobody's password");
    await this.#dummyHash;
  }

  isOutdated(passwordHash: string): boolean {
    return !passwordHash.startsWith(PARAMETERS_PREFIX);
  }

  async #limited<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= RUNNING_MAX) {
      if (this.#waiting.length >= WAITING_MAX) {
        throw new ApiError("BUSY", "Too many sign-ins at once; try again.", { retryAfterS: 1 });
      }
      // The slot is handed over by whoever finishes, so `#running` does not change.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
