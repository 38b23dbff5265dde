/** A screen on the process's own streams. */
import type { Screen } from "./tool.js";

const BAR_CELLS = 30;
const REDRAW_MS_MIN = 100;
const LINE_MS = 5_000;

/** Where a screen writes; a test gives its own. */
export interface Streams {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean };
  /** A monotonic clock, milliseconds. */
  readonly nowMs: () => number;
}

export class TerminalScreen implements Screen {
  readonly isJson: boolean;
  readonly #streams: Streams;
  #shownMs: number;
  #isBarShown = false;

  constructor(isJson: boolean, streams: Streams) {
    this.isJson = isJson;
    this.#streams = streams;
    // The first line of progress comes after 5 s: what is quicker needs none. A bar comes at once.
    this.#shownMs = streams.err.isTTY === true ? Number.NEGATIVE_INFINITY : streams.nowMs();
  }

  print(line: string): void {
    this.clear();
    this.#streams.out.write(`${line}\n`);
  }

  result(value: object, text: string): void {
    this.print(this.isJson ? JSON.stringify(value) : text);
  }

  progress(done: number, total: number, what: string): void {
    const { err, nowMs } = this.#streams;
    const isTerminal = err.isTTY === true;
    if (nowMs() - this.#shownMs < (isTerminal ? REDRAW_MS_MIN : LINE_MS)) return;
    this.#shownMs = nowMs();
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const percent = total > 0 ? `${Math.floor(share * 100)}%` : "";
    if (!isTerminal) {
      err.write(`${[percent, what].filter((part) => part !== "").join(" ")}\n`);
      return;
    }
    const full = Math.round(share * BAR_CELLS);
    err.write(`\r\u001b[2K[${"#".repeat(full)}${".".repeat(BAR_CELLS - full)}] ${percent.padStart(4)} ${what}`);
    this.#isBarShown = true;
  }

  /** A line beside the result: an error, a warning. */
  complain(line: string): void {
    this.clear();
    this.#streams.err.write(`${line}\n`);
  }

  /** Takes the bar away, so that nothing is written behind it. */
  clear(): void {
    if (this.#isBarShown) this.#streams.err.write("\r\u001b[2K");
    this.#isBarShown = false;
  }
}
