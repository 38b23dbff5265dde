import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BookSync, type SyncStep, type UpdateSpan } from "./book-sync.js";
import { BUFFERED_UPDATE_COUNT_MAX } from "./limits.js";

const span = (firstUpdateId: number, lastUpdateId: number): UpdateSpan => ({ firstUpdateId, lastUpdateId });

function syncedAt(snapshotId: number): BookSync<UpdateSpan> {
  const sync = new BookSync<UpdateSpan>();
  expect(sync.load(snapshotId)).toEqual([]);
  return sync;
}

describe("joining a stream to a snapshot", () => {
  it("drops what the snapshot holds and applies the rest", () => {
    const sync = new BookSync<UpdateSpan>();
    for (const update of [span(1, 4), span(5, 9), span(10, 12), span(13, 20)]) expect(sync.offer(update)).toBe("buffered");
    expect(sync.load(10)).toEqual([span(10, 12), span(13, 20)]);
    expect(sync.lastUpdateId).toBe(20);
    expect(sync.offer(span(21, 21))).toBe("apply");
  });

  it.each([
    ["begins right after the snapshot", span(101, 105), "apply"],
    ["covers the snapshot's end", span(90, 101), "apply"],
    ["ends with the snapshot", span(90, 100), "old"],
    ["leaves one change out", span(102, 105), "gap"],
  ] satisfies [string, UpdateSpan, SyncStep][])("takes a first update that %s", (_, update, step) => {
    expect(syncedAt(100).offer(update)).toBe(step);
  });

  it.each([
    ["follows", span(106, 110), "apply"],
    ["is repeated", span(101, 105), "old"],
    ["overlaps", span(105, 108), "gap"],
    ["leaves one change out", span(107, 110), "gap"],
  ] satisfies [string, UpdateSpan, SyncStep][])("takes a later update that %s", (_, update, step) => {
    const sync = syncedAt(100);
    expect(sync.offer(span(101, 105))).toBe("apply");
    expect(sync.offer(update)).toBe(step);
  });

  it("asks for another snapshot where this one ends before the stream begins", () => {
    const sync = new BookSync<UpdateSpan>();
    sync.offer(span(50, 60));
    expect(sync.load(48)).toBeUndefined();
    expect(sync.synced).toBe(false);
    expect(sync.load(49)).toEqual([span(50, 60)]);
  });

  it("begins the buffer anew at a gap, with the update that showed it", () => {
    const sync = syncedAt(100);
    sync.offer(span(101, 105));
    expect(sync.offer(span(120, 125))).toBe("gap");
    expect([sync.synced, sync.lastUpdateId, sync.bufferedCount]).toEqual([false, 0, 1]);
    expect(sync.load(110)).toBeUndefined();
    expect(sync.load(122)).toEqual([span(120, 125)]);
  });

  it("keeps a bounded buffer by letting go of the oldest", () => {
    const sync = new BookSync<UpdateSpan>();
    for (let id = 1; id <= BUFFERED_UPDATE_COUNT_MAX + 5; id += 1) sync.offer(span(id, id));
    expect(sync.bufferedCount).toBe(BUFFERED_UPDATE_COUNT_MAX);
    expect(sync.load(4)).toBeUndefined();
    expect(sync.load(5)).toHaveLength(BUFFERED_UPDATE_COUNT_MAX);
  });
});

/**
 * A venue whose book is the number of changes so far, and a stream that loses, repeats and reorders updates: whenever the
 * machine says that it is synced, its book must hold every change up to its id and no other.
 */
describe("any stream", () => {
  type Step = { kind: "next" | "lose" | "repeat" | "snapshot" | "cut"; size: number };
  const steps = fc.array(
    fc.record<Step>({
      kind: fc.constantFrom("next", "next", "next", "next", "lose", "repeat", "snapshot", "snapshot", "cut"),
      size: fc.integer({ min: 1, max: 5 }),
    }),
    { minLength: 1, maxLength: 80 },
  );

  it("never leaves a hole in a synced book", () => {
    let syncedCount = 0;
    fc.assert(
      fc.property(steps, (plan) => {
        const sync = new BookSync<UpdateSpan>();
        let head = 1000;
        let recent = span(999, 1000);
        const held = new Set<number>();
        const put = (update: UpdateSpan): void => {
          for (let id = update.firstUpdateId; id <= update.lastUpdateId; id += 1) held.add(id);
        };
        const offer = (update: UpdateSpan): void => {
          const step = sync.offer(update);
          if (step === "apply") put(update);
          if (step === "gap") held.clear();
        };
        for (const { kind, size } of plan) {
          if (kind === "next" || kind === "lose") {
            recent = span(head + 1, head + size);
            head += size;
            if (kind === "next") offer(recent);
          } else if (kind === "repeat") offer(recent);
          else if (kind === "cut") {
            sync.reset();
            held.clear();
          } else {
            // A snapshot from up to four changes ago.
            const id = head - (size - 1);
            const updates = sync.load(id);
            if (updates !== undefined) {
              for (let change = 990; change <= id; change += 1) held.add(change);
              updates.forEach(put);
            }
          }
          if (!sync.synced) continue;
          syncedCount += 1;
          for (let id = 990; id <= sync.lastUpdateId; id += 1) expect(held.has(id), `change ${id}`).toBe(true);
          expect(held.has(sync.lastUpdateId + 1)).toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(syncedCount).toBeGreaterThan(1_000);
  });
});
