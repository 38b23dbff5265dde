/** Streaming indicators of npm packages. `npm-streams.js <bars file>`; a question is `{ library, name, parameters, repeats }`. */
import * as technical from "technicalindicators";
import * as signals from "trading-signals";
import { answerQuestions, barsOfProcess } from "./answering.js";

interface Candle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Takes a bar, gives the newest output or nothing. */
type Update = (index: number) => unknown;

interface Question {
  readonly library: "trading-signals" | "technicalindicators";
  readonly name: string;
  readonly parameters: readonly number[];
  readonly repeats: number;
}

const columns = barsOfProcess();
const { close } = columns;
const candles: Candle[] = Array.from(close, (price, index) => ({
  open: columns.open[index] ?? 0,
  high: columns.high[index] ?? 0,
  low: columns.low[index] ?? 0,
  close: price,
  volume: columns.volume[index] ?? 0,
}));

const ofClose =
  (stream: { add(value: number): unknown }): Update =>
  (index) =>
    stream.add(close[index] ?? 0);
const ofCandle =
  (stream: { add(candle: Candle): unknown }): Update =>
  (index) =>
    stream.add(candles[index] as Candle);
const next =
  <Input>(stream: { nextValue(input: Input): unknown }, inputs: readonly Input[] | Float64Array): Update =>
  (index) =>
    stream.nextValue(inputs[index] as Input);

/** A fresh stream. The smoothing of RSI, ATR and ADX is Wilder's, as in TA-Lib. */
function fresh({ library, name, parameters }: Question): Update {
  const [first = 0, second = 0, third = 0] = parameters;
  const wilder = signals.WSMA;
  const key = `${library} ${name}`;
  switch (key) {
    case "trading-signals sma":
      return ofClose(new signals.SMA(first));
    case "trading-signals ema":
      return ofClose(new signals.EMA(first));
    case "trading-signals wma":
      return ofClose(new signals.WMA(first));
    case "trading-signals rsi":
      return ofClose(new signals.RSI(first, wilder));
    case "trading-signals macd":
      return ofClose(new signals.MACD(new signals.EMA(first), new signals.EMA(second), new signals.EMA(third)));
    case "trading-signals bollinger":
      return ofClose(new signals.BollingerBands(first, second));
    case "trading-signals atr":
      return ofCandle(new signals.ATR(first, wilder));
    case "trading-signals cci":
      return ofCandle(new signals.CCI(first));
    case "trading-signals adx":
      return ofCandle(new signals.ADX(first, wilder));
    case "technicalindicators sma":
      return next(new technical.SMA({ period: first, values: [] }), close);
    case "technicalindicators ema":
      return next(new technical.EMA({ period: first, values: [] }), close);
    case "technicalindicators wma":
      return next(new technical.WMA({ period: first, values: [] }), close);
    case "technicalindicators rsi":
      return next(new technical.RSI({ period: first, values: [] }), close);
    case "technicalindicators macd":
      return next(
        new technical.MACD({
          fastPeriod: first,
          slowPeriod: second,
          signalPeriod: third,
          values: [],
          SimpleMAOscillator: false,
          SimpleMASignal: false,
        }),
        close,
      );
    case "technicalindicators bollinger":
      return next(new technical.BollingerBands({ period: first, stdDev: second, values: [] }), close);
    case "technicalindicators atr":
      return next(new technical.ATR({ period: first, high: [], low: [], close: [] }), candles);
    default:
      throw new Error(`${key} is not streamed here`);
  }
}

answerQuestions<Question>(close.length, (question) => {
  const update = fresh(question);
  return () => {
    let last: unknown;
    for (let index = 0; index < close.length; index++) last = update(index);
    return last;
  };
});
