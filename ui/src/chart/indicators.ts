/**
 * Indicators of the shown bars, computed here from their closes: whole series for history, one step for the live bar.
 *
 * Each keeps the state after the last closed bar, so that the live bar's value is one step away from it, however often it changes.
 * SMA is the mean of the last n; EMA begins with the mean of the first n; RSI is Wilder's.
 */
export interface Indicator {
  /** Values of all closes; undefined until enough of them are there. The last close counts as live. */
  all(closes: readonly number[]): (number | undefined)[];
  /** Value of the live bar with this close, after `all`. */
  live(close: number): number | undefined;
}

export function sma(length: number): Indicator {
  let window: number[] = [];
  return {
    all(closes) {
      let sum = 0;
      const values = closes.map((close, index) => {
        sum += close;
        if (index >= length) sum -= closes[index - length] ?? 0;
        return index >= length - 1 ? sum / length : undefined;
      });
      window = closes.slice(0, -1).slice(-(length - 1));
      return values;
    },
    live(close) {
      if (window.length < length - 1) return undefined;
      return (window.reduce((sum, value) => sum + value, 0) + close) / length;
    },
  };
}

export function ema(length: number): Indicator {
  const alpha = 2 / (length + 1);
  let settled: number | undefined;
  return {
    all(closes) {
      const values: (number | undefined)[] = [];
      let sum = 0;
      let value: number | undefined;
      for (const [index, close] of closes.entries()) {
        settled = value;
        if (value === undefined) {
          sum += close;
          if (index === length - 1) value = sum / length;
        } else value += alpha * (close - value);
        values.push(value);
      }
      return values;
    },
    live: (close) => (settled === undefined ? undefined : settled + alpha * (close - settled)),
  };
}

export function rsi(length: number): Indicator {
  let before: { gain: number; loss: number; close: number } | undefined;
  const strength = (gain: number, loss: number): number => (gain + loss === 0 ? 50 : (100 * gain) / (gain + loss));
  const step = (average: number, now: number): number => (average * (length - 1) + now) / length;
  return {
    all(closes) {
      const values: (number | undefined)[] = [];
      let gain = 0;
      let loss = 0;
      before = undefined;
      for (const [index, close] of closes.entries()) {
        const previous = closes[index - 1];
        if (previous === undefined) {
          values.push(undefined);
          continue;
        }
        before = index > length ? { gain, loss, close: previous } : undefined;
        const up = Math.max(0, close - previous);
        const down = Math.max(0, previous - close);
        if (index <= length) {
          gain += up / length;
          loss += down / length;
        } else {
          gain = step(gain, up);
          loss = step(loss, down);
        }
        values.push(index < length ? undefined : strength(gain, loss));
      }
      return values;
    },
    live(close) {
      if (before === undefined) return undefined;
      const up = Math.max(0, close - before.close);
      const down = Math.max(0, before.close - close);
      return strength(step(before.gain, up), step(before.loss, down));
    },
  };
}

export interface IndicatorChoice {
  readonly id: string;
  readonly label: string;
  readonly title: string;
}

export const SMA_LENGTH = 50;
export const EMA_LENGTH = 20;
export const RSI_LENGTH = 14;

export const INDICATOR_CHOICES: readonly IndicatorChoice[] = [
  { id: "sma", label: `SMA ${SMA_LENGTH}`, title: "Simple moving average" },
  { id: "ema", label: `EMA ${EMA_LENGTH}`, title: "Exponential moving average" },
  { id: "rsi", label: `RSI ${RSI_LENGTH}`, title: "Relative strength index, Wilder" },
  { id: "volume", label: "Vol", title: "Volume" },
];
