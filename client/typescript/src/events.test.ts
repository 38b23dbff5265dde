/** Events: order, ends, slow takers, and handlers that throw. */
import { afterEach, expect, test, vi } from "vitest";
import { ConsumerTooSlow } from "./errors.js";
import { Emitter } from "./events.js";

interface Events {
  tick: number;
}
afterEach(() => vi.unstubAllGlobals());

test("an iteration has every event since it was made, also those before its first step", async () => {
  const emitter = new Emitter<Events>();
  const ticks = emitter.iterate("tick");
  emitter.emit("tick", 1);
  emitter.emit("tick", 2);
  emitter.end();
  const taken: number[] = [];
  for await (const tick of ticks) taken.push(tick);
  expect(taken).toEqual([1, 2]);
});

test("an iteration that falls too far behind is ended with an error, after what it holds", async () => {
  const emitter = new Emitter<Events>();
  const ticks = emitter.iterate("tick");
  for (let tick = 0; tick <= 100_000; tick += 1) emitter.emit("tick", tick);
  let count = 0;
  const taking = (async () => {
    for await (const _ of ticks) count += 1;
  })();
  await expect(taking).rejects.toBeInstanceOf(ConsumerTooSlow);
  expect(count).toBe(100_000);
});

test("a handler that throws does not keep the event from the next one, and is heard of", () => {
  const thrown: unknown[] = [];
  vi.stubGlobal("queueMicrotask", (task: () => void) => {
    try {
      task();
    } catch (error) {
      thrown.push(error);
    }
  });
  const emitter = new Emitter<Events>();
  const seen: number[] = [];
  emitter.on("tick", () => {
    throw new Error("mine");
  });
  const stop = emitter.on("tick", (tick) => seen.push(tick));
  emitter.emit("tick", 1);
  stop();
  emitter.emit("tick", 2);
  expect(seen).toEqual([1]);
  expect(thrown).toHaveLength(2);
});
