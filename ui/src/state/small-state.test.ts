import { TradingState } from "@jware/schemas/wire";
import { describe, expect, it } from "vitest";
import { ACME, BTC } from "../../test/venue/instruments.js";
import { BALANCE, POSITION } from "../../test/venue/sample-events.js";
import { InstrumentFormat } from "../format/instrument-format.js";
import { AccountBooks, openPositions, unrealisedMinor } from "./account-books.js";
import { packBars } from "./history.js";
import { MarketFeed, TAPE_ROWS_MAX } from "./market-feed.js";
import { withoutOld, withToast, type Toast } from "./notices.js";
import { loadSettings, saveSettings, SETTINGS_DEFAULT } from "./settings.js";
import { presetsFor } from "./size-presets.js";

describe("toasts", () => {
  it("are three at most, and the same one is counted", () => {
    let toasts: readonly Toast[] = [];
    for (const text of ["a", "b", "b", "c", "d"]) toasts = withToast(toasts, "info", text, 0);
    expect(toasts.map(({ text, count }) => [text, count])).toEqual([
      ["b", 2],
      ["c", 1],
      ["d", 1],
    ]);
    expect(new Set(toasts.map(({ id }) => id)).size).toBe(3);
    expect(withoutOld(toasts, 4999)).toBe(toasts);
    expect(withoutOld(toasts, 5000)).toEqual([]);
  });
});

describe("settings", () => {
  const storage = (text: string | null) => ({ getItem: () => text });

  it.each([null, "", "{", "[]", '{"version":2}', '{"version":1,"theme":"pink"}', '{"version":1,"indicators":3}'])(
    "fall back from %j",
    (text) => {
      expect(loadSettings(storage(text))).toEqual(SETTINGS_DEFAULT);
    },
  );

  it("come back as they were kept, and new ones have their default", () => {
    let kept = "";
    saveSettings({ setItem: (_, text) => (kept = text) }, { ...SETTINGS_DEFAULT, theme: "light" });
    expect(loadSettings(storage(kept)).theme).toBe("light");
    expect(loadSettings(storage('{"version":1,"theme":"light"}')).confirmAbove).toBe(SETTINGS_DEFAULT.confirmAbove);
  });

  it("never hold whether trading is armed", () => {
    expect(JSON.stringify(SETTINGS_DEFAULT)).not.toMatch(/arm/i);
  });
});

describe("size presets", () => {
  it("are five rising round sizes within the instrument's limits", () => {
    expect(presetsFor(BTC, 6_418_250)).toEqual([100, 500, 2000, 5000, 20_000]);
    const tiny = presetsFor({ ...ACME, qtyLotsMax: 3 }, 100_000_000);
    expect(tiny.every((lots) => lots >= 1 && lots <= 3)).toBe(true);
  });
});

describe("account books", () => {
  it("follow reports and are replaced whole by a snapshot", () => {
    const books = new AccountBooks();
    books.apply(POSITION);
    books.apply(BALANCE);
    const lots = () => openPositions(books.of(1001), 1).map((position) => [position.leg, position.lots]);
    expect(lots()).toEqual([["net", -4]]);
    books.apply({ kind: "status", account: 1001, accountSeq: 8, state: TradingState.Halted, reason: "kill", tsMs: 1 });
    expect(books.of(1001)).toMatchObject({ state: TradingState.Halted, stateReason: "kill" });
    books.apply({
      kind: "snapshot",
      account: 1001,
      accountSeq: 9,
      state: TradingState.Active,
      positionMode: "hedging",
      orders: [],
      positions: [],
      balances: [],
    });
    expect(books.of(1001).positions.size).toBe(0);
    expect(books.of(1001)).toMatchObject({ state: TradingState.Active, positionMode: "hedging" });
    for (const [leg, held] of [
      ["short", -4],
      ["long", 10],
    ] as const)
      books.apply({ ...POSITION, leg, lots: held });
    expect(lots()).toEqual([
      ["long", 10],
      ["short", -4],
    ]);
    books.apply({ ...POSITION, leg: "short", lots: 0 });
    expect(lots()).toEqual([["long", 10]]);
  });

  it("value a short position: it gains when the mark falls", () => {
    expect(unrealisedMinor(POSITION, 6_418_250, 1)).toBe(0n);
    expect(unrealisedMinor(POSITION, 6_418_240, 1)).toBe(40n);
  });
});

describe("the tape", () => {
  const trades = (count: number, firstId: number, stepMs: number) => {
    const rows = new Float64Array(count * 5);
    for (let index = 0; index < count; index++)
      rows.set([1000 + (firstId + index) * stepMs, 100 + (index % 3), 2, 1, firstId + index], index * 5);
    return { instrument: 1, rows, droppedCount: 0 };
  };

  it("keeps the newest up to its cap, newest first", () => {
    const feed = new MarketFeed();
    feed.applyTrades(trades(1500, 0, 1));
    feed.applyTrades(trades(1500, 1500, 1));
    expect(feed.tapeCount).toBe(TAPE_ROWS_MAX);
    expect(feed.tapeRow(0)?.[4]).toBe(2999);
    expect(feed.tapeRow(TAPE_ROWS_MAX - 1)?.[4]).toBe(1000);
    expect(feed.tapeRow(TAPE_ROWS_MAX)).toBeUndefined();
    expect(feed.tradedAt.get(100)).toBe(2000);
  });

  it("forgets what is older than two minutes, and everything with the instrument", () => {
    const feed = new MarketFeed();
    feed.applyTrades(trades(200, 0, 1000));
    expect(feed.tapeCount).toBe(121);
    feed.clear();
    expect(feed.tapeRow(0)).toBeUndefined();
    expect(feed.tradedAt.size).toBe(0);
  });
});

describe("bars from REST", () => {
  it("become ticks and lots, exactly", () => {
    const bar = {
      openTsMs: 60_000,
      open: "61837.63",
      high: "61840.00",
      low: "61837.00",
      close: "61838.5",
      volume: "0.0123",
      tradeCount: 4,
      closed: true,
    };
    expect([...packBars([bar], new InstrumentFormat(BTC))]).toEqual([
      60_000, 6_183_763, 6_184_000, 6_183_700, 6_183_850, 123, 4, 1,
    ]);
  });
});
