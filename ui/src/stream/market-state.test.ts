import { BookState, ServerFrame, Side } from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import { describe, expect, it } from "vitest";
import {
  barFrame,
  bookDeltaFrame,
  bookSnapshotFrame,
  quoteFrame,
  tradesFrame,
  type BookFrame,
} from "../../test/venue/market-frames.js";
import { BAR, QUOTE, TRADE } from "./frame-batch.js";
import { MarketState } from "./market-state.js";

const take = (length: number) => new Float64Array(length);
const NOW = 1_723_075_200_123;
const book = (seq: number, change: Partial<BookFrame> = {}): BookFrame => ({
  instrument: 7,
  seq,
  state: BookState.Synced,
  eventMs: NOW,
  bids: [],
  asks: [],
  ...change,
});

function stateOf(): { state: MarketState; apply: (bytes: Uint8Array) => boolean } {
  const state = new MarketState();
  state.setInstruments([3, 7]);
  state.watch(7, 60);
  return { state, apply: (bytes) => state.apply(ServerFrame.getRootAsServerFrame(new ByteBuffer(bytes))) };
}

describe("quotes", () => {
  it("keep the last per instrument and are handed over once", () => {
    const { state, apply } = stateOf();
    const quote = { instrument: 7, seq: 1, state: BookState.Synced, eventMs: NOW, referenceTicks: 90, dayVolumeLots: 5 };
    apply(quoteFrame({ ...quote, bid: [100, 1], ask: [102, 2], lastTicks: 101 }));
    apply(quoteFrame({ ...quote, bid: [9_007_199_254_740_991, 3], ask: [0, 0], lastTicks: 103 }));
    const rows = state.takeQuotes(take);
    expect(rows).toHaveLength(QUOTE.width);
    expect(rows?.[QUOTE.index]).toBe(1);
    expect(rows?.[QUOTE.bidTicks]).toBe(9_007_199_254_740_991);
    expect(rows?.[QUOTE.askTicks]).toBe(0);
    expect(rows?.[QUOTE.lastTicks]).toBe(103);
    expect(rows?.[QUOTE.referenceTicks]).toBe(90);
    expect(rows?.[QUOTE.dayVolumeLots]).toBe(5);
    expect(rows?.[QUOTE.state]).toBe(BookState.Synced);
    expect(rows?.[QUOTE.eventMs]).toBeCloseTo(NOW, 2);
    expect(state.takeQuotes(take)).toBeUndefined();
  });

  it("of unknown instruments are ignored", () => {
    const { state, apply } = stateOf();
    apply(
      quoteFrame({
        instrument: 99,
        seq: 1,
        state: 1,
        eventMs: NOW,
        bid: [1, 1],
        ask: [2, 2],
        lastTicks: 1,
        referenceTicks: 1,
        dayVolumeLots: 0,
      }),
    );
    expect(state.dirty).toBe(false);
  });
});

describe("the book", () => {
  const levels = { bids: [[100, 5]], asks: [[101, 6]] } as const;

  it("is a snapshot and the deltas after it, in order", () => {
    const { state, apply } = stateOf();
    apply(bookSnapshotFrame(book(10, levels)));
    apply(
      bookDeltaFrame(
        book(11, {
          bids: [[99, 4]],
          asks: [
            [101, 0],
            [103, 2],
          ],
        }),
      ),
    );
    const view = state.takeBook(take);
    expect([...(view?.bids ?? [])]).toEqual([100, 5, 99, 4]);
    expect([...(view?.asks ?? [])]).toEqual([103, 2]);
    expect(view?.seq).toBe(11);
    expect(state.takeBook(take)).toBeUndefined();
  });

  it("ignores deltas at or below the snapshot", () => {
    const { state, apply } = stateOf();
    apply(bookSnapshotFrame(book(10, levels)));
    apply(bookDeltaFrame(book(10, { bids: [[100, 0]] })));
    apply(bookDeltaFrame(book(9, { bids: [[100, 0]] })));
    expect([...(state.takeBook(take)?.bids ?? [])]).toEqual([100, 5]);
    expect(state.takeGap()).toBe(false);
  });

  it("is given to nobody after a gap until a snapshot comes, and the gap is told once", () => {
    const { state, apply } = stateOf();
    apply(bookSnapshotFrame(book(10, levels)));
    apply(bookDeltaFrame(book(12, { bids: [[99, 4]] })));
    expect(state.takeGap()).toBe(true);
    expect(state.takeGap()).toBe(false);
    expect(state.bookReady).toBe(false);
    expect(state.takeBook(take)).toBeUndefined();
    apply(bookDeltaFrame(book(13, { bids: [[98, 4]] })));
    expect(state.takeGap()).toBe(false);
    apply(bookSnapshotFrame(book(20, levels)));
    expect([...(state.takeBook(take)?.bids ?? [])]).toEqual([100, 5]);
    expect(state.gapCount).toBe(1);
  });

  it("of another instrument is not this one's", () => {
    const { state, apply } = stateOf();
    apply(bookSnapshotFrame(book(10, { ...levels, instrument: 3 })));
    expect(state.bookReady).toBe(false);
  });

  it("is forgotten when the instrument changes, not when the interval does", () => {
    const { state, apply } = stateOf();
    apply(bookSnapshotFrame(book(10, levels)));
    state.watch(7, 300);
    expect(state.bookReady).toBe(true);
    state.watch(3, 300);
    expect(state.bookReady).toBe(false);
  });
});

describe("trades", () => {
  it("come in order, each once; beyond the cap the oldest are counted and dropped", () => {
    const { state, apply } = stateOf();
    for (let id = 1; id <= 2005; id++) {
      apply(
        tradesFrame(7, id, [{ eventMs: NOW, id, ticks: 100 + id, lots: id, aggressor: id % 2 === 0 ? Side.Buy : Side.Sell }]),
      );
    }
    const view = state.takeTrades(take);
    expect(view?.droppedCount).toBe(5);
    expect(view?.rows).toHaveLength(2000 * TRADE.width);
    expect(view?.rows[TRADE.id]).toBe(6);
    expect(view?.rows[TRADE.aggressor]).toBe(Side.Buy);
    expect(view?.rows.at(-TRADE.width + TRADE.ticks)).toBe(2105);
    expect(state.takeTrades(take)).toBeUndefined();
  });
});

describe("bars", () => {
  const bar = { openMs: 60_000, open: 1, high: 4, low: 1, close: 3, volume: 9, trades: 2 };

  it("keep the last of each open time", () => {
    const { state, apply } = stateOf();
    apply(barFrame(7, 60, false, bar));
    apply(barFrame(7, 60, true, { ...bar, close: 4 }));
    apply(barFrame(7, 60, false, { ...bar, openMs: 120_000 }));
    apply(barFrame(7, 300, false, bar));
    apply(barFrame(3, 60, false, bar));
    const rows = state.takeBars(take)?.rows;
    expect(rows).toHaveLength(2 * BAR.width);
    expect([...(rows?.subarray(0, BAR.width) ?? [])]).toEqual([60_000, 1, 4, 1, 4, 9, 2, 1]);
    expect(rows?.[BAR.width + BAR.openMs]).toBe(120_000);
  });

  it("make room for the newest when the page took none for long", () => {
    const { state, apply } = stateOf();
    for (let index = 0; index < 70; index++) apply(barFrame(7, 60, true, { ...bar, openMs: index * 60_000 }));
    const rows = state.takeBars(take)?.rows;
    expect(rows).toHaveLength(64 * BAR.width);
    expect(rows?.[BAR.openMs]).toBe(6 * 60_000);
    expect(rows?.at(-BAR.width)).toBe(69 * 60_000);
  });
});
