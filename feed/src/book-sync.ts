/**
 * How a book of differences is joined to a snapshot: Binance's documented rule for spot depth streams, as a state machine
 * without clock or I/O (developers.binance.com, "How to manage a local order book correctly").
 *
 * While RESYNCING, updates are buffered. A snapshot with id L drops those that end at or before L; the first that remains
 * must begin at or before L + 1. From then on each update must begin where the one before ended, plus 1. One that ends at or
 * before the book's id is old and dropped; any other is a gap: the book is void, and buffering begins with that update.
 *
 * Invariant: the buffer has no gap, and `lastUpdateId` never decreases while synced. Not handled: futures, whose updates
 * name their predecessor instead.
 */
import { BUFFERED_UPDATE_COUNT_MAX } from "./limits.js";

/** Ids of the first and last change in an update, both inclusive. */
export interface UpdateSpan {
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
}

/** What to do with an update: apply it, nothing (kept until the snapshot), nothing (old), or void the book and resync. */
export type SyncStep = "apply" | "buffered" | "old" | "gap";

export class BookSync<Update extends UpdateSpan> {
  #synced = false;
  #lastUpdateId = 0;
  /** Until one update was applied on a snapshot, its begin may lie before the snapshot's end. */
  #joined = false;
  #buffer: Update[] = [];

  get synced(): boolean {
    return this.#synced;
  }

  /** Id of the last change in the book; 0 while resyncing. */
  get lastUpdateId(): number {
    return this.#synced ? this.#lastUpdateId : 0;
  }

  get bufferedCount(): number {
    return this.#buffer.length;
  }

  /** Takes the next update of the stream. */
  offer(update: Update): SyncStep {
    if (!this.#synced) {
      this.#keep(update);
      return "buffered";
    }
    if (update.lastUpdateId <= this.#lastUpdateId) return "old";
    const next = this.#lastUpdateId + 1;
    if (this.#joined ? update.firstUpdateId !== next : update.firstUpdateId > next) {
      this.reset();
      this.#keep(update);
      return "gap";
    }
    this.#joined = true;
    this.#lastUpdateId = update.lastUpdateId;
    return "apply";
  }

  /**
   * Takes a snapshot. Returns the buffered updates to apply on it, in order, after which the book is synced; undefined where
   * the snapshot is older than the buffer (ask for another) or none is awaited.
   */
  load(snapshotUpdateId: number): readonly Update[] | undefined {
    if (this.#synced) return undefined;
    const begin = this.#buffer.findIndex((update) => update.lastUpdateId > snapshotUpdateId);
    const updates = begin === -1 ? [] : this.#buffer.slice(begin);
    const [first] = updates;
    if (first !== undefined && first.firstUpdateId > snapshotUpdateId + 1) return undefined;
    this.#synced = true;
    this.#joined = first !== undefined;
    this.#lastUpdateId = updates.at(-1)?.lastUpdateId ?? snapshotUpdateId;
    this.#buffer = [];
    return updates;
  }

  /** Forgets everything: the connection is gone. */
  reset(): void {
    this.#synced = false;
    this.#joined = false;
    this.#lastUpdateId = 0;
    this.#buffer = [];
  }

  #keep(update: Update): void {
    const last = this.#buffer.at(-1);
    if (last !== undefined) {
      if (update.lastUpdateId <= last.lastUpdateId) return;
      // What comes before a gap can never be joined to what comes after it.
      if (update.firstUpdateId !== last.lastUpdateId + 1) this.#buffer = [];
      else if (this.#buffer.length === BUFFERED_UPDATE_COUNT_MAX) this.#buffer.shift();
    }
    this.#buffer.push(update);
  }
}
