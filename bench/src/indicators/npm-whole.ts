/** Whole series by `indicatorts`. `npm-whole.js <bars file>`; a question is `{ name, parameters, repeats }`. */
import { atr, bb, ema, macd, rsi, sma } from "indicatorts";
import { answerQuestions, barsOfProcess } from "./answering.js";

interface Question {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly repeats: number;
}

const columns = barsOfProcess();
// It takes arrays, not columns of doubles.
const [high, low, close] = [Array.from(columns.high), Array.from(columns.low), Array.from(columns.close)];

/** The outputs of ours that it has, in our order. */
function outputsOf({ name, parameters }: Question): readonly (readonly number[])[] {
  const [first = 0, second = 0, third = 0] = parameters;
  switch (name) {
    case "sma":
      return [sma(close, { period: first })];
    case "ema":
      return [ema(close, { period: first })];
    case "rsi":
      return [rsi(close, { period: first })];
    case "macd": {
      const { macdLine, signalLine } = macd(close, { fast: first, slow: second, signal: third });
      return [macdLine, signalLine];
    }
    case "bollinger": {
      const { upper, middle, lower } = bb(close, { period: first });
      return [upper, middle, lower];
    }
    case "atr":
      return [atr(high, low, close, { period: first }).atrLine];
    default:
      throw new Error(`${name} is not asked of it`);
  }
}

answerQuestions<Question>(close.length, (question) => () => outputsOf(question).map((output) => output.at(-1) ?? Number.NaN));
