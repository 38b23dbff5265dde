/**
 * What it costs to call the engine from Node: the bare book, where an operation takes some tens of nanoseconds, so that the call is a
 * large part. A call with nothing to do; one operation a call; 8, 64 and 512. Each order rests for one operation and is canceled.
 */
import { BOOK_SIDE, OrderBook } from "@jware/core-native";
import { barsOf, figureOf, ratiosOf, type SuiteResult } from "../figure.js";
import type { RunOptions } from "../suite.js";
import { type Task, timeInTurn } from "./rounds.js";

const BATCHES = [1, 8, 64, 512] as const;
const OPS_PER_SAMPLE = 1_024;
const PRICE = 1_000;

export async function crossing(rounds: number, options: RunOptions): Promise<SuiteResult> {
  const book = new OrderBook();
  try {
    let id = 0;
    const batched = (size: number): Task => ({
      name: size === 1 ? "one a call" : `${size} a call`,
      per: OPS_PER_SAMPLE,
      run: () => {
        for (let op = 0; op < OPS_PER_SAMPLE; op++) {
          if (op % 2 === 0) book.limit(++id, BOOK_SIDE.buy, PRICE, 1);
          else book.cancel(id);
          if ((op + 1) % size === 0) book.apply();
        }
      },
    });
    const nothing: Task = {
      name: "a call with nothing to do",
      per: OPS_PER_SAMPLE,
      run: () => {
        for (let call = 0; call < OPS_PER_SAMPLE; call++) book.apply();
      },
    };
    const timed = await timeInTurn([nothing, ...BATCHES.map(batched)], rounds, options);
    const [empty, one, ...batches] = timed;
    if (empty === undefined || one === undefined) throw new Error("both were asked for");
    const resting = book.restingCount;
    const chart = barsOf(
      "Book operations from Node, ns for one",
      "ns",
      timed.map(({ name, ns }) => [name, ns] as const),
    );
    return {
      figures: [
        ...timed.map(({ name, ns, n }) => figureOf(`book: ${name}`, "ns, two places", ns, undefined, { n })),
        ...batches.map(({ name, ns }) =>
          figureOf(`book: ${name} / one a call`, "ratio", ratiosOf(ns, one.ns), { better: "lower" }),
        ),
      ],
      checks: [
        { name: "every order came and went", passed: resting === 0 && id > 0, detail: `${id} placed, ${resting} resting` },
      ],
      charts: [chart],
    };
  } finally {
    book.close();
  }
}
