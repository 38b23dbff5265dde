/**
 * Last quote of every instrument: one table of numbers, and one version signal per row that moves at most four times a second.
 * The table itself is always the newest; canvases read it per frame without any signal.
 */
import { batch, createSignal, type Accessor, type Setter } from "solid-js";
import { QUOTE } from "../stream/frame-batch.js";

const ROW_PERIOD_MS = 250;

export interface QuoteRow {
  readonly bidTicks: number;
  readonly bidLots: number;
  readonly askTicks: number;
  readonly askLots: number;
  readonly lastTicks: number;
  readonly referenceTicks: number;
  readonly dayVolumeLots: number;
  readonly state: number;
  readonly eventMs: number;
  readonly recvMs: number;
}

export class QuoteBoard {
  private table = new Float64Array(0);
  private versions: [Accessor<number>, Setter<number>][] = [];
  private readonly dirty = new Set<number>();
  private lastFlushMs = 0;

  resize(count: number): void {
    if (this.versions.length === count) return;
    this.table = new Float64Array(count * QUOTE.width);
    this.versions = Array.from({ length: count }, () => createSignal(0));
  }

  apply(rows: Float64Array): void {
    for (let at = 0; at < rows.length; at += QUOTE.width) {
      const index = rows[at + QUOTE.index] ?? 0;
      if (index >= this.versions.length) continue;
      this.table.set(rows.subarray(at, at + QUOTE.width), index * QUOTE.width);
      this.dirty.add(index);
    }
  }

  /** Moves the signals of changed rows when it is time. */
  frame(nowMs: number): void {
    if (this.dirty.size === 0 || nowMs - this.lastFlushMs < ROW_PERIOD_MS) return;
    this.lastFlushMs = nowMs;
    batch(() => {
      for (const index of this.dirty) this.versions[index]?.[1]((version) => version + 1);
    });
    this.dirty.clear();
  }

  /** One number of a row as of now; not tracked. */
  peek(index: number, column: number): number {
    return this.table[index * QUOTE.width + column] ?? 0;
  }

  /** The row, tracked: the caller runs again when it changed, four times a second at most. */
  row(index: number): QuoteRow {
    this.versions[index]?.[0]();
    return {
      bidTicks: this.peek(index, QUOTE.bidTicks),
      bidLots: this.peek(index, QUOTE.bidLots),
      askTicks: this.peek(index, QUOTE.askTicks),
      askLots: this.peek(index, QUOTE.askLots),
      lastTicks: this.peek(index, QUOTE.lastTicks),
      referenceTicks: this.peek(index, QUOTE.referenceTicks),
      dayVolumeLots: this.peek(index, QUOTE.dayVolumeLots),
      state: this.peek(index, QUOTE.state),
      eventMs: this.peek(index, QUOTE.eventMs),
      recvMs: this.peek(index, QUOTE.recvMs),
    };
  }

  /** Price to value a position at: the last trade, or the middle before the first; 0 = unknown. */
  markTicks(index: number): number {
    const last = this.peek(index, QUOTE.lastTicks);
    if (last > 0) return last;
    const bid = this.peek(index, QUOTE.bidTicks);
    const ask = this.peek(index, QUOTE.askTicks);
    return bid > 0 && ask > 0 ? Math.round((bid + ask) / 2) : 0;
  }
}
