/** `nodejs-order-book` on a flow, in this process; ids are its strings, made beforehand. */
import { type ICancelOrder, type IProcessOrder, OrderBook, Side } from "nodejs-order-book";
import { type Flow, type Outcome, RECORD_WORDS, timed } from "./flow.js";

/** What it tells has no volume and no hash: trades and what rests are compared. */
export function throughNodejsOrderBook(flow: Flow): Pick<Outcome, "trades" | "resting"> & { perSecond: number } {
  const { ops } = flow;
  const peer = new OrderBook();
  const names = Array.from({ length: ops.length / RECORD_WORDS }, (_, op) => String(ops[op * RECORD_WORDS + 1]));
  const live = new Set<string>();
  let trades = 0;
  const run = (from: number, to: number): void => {
    for (let op = from; op < to; op++) {
      const at = op * RECORD_WORDS;
      const kindAndSide = ops[at] as number;
      const name = names[op] as string;
      const side = kindAndSide >> 8 === 1 ? Side.BUY : Side.SELL;
      const kind = kindAndSide & 255;
      if (kind === 3) {
        const canceled: ICancelOrder | undefined = peer.cancel(name);
        if (canceled !== undefined) live.delete(name);
        continue;
      }
      const size = ops[at + 3] as number;
      const result: IProcessOrder =
        kind === 1 ? peer.limit({ id: name, side, price: ops[at + 2] as number, size }) : peer.market({ id: name, side, size });
      trades += follow(result, name, kind === 1, live);
    }
  };
  const perSecond = timed(flow, run, () => {
    trades = 0;
  });
  return { perSecond, trades, resting: live.size };
}

/** Keeps count of what rests and tells how many trades there were: orders done but the taker, and one partly filled maker. */
function follow(result: IProcessOrder, name: string, rests: boolean, live: Set<string>): number {
  let trades = 0;
  let isDone = false;
  for (const order of result.done) {
    if (order.id === name) {
      isDone = true;
    } else {
      trades += 1;
      live.delete(order.id);
    }
  }
  if (result.partial !== null && result.partial.id !== name) trades += 1;
  if (rests && !isDone) live.add(name);
  return trades;
}
