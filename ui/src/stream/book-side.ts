// HOT: one call per changed level. No allocation but growth.
/**
 * One side of a book as two sorted columns, best first. A level is set to its new total; 0 removes it.
 */
const CAPACITY_START = 256;

export class BookSide {
  count = 0;
  private ticks = new Float64Array(CAPACITY_START);
  private lots = new Float64Array(CAPACITY_START);
  /** 1 = ascending (asks), -1 = descending (bids). */
  private readonly direction: 1 | -1;

  constructor(direction: 1 | -1) {
    this.direction = direction;
  }

  clear(): void {
    this.count = 0;
  }

  set(ticks: number, lots: number): void {
    const index = this.find(ticks);
    const present = index < this.count && this.ticks[index] === ticks;
    if (lots > 0) {
      if (!present) this.insert(index, ticks);
      this.lots[index] = lots;
    } else if (present) {
      this.remove(index);
    }
  }

  /** Best price, 0 where the side is empty. */
  best(): number {
    return this.count === 0 ? 0 : (this.ticks[0] ?? 0);
  }

  /** The best levels as price, quantity by turns, in a buffer of their own (taken from `spent` where one fits). */
  pack(levelCountMax: number, take: (length: number) => Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
    const count = Math.min(this.count, levelCountMax);
    const packed = take(count * 2);
    for (let index = 0; index < count; index++) {
      packed[index * 2] = this.ticks[index] ?? 0;
      packed[index * 2 + 1] = this.lots[index] ?? 0;
    }
    return packed;
  }

  /** Index of a price, or where it belongs. */
  private find(ticks: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((this.ticks[middle] ?? 0) - ticks) * this.direction < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private insert(index: number, ticks: number): void {
    if (this.count === this.ticks.length) this.grow();
    this.ticks.copyWithin(index + 1, index, this.count);
    this.lots.copyWithin(index + 1, index, this.count);
    this.ticks[index] = ticks;
    this.count++;
  }

  private remove(index: number): void {
    this.ticks.copyWithin(index, index + 1, this.count);
    this.lots.copyWithin(index, index + 1, this.count);
    this.count--;
  }

  private grow(): void {
    const ticks = new Float64Array(this.ticks.length * 2);
    const lots = new Float64Array(this.lots.length * 2);
    ticks.set(this.ticks);
    lots.set(this.lots);
    this.ticks = ticks;
    this.lots = lots;
  }
}
