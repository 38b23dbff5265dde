/** A book and its trades kept in the plainest way: what a MarketSink says, for tests to compare with the truth. */
import { BOOK_STATE, type BookState, type MarketSink, SIDE, type Side } from "../src/market-sink.js";

export class PlainBook implements MarketSink {
  readonly bids = new Map<number, number>();
  readonly asks = new Map<number, number>();
  readonly states: BookState[] = [];
  state_: BookState = BOOK_STATE.STALE;
  tradeCount = 0;
  baseLots = 0n;
  quoteLotTicks = 0n;
  flushCount = 0;
  /** Called after each flush: the moments at which a reader may look. */
  onFlush: () => void = () => undefined;

  level(_instrument: number, side: Side, priceTicks: number, qtyLots: number): void {
    const levels = side === SIDE.BUY ? this.bids : this.asks;
    if (qtyLots === 0) levels.delete(priceTicks);
    else levels.set(priceTicks, qtyLots);
  }

  trade(_instrument: number, _aggressor: Side, priceTicks: number, qtyLots: number): void {
    this.tradeCount += 1;
    this.baseLots += BigInt(qtyLots);
    this.quoteLotTicks += BigInt(qtyLots) * BigInt(priceTicks);
  }

  reset(): void {
    this.bids.clear();
    this.asks.clear();
  }

  state(_instrument: number, state: BookState): void {
    this.state_ = state;
    this.states.push(state);
  }

  flush(): void {
    this.flushCount += 1;
    this.onFlush();
  }

  /** Best first: [price ticks, quantity lots]. */
  top(side: Side, depth: number): [number, number][] {
    const levels = [...(side === SIDE.BUY ? this.bids : this.asks)];
    levels.sort(([a], [b]) => (side === SIDE.BUY ? b - a : a - b));
    return levels.slice(0, depth);
  }

  best(): { bid: number; bidLots: number; ask: number; askLots: number } {
    let bid = 0;
    for (const price of this.bids.keys()) if (price > bid) bid = price;
    let ask = Number.MAX_SAFE_INTEGER;
    for (const price of this.asks.keys()) if (price < ask) ask = price;
    return { bid, bidLots: this.bids.get(bid) ?? 0, ask, askLots: this.asks.get(ask) ?? 0 };
  }
}
