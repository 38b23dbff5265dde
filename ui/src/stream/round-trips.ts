/** Times from an order request to its answer: the last 256, and which requests are still without one. */
const KEPT_COUNT = 256;

export class RoundTrips {
  private readonly sentAt = new Map<string, number>();
  private readonly kept: number[] = [];
  private next = 0;

  sent(clOrdId: string, nowMs: number): void {
    this.sentAt.set(clOrdId, nowMs);
  }

  /** The first answer counts; later reports of the same order do not. */
  answered(clOrdId: string, nowMs: number): void {
    const sentMs = this.sentAt.get(clOrdId);
    if (sentMs === undefined) return;
    this.sentAt.delete(clOrdId);
    this.kept[this.next] = nowMs - sentMs;
    this.next = (this.next + 1) % KEPT_COUNT;
  }

  /** Forgets and gives the requests without an answer: their connection is gone. */
  takeUnanswered(): string[] {
    const ids = [...this.sentAt.keys()];
    this.sentAt.clear();
    return ids;
  }

  get count(): number {
    return this.kept.length;
  }

  /** Milliseconds that the given share of answers took at most; -1 before the first. */
  percentile(share: number): number {
    if (this.kept.length === 0) return -1;
    const sorted = [...this.kept].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? -1;
  }
}
