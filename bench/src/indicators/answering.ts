/**
 * How packages of npm are asked in a process of their own: line by line, as `indicator_rates` is. The program's argument is a file of bars;
 * each answer is the quickest of a question's repeats, with what the last of them gave.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { type Columns, columnsOf } from "./series.js";

/** The bars of the file that is named on the command line. */
export function barsOfProcess(): Columns {
  const path = process.argv[2];
  if (path === undefined) throw new Error("the path of a file of bars is needed");
  return columnsOf(readFileSync(path));
}

/** Answers what is asked. `prepare` is not in a repeat's time; what it gives goes once over so many bars, and tells its last values. */
export function answerQuestions<Question extends { readonly repeats: number }>(
  barCount: number,
  prepare: (question: Question) => () => unknown,
): void {
  createInterface({ input: process.stdin }).on("line", (line) => {
    const question = JSON.parse(line) as Question;
    let quickestMs = Number.POSITIVE_INFINITY;
    let last: unknown;
    for (let repeat = 0; repeat < question.repeats; repeat++) {
      const run = prepare(question);
      const startMs = performance.now();
      last = run();
      quickestMs = Math.min(quickestMs, performance.now() - startMs);
    }
    process.stdout.write(`${JSON.stringify({ nsPerBar: (quickestMs * 1e6) / barCount, last })}\n`);
  });
}
