/** A sink whose book can be read back: the plain one, or the real core where its addon is built. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BarView } from "@jware/core-native";
import type { InstrumentInput } from "../src/instruments.js";
import { BOOK_STATE, type BookState, type MarketSink, SIDE, type Side } from "../src/market-sink.js";
import { PlainBook } from "./plain-book.js";

export interface MarketStore {
  readonly sink: MarketSink;
  /** Called after each flush, when the book may be read. */
  onFlush: () => void;
  /** Best first: [price ticks, quantity lots]. */
  levels(side: Side, depth: number): readonly (readonly [number, number])[];
  levelCounts(): { bids: number; asks: number };
  state(): BookState;
}

export function plainStore(): MarketStore & { readonly book: PlainBook } {
  const book = new PlainBook();
  const store = {
    book,
    sink: book,
    onFlush: () => undefined,
    levels: (side: Side, depth: number) => (depth === 1 ? bestOf(book, side) : book.top(side, depth)),
    levelCounts: () => ({ bids: book.bids.size, asks: book.asks.size }),
    state: () => book.state_,
  };
  book.onFlush = () => store.onFlush();
  return store;
}

function bestOf(book: PlainBook, side: Side): [number, number][] {
  const { bid, bidLots, ask, askLots } = book.best();
  return side === SIDE.BUY ? [[bid, bidLots]] : [[ask, askLots]];
}

const triple = `${process.platform}-${process.arch}${process.platform === "linux" ? "-gnu" : ""}`;
export const haveCore = existsSync(new URL(`../../core-native/jware-core.${triple}.node`, import.meta.url));

/** The real core on a journal of its own, started once per test file; `instruments` are defined in it. */
export async function startTestCore(instruments: readonly InstrumentInput[]): Promise<{
  storeOf: (instrument: number) => MarketStore;
  bars: (instrument: number, intervalS: number) => readonly BarView[];
  stop: () => void;
}> {
  const core = await import("@jware/core-native");
  const publish = await import("../src/publish.js");
  const folder = mkdtempSync(join(tmpdir(), "jware-feed-test-"));
  core.startCore({ journalDir: folder, ackMode: "memory" });
  publish.defineInstruments(instruments);
  const storeOf = (instrument: number): MarketStore => {
    const inner = publish.makeCoreSink();
    const view = (depth: number) => {
      const book = core.queryBook(instrument, depth);
      if (book === undefined) throw new Error(`the core has no instrument ${instrument}`);
      return book;
    };
    const flush = (): void => {
      inner.flush();
      store.onFlush();
    };
    const sink: MarketSink = {
      level: (...fact) => inner.level(...fact),
      trade: (...fact) => inner.trade(...fact),
      reset: (...fact) => inner.reset(...fact),
      state: (...fact) => inner.state(...fact),
      flush,
    };
    const store: MarketStore = {
      sink,
      onFlush: () => undefined,
      levels: (side, depth) => (side === SIDE.BUY ? view(depth).bids : view(depth).asks),
      levelCounts: () => ({ bids: view(1).bidLevelCount, asks: view(1).askLevelCount }),
      state: () => ({ synced: BOOK_STATE.SYNCED, stale: BOOK_STATE.STALE, resyncing: BOOK_STATE.RESYNCING })[view(1).state],
    };
    return store;
  };
  const stop = (): void => {
    core.stopCore();
    rmSync(folder, { recursive: true, force: true });
  };
  const bars = (instrument: number, intervalS: number): readonly BarView[] =>
    core.queryBars(instrument, intervalS, 0, Number.MAX_SAFE_INTEGER);
  return { storeOf, bars, stop };
}
