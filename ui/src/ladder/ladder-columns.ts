/** Where the ladder's columns are. Bid left, price in the middle, ask right; the same on every screen. */
export interface Columns {
  readonly bidLeft: number;
  readonly priceLeft: number;
  readonly askLeft: number;
  readonly right: number;
}

export type Zone = "bid" | "price" | "ask";

export function columnsOf(width: number, priceWidth: number): Columns {
  const side = Math.floor((width - priceWidth) / 2);
  return { bidLeft: 0, priceLeft: side, askLeft: width - side, right: width };
}

export function zoneAt(columns: Columns, x: number): Zone {
  if (x < columns.priceLeft) return "bid";
  return x < columns.askLeft ? "price" : "ask";
}
