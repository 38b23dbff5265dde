import { expect, test } from "vitest";
import { Completions } from "./completions.js";
import { OutcomeUnknown } from "./errors.js";
import type { Order } from "./order.js";

const order = (orderId: number, isDone: boolean, account = "PAPER-1"): Order =>
  ({ orderId, account, isDone, clOrdId: `c-${orderId}` }) as Order;

/** What has become of a promise by now. */
const now = (promise: Promise<Order>): Promise<unknown> => Promise.race([promise, Promise.resolve("waits")]);

test("a filled order is complete when its account has been told what it has, also for who asks in between", async () => {
  const completions = new Completions();
  const early = completions.of(order(1, false));
  completions.told(order(1, true), true);
  const late = completions.of(order(1, true));
  completions.shown("PAPER-2");
  expect(await Promise.all([now(early), now(late)])).toEqual(["waits", "waits"]);
  completions.shown("PAPER-1");
  expect(await Promise.all([early, late, completions.of(order(1, true))])).toEqual(Array(3).fill(order(1, true)));
});

test("so is one that a fill left something of, which expired or was canceled", async () => {
  const completions = new Completions();
  const waiting = completions.of(order(2, false));
  completions.told(order(2, false), true);
  completions.told(order(2, true), false);
  expect(await now(waiting)).toBe("waits");
  completions.shown("PAPER-1");
  expect(await waiting).toEqual(order(2, true));
});

test("a fill that was shown before holds up no end", async () => {
  const completions = new Completions();
  const waiting = completions.of(order(3, false));
  completions.told(order(3, false), true);
  completions.shown("PAPER-1");
  expect(await now(waiting)).toBe("waits");
  completions.told(order(3, true), false);
  expect(await waiting).toEqual(order(3, true));
});

test("at the end what has ended is told, and the rest is unknown, also to who asks afterwards", async () => {
  const completions = new Completions();
  const waiting = completions.of(order(6, false));
  const filled = completions.of(order(7, false));
  completions.told(order(7, true), true);
  completions.end();
  expect(await filled).toEqual(order(7, true));
  await expect(waiting).rejects.toEqual(new OutcomeUnknown("c-6"));
  await expect(completions.of(order(8, false))).rejects.toEqual(new OutcomeUnknown("c-8"));
});
