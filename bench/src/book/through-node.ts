/** The engine's book through the addon, in this process. */
import { BOOK_SIDE, OrderBook } from "@jware/core-native";
import { type Flow, RECORD_WORDS, type Run, summary, timed } from "./flow.js";

/** A trade may fill many orders: room for the most that one operation gives at once is not known, so more is asked for. */
const TRADE_CAPACITY = 4_096;

/** How operations get to the book. */
export interface Way {
  /** So many per call into the engine. */
  readonly batch: number;
  /** Each by a call in JavaScript that writes its record, or as the records that the flow has. */
  readonly written: "one by one" | "as records";
}

export function throughNode(flow: Flow, { batch, written }: Way): Run {
  const { ops, expected } = flow;
  const ours = new OrderBook(batch, TRADE_CAPACITY);
  const write = written === "as records" ? writeRecords : writeOneByOne;
  const told = new Uint32Array((expected.trades + TRADE_CAPACITY) * RECORD_WORDS);
  const { trades } = ours;
  let toldWords = 0;
  const run = (from: number, to: number): void => {
    for (let op = from; op < to; op += batch) {
      write(ours, ops, op, Math.min(op + batch, to));
      do {
        const words = ours.apply() * RECORD_WORDS;
        for (let word = 0; word < words; word++) told[toldWords + word] = trades[word] as number;
        toldWords += words;
      } while (ours.hasMore);
    }
  };
  const perSecond = timed(flow, run, () => {
    toldWords = 0;
  });
  const outcome = { ...summary(told.subarray(0, toldWords)), resting: ours.restingCount };
  ours.close();
  return { perSecond, outcome };
}

function writeOneByOne(book: OrderBook, ops: Uint32Array, from: number, to: number): void {
  for (let at = from * RECORD_WORDS; at < to * RECORD_WORDS; at += RECORD_WORDS) {
    const kindAndSide = ops[at] as number;
    const id = ops[at + 1] as number;
    const side = kindAndSide >> 8 === 1 ? BOOK_SIDE.buy : BOOK_SIDE.sell;
    const kind = kindAndSide & 255;
    if (kind === 1) book.limit(id, side, ops[at + 2] as number, ops[at + 3] as number);
    else if (kind === 2) book.immediate(id, side, 0, ops[at + 3] as number);
    else book.cancel(id);
  }
}

/** A flow's records are the book's own. */
function writeRecords(book: OrderBook, ops: Uint32Array, from: number, to: number): void {
  book.write(ops.subarray(from * RECORD_WORDS, to * RECORD_WORDS));
}
