import { afterEach, expect, it, vi } from "vitest";
import { RateWindow } from "./rate-window.js";

afterEach(() => void vi.useRealTimers());

const WINDOW_MS = 2000;

function counter(store: RateWindow, key = "a") {
  let told: { current: number; ttl: number } | undefined;
  const answer = (_: Error | null, result?: { current: number; ttl: number }): void => {
    told = result;
  };
  const tell = (act: "incr" | "read") => {
    store[act](key, answer, WINDOW_MS);
    return told;
  };
  return { take: () => tell("incr"), look: () => tell("read") };
}

it("counts in a window, and begins another after it", () => {
  let nowMs = 0;
  const { take, look } = counter(new RateWindow({}, () => nowMs));
  expect(look()).toEqual({ current: 0, ttl: 0 });
  expect([take(), take()].map((told) => told?.current)).toEqual([1, 2]);
  nowMs = WINDOW_MS - 1;
  expect(take()).toEqual({ current: 3, ttl: 1 });
  expect(look()).toEqual({ current: 3, ttl: 1 });
  nowMs = WINDOW_MS;
  expect(look()).toEqual({ current: 0, ttl: 0 });
  expect(take()).toEqual({ current: 1, ttl: WINDOW_MS });
});

it("does not look at the wall clock, which may be set back", () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1), toFake: ["Date", "performance"] });
  const { take } = counter(new RateWindow({}));
  take();
  vi.advanceTimersByTime(WINDOW_MS);
  vi.setSystemTime(Date.UTC(2025, 11, 31, 23));
  expect(take()?.current).toBe(1);
});

it("keeps as many keys as it may, and what it gives to others it counts apart", () => {
  const store = new RateWindow({}, () => 0, 2);
  for (const key of ["a", "b", "c"]) counter(store, key).take();
  expect(["a", "b", "c"].map((key) => counter(store, key).look()?.current)).toEqual([0, 1, 1]);
  expect(counter(store.child(), "c").look()?.current).toBe(0);
});
