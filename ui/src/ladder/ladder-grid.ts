/**
 * The ladder's geometry: a static grid of price rows. Pure numbers; nothing here draws or sends.
 *
 * A row is `rowTicks` ticks high and named by its index, price = index x rowTicks. Bids are gathered into the row at or below
 * their price, asks into the row at or above, so a shown price is never better than what is there. The grid moves only by
 * `centre`, `scroll` and `resize`; each move is remembered, because a click that began before it must not count.
 */
export const ROW_TICKS_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

export class LadderGrid {
  rowTicks = 1;
  rowCount = 0;
  /** Index of the uppermost row. */
  top = 0;
  placed = false;
  /** When the grid last moved under a pointer, milliseconds. */
  movedMs = Number.NEGATIVE_INFINITY;

  resize(rowCount: number): void {
    if (rowCount === this.rowCount) return;
    // The middle stays where it is.
    this.top += Math.floor((rowCount - this.rowCount) / 2);
    this.rowCount = rowCount;
  }

  setRowTicks(rowTicks: number, midTicks: number, nowMs: number): void {
    this.rowTicks = rowTicks;
    this.centre(midTicks, nowMs);
  }

  centre(midTicks: number, nowMs: number): void {
    this.top = Math.floor(midTicks / this.rowTicks) + Math.floor(this.rowCount / 2);
    this.placed = true;
    this.movedMs = nowMs;
  }

  scroll(rows: number, nowMs: number): void {
    this.top = Math.max(this.rowCount, this.top + rows);
    this.movedMs = nowMs;
  }

  /** Row from the top that shows a bid (`ask` false) or ask price; may lie outside of the grid. */
  rowOf(ticks: number, ask: boolean): number {
    return this.top - (ask ? Math.ceil(ticks / this.rowTicks) : Math.floor(ticks / this.rowTicks));
  }

  /** Price of a row from the top, ticks. */
  ticksOf(row: number): number {
    return (this.top - row) * this.rowTicks;
  }

  contains(row: number): boolean {
    return row >= 0 && row < this.rowCount;
  }

  /** Whether the middle of the market is outside of the middle half. */
  needsCentre(midTicks: number): boolean {
    const row = this.top - midTicks / this.rowTicks;
    return row < this.rowCount * 0.25 || row > this.rowCount * 0.75;
  }
}

/** Ticks per row that bring the best `levels` of both sides into view. Levels are price, quantity by turns, best first. */
export function fittingRowTicks(bids: Float64Array, asks: Float64Array, rowCount: number): number {
  const levels = Math.max(3, Math.floor(rowCount / 2) - 2);
  const lowest = bids[(Math.min(levels, bids.length / 2) - 1) * 2];
  const highest = asks[(Math.min(levels, asks.length / 2) - 1) * 2];
  if (lowest === undefined || highest === undefined) return 1;
  const wanted = (highest - lowest) / Math.max(1, rowCount);
  return ROW_TICKS_STEPS.find((step) => step >= wanted) ?? ROW_TICKS_STEPS.at(-1) ?? 1;
}

/** Sums the levels of a side into the rows of the grid. `into` has one number per row and is overwritten. */
export function gather(grid: LadderGrid, levels: Float64Array, ask: boolean, into: Float64Array): number {
  into.fill(0);
  let largest = 0;
  for (let at = 0; at < levels.length; at += 2) {
    const row = grid.rowOf(levels[at] ?? 0, ask);
    if (!grid.contains(row)) {
      // Best first: once past the far end of the grid, nothing more can fall inside.
      if (ask ? row < 0 : row >= grid.rowCount) break;
      continue;
    }
    const total = (into[row] ?? 0) + (levels[at + 1] ?? 0);
    into[row] = total;
    if (total > largest) largest = total;
  }
  return largest;
}
