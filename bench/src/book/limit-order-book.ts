/** `limit-order-book` on a flow, in this process. Its numbers are strings: all are made beforehand. */
import limitOrderBook from "limit-order-book";
import { type Flow, RECORD_WORDS, type Run, summary, timed } from "./flow.js";

const { LimitOrder, LimitOrderBook, MarketOrder } = limitOrderBook;
const TRADES_OF_AN_OP_MAX = 64;

export function throughLimitOrderBook(flow: Flow): Run {
  const { ops } = flow;
  const book = new LimitOrderBook({ symbol: "BENCH", priceStep: "1", sizeStep: "1" });
  const texts = Array.from(ops, String);
  const told = new Uint32Array(ops.length * TRADES_OF_AN_OP_MAX);
  let words = 0;
  const live = new Set<string>();
  const run = (from: number, to: number): void => {
    for (let op = from; op < to; op++) {
      const at = op * RECORD_WORDS;
      const kindAndSide = ops[at] as number;
      const [name, price, size] = [texts[at + 1] as string, texts[at + 2] as string, texts[at + 3] as string];
      const kind = kindAndSide & 255;
      if (kind === 3) {
        if (book.remove(name) !== null) live.delete(name);
        continue;
      }
      const side = kindAndSide >> 8 === 1 ? "bid" : "ask";
      const order = kind === 1 ? new LimitOrder(name, side, price, size) : new MarketOrder(name, side, size);
      const { taker, makers } = book.add(order);
      for (const maker of makers) {
        told[words] = Number(maker.orderId);
        told[words + 1] = ops[at + 1] as number;
        told[words + 2] = Number(maker.price);
        told[words + 3] = Number(maker.filled);
        words += RECORD_WORDS;
        if (maker.sizeRemaining === "0") live.delete(maker.orderId);
      }
      if (kind === 1 && taker.sizeRemaining !== "0") live.add(name);
    }
  };
  const perSecond = timed(flow, run, () => {
    words = 0;
  });
  return { perSecond, outcome: { ...summary(told.subarray(0, words)), resting: live.size } };
}
