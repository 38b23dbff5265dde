/** Live orders and remembered trades. */
import { native } from "./native.js";

/** A live order. Enumerations are the numbers of the wire; `@jware/schemas/order-names` has their words. */
export interface OrderView {
  readonly orderId: number;
  readonly clOrdId: string;
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  readonly ordType: number;
  readonly timeInForce: number;
  readonly ordStatus: number;
  /** ExecReason of its last report; 0 where its state is told. */
  readonly reason: number;
  readonly orderQtyLots: number;
  readonly priceTicks: number;
  readonly cumQtyLots: number;
  readonly leavesQtyLots: number;
  /** Sum of fill quantity times price. */
  readonly cumLotTicks: string;
  readonly createdTsNs: string;
  /** Of a trailing stop: where it stands. */
  readonly triggerPriceTicks: number;
  readonly triggerSource: number;
  readonly trailTicks: number;
  readonly trailBps: number;
  readonly displayQtyLots: number;
  readonly cashQtyMinor: string;
  readonly expireTsNs: string;
  readonly postOnly: number;
  readonly reduceOnly: boolean;
  readonly selfTradePrevention: number;
  readonly strategy: number;
  readonly deadlineTsNs: string;
  /** In the book, not waiting. */
  readonly working: boolean;
  readonly listId: number;
  readonly contingency: number;
  /** What trades before it at its price, house and own, as displayed; null where it rests in no book. */
  readonly queueAheadLots: number | null;
}

/** One of our sides of a trade, as it counts now. Enumerations are the numbers of the wire. */
export interface TradeSideView {
  readonly execId: string;
  readonly tradeId: string;
  readonly orderId: number;
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  readonly qtyLots: number;
  readonly priceTicks: number;
  readonly feeMinor: string;
  readonly liquidity: number;
  readonly withHouse: boolean;
  readonly isBust: boolean;
}

/** Our sides of the trade that a report was of, the maker's first; none where it is not remembered (the last 65,536 fills are). */
export const queryTrade = (execId: string): readonly TradeSideView[] => JSON.parse(native.queryTrade(execId)) as TradeSideView[];
