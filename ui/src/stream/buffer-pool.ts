/** Number columns that come back from the page and serve again. Buffers are powers of two in length, so a few sizes do. */
const SHELF_MAX = 8;
const LENGTH_MIN = 64;

export class BufferPool {
  private readonly shelves = new Map<number, ArrayBuffer[]>();

  /** A column of exactly this length over a buffer that may be longer; its content is arbitrary. */
  readonly take = (length: number): Float64Array<ArrayBuffer> => {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(LENGTH_MIN, length)));
    const buffer = this.shelves.get(capacity)?.pop() ?? new ArrayBuffer(capacity * 8);
    return new Float64Array(buffer, 0, length);
  };

  give(buffer: ArrayBuffer): void {
    const capacity = buffer.byteLength / 8;
    const shelf = this.shelves.get(capacity) ?? [];
    if (shelf.length < SHELF_MAX) shelf.push(buffer);
    this.shelves.set(capacity, shelf);
  }
}
