/** What of `limit-order-book` is used: the package has no types of its own. */
declare module "limit-order-book" {
  interface OrderFacts {
    readonly orderId: string;
    readonly price: string;
    readonly sizeRemaining: string;
    /** Of a maker, by the order that was added. */
    readonly filled?: string;
  }

  class LimitOrder {
    constructor(orderId: string, side: "bid" | "ask", price: string, size: string);
  }

  class MarketOrder {
    constructor(orderId: string, side: "bid" | "ask", size: string);
  }

  class LimitOrderBook {
    constructor(options: { readonly symbol: string; readonly priceStep: string; readonly sizeStep: string });
    add(order: LimitOrder | MarketOrder): { readonly taker: OrderFacts; readonly makers: readonly OrderFacts[] };
    /** Null where it does not rest. */
    remove(orderId: string): OrderFacts | null;
  }

  const exported: {
    readonly LimitOrder: typeof LimitOrder;
    readonly LimitOrderBook: typeof LimitOrderBook;
    readonly MarketOrder: typeof MarketOrder;
  };
  export default exported;
}
