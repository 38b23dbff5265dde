/**
 * The bars of one chart as columns, oldest first: history from REST, then live bars from the stream.
 *
 * Invariant: open times rise strictly. A live bar replaces the last where their open times agree, is appended where it is newer,
 * and corrects an older one in place where that is known. At most `BARS_MAX` bars; the oldest leave.
 */
import { BAR } from "../stream/frame-batch.js";

export const BARS_MAX = 5000;

export type BarChange = "appended" | "updated" | "ignored";

export class BarStore {
  private rows: number[][] = [];

  get count(): number {
    return this.rows.length;
  }

  at(index: number): readonly number[] | undefined {
    return this.rows[index];
  }

  get last(): readonly number[] | undefined {
    return this.rows.at(-1);
  }

  get firstMs(): number {
    return this.rows[0]?.[BAR.openMs] ?? 0;
  }

  column(column: number): number[] {
    return this.rows.map((row) => row[column] ?? 0);
  }

  clear(): void {
    this.rows = [];
  }

  /**
   * Joins history to what is there. Where both have a bar, the one of more trades is the later: news may come while history is on its
   * way, and the bar in which a line was cut went on without us. Returns how many came that were not there.
   */
  addHistory(packed: Float64Array): number {
    const byOpenMs = new Map(this.rows.map((row) => [row[BAR.openMs] ?? 0, row]));
    const before = byOpenMs.size;
    for (let at = 0; at < packed.length; at += BAR.width) {
      const row = Array.from(packed.subarray(at, at + BAR.width));
      const openMs = row[BAR.openMs] ?? 0;
      const known = byOpenMs.get(openMs);
      if (known === undefined || (row[BAR.trades] ?? 0) > (known[BAR.trades] ?? 0)) byOpenMs.set(openMs, row);
    }
    this.rows = [...byOpenMs.values()].sort((a, b) => (a[BAR.openMs] ?? 0) - (b[BAR.openMs] ?? 0)).slice(-BARS_MAX);
    return byOpenMs.size - before;
  }

  live(packed: Float64Array, at: number): BarChange {
    const row = Array.from(packed.subarray(at, at + BAR.width));
    const openMs = row[BAR.openMs] ?? 0;
    const lastMs = this.last?.[BAR.openMs];
    if (lastMs === undefined || openMs > lastMs) {
      this.rows.push(row);
      if (this.rows.length > BARS_MAX * 1.2) this.rows = this.rows.slice(-BARS_MAX);
      return "appended";
    }
    for (let index = this.rows.length - 1; index >= 0; index--) {
      const known = this.rows[index];
      if (known?.[BAR.openMs] === openMs) {
        this.rows[index] = row;
        return "updated";
      }
      if ((known?.[BAR.openMs] ?? 0) < openMs) return "ignored";
    }
    return "ignored";
  }
}
