/**
 * Where the ladder's columns are: own bids, bid sizes, price, ask sizes, own asks. The same on every screen. The own columns belong
 * to their side: a click there means the same as on the size beside it.
 */
export interface Columns {
  readonly bidLeft: number;
  readonly priceLeft: number;
  readonly askLeft: number;
  readonly ownAskLeft: number;
  readonly right: number;
}

export type Zone = "bid" | "price" | "ask";

/** Width of the price column is given; of the rest, four ninths on either side is for own orders. */
export function columnsOf(width: number, priceWidth: number): Columns {
  const side = Math.floor((width - priceWidth) / 2);
  const own = Math.max(34, Math.floor(side * 0.44));
  return { bidLeft: own, priceLeft: side, askLeft: width - side, ownAskLeft: width - own, right: width };
}

export function zoneAt(columns: Columns, x: number): Zone {
  if (x < columns.priceLeft) return "bid";
  return x < columns.askLeft ? "price" : "ask";
}
