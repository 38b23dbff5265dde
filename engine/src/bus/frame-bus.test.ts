import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RedisServer, redisServerPath } from "../torture/redis-server.js";
import type { FrameBus } from "./frame-bus.js";
import { InProcessBus } from "./in-process-bus.js";
import { RedisBus } from "./redis-bus.js";

/** Frames of one topic as they come, and a wait for a number of them. */
function inbox() {
  const frames: string[] = [];
  let wanted = 0;
  let tell: () => void = () => undefined;
  const handler = (bytes: Uint8Array) => {
    frames.push(Buffer.from(bytes).toString("hex"));
    if (frames.length >= wanted) tell();
  };
  const count = (target: number) =>
    new Promise<string[]>((resolve) => {
      wanted = target;
      tell = () => resolve(frames);
      if (frames.length >= target) resolve(frames);
    });
  return { handler, count, frames };
}

function contract(makeBus: () => FrameBus): void {
  const open: FrameBus[] = [];
  const bus = () => {
    const made = makeBus();
    open.push(made);
    return made;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });

  it("delivers bytes as they were, in order, to every subscriber of the topic and no other", async () => {
    const [one, two, other] = [inbox(), inbox(), inbox()];
    const shared = bus();
    await shared.subscribe("book:101", one.handler);
    await shared.subscribe("book:101", two.handler);
    await shared.subscribe("book:102", other.handler);
    const frames = Array.from({ length: 300 }, (_, i) => Uint8Array.of(0, 255, 128, i & 255, i >> 8));
    for (const frame of frames) await shared.publish("book:101", frame);
    await shared.publish("book:102", Uint8Array.of(7));
    const expected = frames.map((frame) => Buffer.from(frame).toString("hex"));
    expect(await one.count(300)).toEqual(expected);
    expect(await two.count(300)).toEqual(expected);
    expect(await other.count(1)).toEqual(["07"]);
  });

  it("lets the publisher reuse its buffer", async () => {
    const received = inbox();
    const shared = bus();
    await shared.subscribe("t", received.handler);
    const buffer = Uint8Array.of(1);
    await shared.publish("t", buffer);
    buffer[0] = 9;
    await shared.publish("t", buffer);
    expect(await received.count(2)).toEqual(["01", "09"]);
  });

  it("stops at the end of a subscription, and not the others'", async () => {
    const [gone, stays] = [inbox(), inbox()];
    const shared = bus();
    const end = await shared.subscribe("t", gone.handler);
    await shared.subscribe("t", stays.handler);
    await end();
    await shared.publish("t", Uint8Array.of(1));
    expect(await stays.count(1)).toEqual(["01"]);
    expect(gone.frames).toEqual([]);
  });

  it("subscribes again after the last one left", async () => {
    const received = inbox();
    const shared = bus();
    await (await shared.subscribe("t", () => undefined))();
    await shared.subscribe("t", received.handler);
    await shared.publish("t", Uint8Array.of(3));
    expect(await received.count(1)).toEqual(["03"]);
  });

  it.each(["", "a b", "x".repeat(129), "é"])("refuses the topic %j", async (topic) => {
    const shared = bus();
    await expect(async () => shared.publish(topic, Uint8Array.of(1))).rejects.toThrow("a topic is");
  });

  it("throws once it is closed", async () => {
    const shared = bus();
    await shared.close();
    await expect(async () => shared.publish("t", Uint8Array.of(1))).rejects.toThrow("closed");
  });
}

describe("in process", () => contract(() => new InProcessBus()));

if (redisServerPath === undefined) {
  console.warn("frame-bus.test.ts: redis-server is not installed; the Redis bus is not tested");
}
describe.skipIf(redisServerPath === undefined)("over Redis", () => {
  let server: RedisServer;
  const errors: Error[] = [];
  const make = () => new RedisBus({ url: server.url, onError: (error) => void errors.push(error) });
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(async () => {
    await server.stop();
  });

  contract(make);

  it("carries frames from one process's connection to another's", async () => {
    const received = inbox();
    const [from, to] = [make(), make()];
    await to.subscribe("quote:1", received.handler);
    await from.publish("quote:1", Uint8Array.of(0xde, 0xad));
    expect(await received.count(1)).toEqual(["dead"]);
    await Promise.all([from.close(), to.close()]);
  });

  it("subscribes again by itself after Redis was away", async () => {
    const own = await RedisServer.start();
    const received = inbox();
    const shared = new RedisBus({ url: own.url, onError: (error) => void errors.push(error) });
    await shared.subscribe("t", received.handler);
    await own.restart();
    // Publish until the subscription is back: what is sent in between may be lost, by contract.
    const arrived = received.count(1);
    let done = false;
    void arrived.then(() => {
      done = true;
    });
    while (!done) {
      await shared.publish("t", Uint8Array.of(5)).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect((await arrived)[0]).toBe("05");
    await shared.close();
    await own.stop();
  });
});
