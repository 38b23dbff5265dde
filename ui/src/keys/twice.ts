/** Something grave that must be asked for twice within two seconds. */
const WITHIN_MS = 2000;

export class Twice {
  private firstMs = Number.NEGATIVE_INFINITY;

  /** Whether this press is the second. */
  press(nowMs: number): boolean {
    const second = nowMs - this.firstMs <= WITHIN_MS;
    this.firstMs = second ? Number.NEGATIVE_INFINITY : nowMs;
    return second;
  }

  waiting(nowMs: number): boolean {
    return nowMs - this.firstMs <= WITHIN_MS;
  }
}
