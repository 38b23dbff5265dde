/**
 * One-minute bars of the venue as past trades, because the core builds its bars from trades and from nothing else.
 *
 * Each bar becomes four trades that open, span and close it and add up to its volume: open, the extreme that a bar of its
 * direction reaches first, the other, close. A bar of fewer than four lots becomes one trade at its close. They carry no
 * venue id. Bars keep open, high, low, close and volume; the number of trades in them is not the venue's.
 */
import type { InstrumentInput } from "../../instruments.js";
import { type MarketSink, SIDE } from "../../market-sink.js";
import { readSteps } from "../../normalise.js";
import type { RawKline } from "./rest.js";

const TRADES_PER_BAR = 4;

/** Gives the sink the trades of all bars that ended before `nowMs`; returns how many bars. */
export function putHistory(klines: readonly RawKline[], instrument: InstrumentInput, sink: MarketSink, nowMs: number): number {
  const tick = { decimals: instrument.priceDecimals, mantissa: instrument.tickMantissa };
  const lot = { decimals: instrument.qtyDecimals, mantissa: instrument.lotMantissa };
  let barCount = 0;
  for (const kline of klines) {
    if (kline.closeTsMs >= nowMs) continue;
    const [open = 0, high = 0, low = 0, close = 0] = kline.prices.map((price) => readSteps(price, tick));
    const volume = readSteps(kline.volume, lot);
    if (Math.min(open, high, low, close) <= 0 || volume <= 0) continue;
    barCount += 1;
    const rising = close >= open;
    const path = volume < TRADES_PER_BAR ? [close] : rising ? [open, low, high, close] : [open, high, low, close];
    const part = Math.floor(volume / path.length);
    const stepMs = (kline.closeTsMs + 1 - kline.openTsMs) / path.length;
    path.forEach((priceTicks, index) => {
      const qtyLots = index === path.length - 1 ? volume - part * (path.length - 1) : part;
      const aggressor = priceTicks >= (path[index - 1] ?? open) ? SIDE.BUY : SIDE.SELL;
      sink.trade(instrument.instrument, aggressor, priceTicks, qtyLots, kline.openTsMs + index * stepMs, 0);
    });
  }
  sink.flush();
  return barCount;
}
