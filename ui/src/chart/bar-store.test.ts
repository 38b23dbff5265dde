import { describe, expect, it } from "vitest";
import { BAR } from "../stream/frame-batch.js";
import { BarStore } from "./bar-store.js";

const MINUTE_MS = 60_000;

/** Bars of whole minutes, by minute, close and trades. */
const bars = (...rows: readonly (readonly [minute: number, close: number, trades: number])[]): Float64Array => {
  const packed = new Float64Array(rows.length * BAR.width);
  for (const [at, [minute, close, trades]] of rows.entries()) {
    packed[at * BAR.width + BAR.openMs] = minute * MINUTE_MS;
    packed[at * BAR.width + BAR.close] = close;
    packed[at * BAR.width + BAR.trades] = trades;
  }
  return packed;
};
const shown = (store: BarStore) =>
  Array.from({ length: store.count }, (_, at) => store.at(at)).map((bar) => [
    (bar?.[BAR.openMs] ?? 0) / MINUTE_MS,
    bar?.[BAR.close],
  ]);

describe("the bars of a chart", () => {
  it("are completed by history after a line was cut in the middle of one", () => {
    const store = new BarStore();
    store.live(bars([5, 100, 3]), 0);
    // The line is cut; minute 5 goes on without us, and so do 6 and 7.
    expect(store.addHistory(bars([4, 99, 8], [5, 104, 9], [6, 105, 7], [7, 106, 2]))).toBe(3);
    expect(shown(store)).toEqual([
      [4, 99],
      [5, 104],
      [6, 105],
      [7, 106],
    ]);
  });

  it("are not set back by history that was asked for before the last news", () => {
    const store = new BarStore();
    store.live(bars([5, 103, 4]), 0);
    store.live(bars([6, 105, 1]), 0);
    expect(store.addHistory(bars([5, 101, 2]))).toBe(0);
    expect(shown(store)).toEqual([
      [5, 103],
      [6, 105],
    ]);
  });

  it("follow the stream: the last is replaced, a newer one appended, an older one corrected, an unknown one passed over", () => {
    const store = new BarStore();
    store.addHistory(bars([4, 99, 8], [6, 100, 2]));
    expect(store.live(bars([6, 101, 3]), 0)).toBe("updated");
    expect(store.live(bars([7, 102, 1]), 0)).toBe("appended");
    expect(store.live(bars([6, 98, 4]), 0)).toBe("updated");
    expect(store.live(bars([5, 97, 1]), 0)).toBe("ignored");
    expect(shown(store)).toEqual([
      [4, 99],
      [6, 98],
      [7, 102],
    ]);
  });
});
