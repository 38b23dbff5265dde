/**
 * Whole series by `indicatorts`, asked line by line as `indicator_rates` is, in a process of its own.
 *
 * `npm-whole.js <bars file>`; a question is `{ name, parameters, repeats }`. Each answer is the quickest of the repeats, with the last values.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { atr, bb, ema, macd, rsi, sma } from "indicatorts";
import { columnsOf } from "./series.js";

interface Question {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly repeats: number;
}

const path = process.argv[2];
if (path === undefined) throw new Error("the path of a file of bars is needed");
const columns = columnsOf(readFileSync(path));
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

function answer(question: Question): { nsPerBar: number; last: readonly number[] } {
  let quickest = Number.POSITIVE_INFINITY;
  let last: readonly number[] = [];
  for (let repeat = 0; repeat < question.repeats; repeat++) {
    const start = performance.now();
    const outputs = outputsOf(question);
    quickest = Math.min(quickest, performance.now() - start);
    last = outputs.map((output) => output.at(-1) ?? Number.NaN);
  }
  return { nsPerBar: (quickest * 1e6) / close.length, last };
}

createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as Question))}\n`);
});
