/**
 * Lets so many acts through in a second, a burst at a time: those of a burst are under way together, as without a pace.
 *
 * For proofs of something else than load: what a run makes then depends on how long it takes, not on how fast the machine is.
 */
const BURST_MS = 100;

export class Pace {
  readonly #burstActs: number;
  readonly #nowMs: () => number;
  #beganMs = Number.NEGATIVE_INFINITY;
  #acts = 0;

  /** `nowMs` is monotonic. */
  constructor(actsPerSecond: number, nowMs: () => number = () => performance.now()) {
    this.#burstActs = Math.max(1, Math.round((actsPerSecond * BURST_MS) / 1_000));
    this.#nowMs = nowMs;
  }

  /** Counts one more act, and says how long it has to wait, ms. */
  next(): number {
    const nowMs = this.#nowMs();
    if (nowMs >= this.#beganMs + BURST_MS) this.#begin(nowMs);
    else if (this.#acts >= this.#burstActs) this.#begin(this.#beganMs + BURST_MS);
    this.#acts += 1;
    return Math.max(0, this.#beganMs - nowMs);
  }

  #begin(atMs: number): void {
    this.#beganMs = atMs;
    this.#acts = 0;
  }
}
