import { describe, expect, it } from "vitest";
import { BTC } from "../../test/venue/instruments.js";
import { InstrumentFormat } from "../format/instrument-format.js";
import { QueueWatch, type QueueAhead } from "./queue-ahead.js";

const format = new InstrumentFormat(BTC);
const order = (orderId: string, queueAheadQty: string | null) => ({ orderId, symbol: BTC.symbol, queueAheadQty });

function scene() {
  const asked: string[] = [];
  const told: QueueAhead[] = [];
  const answers: (() => Promise<unknown>)[] = [];
  const at = { account: "PAPER-1" as string | undefined };
  const get = (path: string): Promise<unknown> => {
    asked.push(path);
    return answers.shift()?.() ?? Promise.reject(new Error("nobody answers"));
  };
  const watch = new QueueWatch(
    { get },
    {
      wanted: () => at.account,
      formatOf: (symbol) => (symbol === BTC.symbol ? format : undefined),
      changed: (ahead) => told.push(ahead),
    },
  );
  return { asked, told, answers, at, watch };
}

describe("queue ahead", () => {
  it("is told in lots, of resting orders alone, and only where it changed", async () => {
    const { asked, told, answers, watch } = scene();
    const orders = [order("7", format.qty(250)), order("8", null), order("9", format.qty(0))];
    answers.push(
      () => Promise.resolve({ orders }),
      () => Promise.resolve({ orders }),
    );
    await watch.refresh();
    await watch.refresh();
    expect(asked[0]).toBe("/api/v1/orders?account=PAPER-1&status=open&limit=1000");
    expect(told).toEqual([
      new Map([
        ["7", 250],
        ["9", 0],
      ]),
    ]);
  });

  it("keeps what it knew where an answer fails, and forgets it where nobody asks any more", async () => {
    const { told, answers, at, watch } = scene();
    answers.push(() => Promise.resolve({ orders: [order("7", format.qty(3))] }));
    await watch.refresh();
    await watch.refresh();
    expect(told).toHaveLength(1);
    at.account = undefined;
    await watch.refresh();
    expect(told.at(-1)).toEqual(new Map());
  });

  it("asks once at a time, and takes no answer about another account", async () => {
    const { asked, told, answers, at, watch } = scene();
    let answer = (_: unknown): void => undefined;
    answers.push(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const first = watch.refresh();
    await watch.refresh();
    expect(asked).toHaveLength(1);
    at.account = "PAPER-2";
    answer({ orders: [order("7", format.qty(3))] });
    await first;
    expect(told).toEqual([]);
  });
});
