import { BookState } from "@jware/schemas/wire";
import { describe, expect, it } from "vitest";
import type { LinkView, StreamStatus } from "../stream/frame-batch.js";
import { freshness } from "./stale-lock.js";

const LINK: LinkView = { state: "live", silenceMs: 20, rttMs: 1, reason: "", connects: 1 };
const STATUS: StreamStatus = {
  orders: LINK,
  market: LINK,
  clockOffsetMs: 0,
  feedMs: 3,
  orderRttP50Ms: -1,
  orderRttP99Ms: -1,
  orderRttCount: 0,
  gapCount: 0,
  bookReady: true,
  decodedCount: 0,
  decodedBytes: 0,
};

describe("the stale lock", () => {
  it("is off when both lines speak, the book is there and own orders are reconciled", () => {
    expect(freshness(STATUS, 0, BookState.Synced, true)).toEqual({ state: "fresh", why: "" });
  });

  it.each([
    ["nothing is known", undefined, 0, BookState.Synced, true, "down"],
    ["the order line is down", { ...STATUS, orders: { ...LINK, state: "waiting" as const } }, 0, BookState.Synced, true, "down"],
    [
      "the market line is down",
      { ...STATUS, market: { ...LINK, state: "connecting" as const } },
      0,
      BookState.Synced,
      true,
      "down",
    ],
    [
      "another window took over",
      { ...STATUS, orders: { ...LINK, state: "replaced" as const } },
      0,
      BookState.Synced,
      true,
      "down",
    ],
    ["the market is silent", { ...STATUS, market: { ...LINK, silenceMs: 1501 } }, 0, BookState.Synced, true, "stale"],
    ["the order line is silent", { ...STATUS, orders: { ...LINK, silenceMs: 1501 } }, 0, BookState.Synced, true, "stale"],
    ["the worker is silent", STATUS, 1501, BookState.Synced, true, "stale"],
    ["own orders are not reconciled", STATUS, 0, BookState.Synced, false, "stale"],
    ["there is no book", { ...STATUS, bookReady: false }, 0, BookState.Synced, true, "stale"],
    ["the venue's book is stale", STATUS, 0, BookState.Stale, true, "stale"],
    ["the venue's book resynchronises", STATUS, 0, BookState.Resyncing, true, "stale"],
  ])("is on when %s", (_, status, silenceMs, bookState, reconciled, state) => {
    const found = freshness(status, silenceMs, bookState, reconciled);
    expect(found.state).toBe(state);
    expect(found.why).not.toBe("");
  });

  it("is not put on by 1.5 s exactly", () => {
    expect(freshness({ ...STATUS, market: { ...LINK, silenceMs: 1500 } }, 1500, BookState.Synced, true).state).toBe("fresh");
  });
});
