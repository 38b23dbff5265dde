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

/** An indicator that steps from state to state; the state before the last close is kept for the live bar. */
function stepping<State>(
  start: State,
  step: (state: State, close: number) => State,
  value: (state: State) => number | undefined,
): Indicator {
  let before: State | undefined;
  return {
    all(closes) {
      let state = start;
      before = undefined;
      return closes.map((close) => {
        before = state;
        state = step(state, close);
        return value(state);
      });
    },
    live: (close) => (before === undefined ? undefined : value(step(before, close))),
  };
}

export function ema(length: number): Indicator {
  const alpha = 2 / (length + 1);
  return stepping(
    { count: 0, sum: 0, value: 0 },
    ({ count, sum, value }, close) => {
      if (count >= length) return { count, sum, value: value + alpha * (close - value) };
      return { count: count + 1, sum: sum + close, value: (sum + close) / length };
    },
    ({ count, value }) => (count < length ? undefined : value),
  );
}

export function rsi(length: number): Indicator {
  const averaged = (average: number, now: number, count: number): number =>
    count <= length ? average + now / length : (average * (length - 1) + now) / length;
  return stepping(
    { count: 0, close: 0, gain: 0, loss: 0 },
    (before, close) => {
      if (before.count === 0) return { count: 1, close, gain: 0, loss: 0 };
      const move = close - before.close;
      return {
        count: before.count + 1,
        close,
        gain: averaged(before.gain, Math.max(0, move), before.count),
        loss: averaged(before.loss, Math.max(0, -move), before.count),
      };
    },
    ({ count, gain, loss }) => {
      if (count <= length) return undefined;
      return gain + loss === 0 ? 50 : (100 * gain) / (gain + loss);
    },
  );
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
