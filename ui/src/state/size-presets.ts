/** Five order sizes for the keys 1 to 5: round numbers of lots worth about 500, 2,500, 10,000, 25,000 and 100,000. */
import type { InstrumentInfo } from "../stream/own-event.js";

const WORTHS = [500, 2500, 10_000, 25_000, 100_000];

export function presetsFor(info: InstrumentInfo, priceTicks: number): number[] {
  if (priceTicks <= 0) return [1, 5, 10, 50, 100].map((factor) => factor * info.qtyLotsMin);
  const lotWorth = (priceTicks * info.tickLotMinor) / 10 ** info.currencyDecimals;
  const sizes: number[] = [];
  for (const worth of WORTHS) {
    let lots = Math.max(info.qtyLotsMin, roundOf(worth / lotWorth));
    const previous = sizes.at(-1) ?? 0;
    if (lots <= previous) lots = previous + info.qtyLotsMin;
    sizes.push(Math.min(lots, info.qtyLotsMax));
  }
  return sizes;
}

/** Nearest of 1, 2, 5 times a power of ten, at least 1. */
function roundOf(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  return Math.round((lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power);
}
