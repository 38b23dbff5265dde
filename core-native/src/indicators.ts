/** Native bars and indicator windows over whole series; the streaming windows live in the core and share the code. */
import { native } from "./native.js";

export type IndicatorName = "sma" | "ema" | "rsi" | "macd" | "bollinger" | "atr";

/** Columns of a bar series, one element per bar. */
export interface BarColumns {
  readonly openTsMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/**
 * Computes an indicator by TA-Lib's definition. Each output has the input's length; the warm-up is NaN.
 * Parameters and outputs: sma [period] -> 1; ema [period] -> 1; rsi [period] -> 1; macd [fast, slow, signal] -> line,
 * signal, histogram; bollinger [period, deviations] -> upper, middle, lower; atr [period] -> 1 (the only one to read
 * high and low). Throws on parameters out of range.
 */
export const computeIndicator = (
  name: IndicatorName,
  parameters: readonly number[],
  bars: Pick<BarColumns, "close" | "high" | "low">,
): Float64Array[] => native.computeIndicator(name, [...parameters], bars.high, bars.low, bars.close);

/** Joins bars into longer ones of `intervalS` seconds, aligned to the UNIX epoch. Input is oldest first. */
export const aggregateBars = (bars: BarColumns, intervalS: number): BarColumns => {
  const [openTsMs, open, high, low, close, volume] = native.aggregateBars(
    bars.openTsMs,
    bars.open,
    bars.high,
    bars.low,
    bars.close,
    bars.volume,
    intervalS,
  );
  return { openTsMs, open, high, low, close, volume } as BarColumns;
};
