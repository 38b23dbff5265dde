/** The operations that every book carries out, and what must come of them. Made, or read from a file, by `bench-book`. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Child } from "../child.js";
import { nativeProgram } from "../native-program.js";
import { ROOT } from "../root.js";

/** Kind and side, id, price, quantity: 32 bits each. */
export const RECORD_WORDS = 4;
export const BOOK_PROGRAM = nativeProgram("bench-book");

/** What came of the timed operations. */
export interface Outcome {
  readonly trades: number;
  readonly volume: number;
  /** FNV-1a over maker, taker, price and quantity of every trade. */
  readonly hash: string;
  readonly resting: number;
}

export interface Flow {
  readonly ops: Uint32Array;
  /** Operations that fill the book before any is timed. */
  readonly prefill: number;
  readonly timed: number;
  readonly expected: Outcome;
}

/** What a book did with a flow. */
export interface Run {
  readonly perSecond: number;
  readonly outcome: Outcome;
}

export const outcomeOf = ({ trades, volume, hash, resting }: Outcome): Outcome => ({ trades, volume, hash, resting });

/** `source` is the program's own arguments. */
export async function readFlow(source: readonly string[]): Promise<Flow> {
  const folder = join(ROOT, "bench/results");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "ops.bin");
  const output = await new Child(BOOK_PROGRAM, [...source, "--rounds", "0", "--write", path]).output();
  const { prefill, expected } = JSON.parse(output) as { prefill: number; expected: Outcome };
  const bytes = readFileSync(path);
  const ops = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return { ops, prefill, timed: ops.length / RECORD_WORDS - prefill, expected: outcomeOf(expected) };
}

/** The first so many timed operations of a flow, for a book that would take minutes for all; `run` says what comes of them. */
export function firstOf(flow: Flow, timedMax: number, run: (flow: Flow) => Run): Flow {
  if (flow.timed <= timedMax) return flow;
  const ops = flow.ops.subarray(0, (flow.prefill + timedMax) * RECORD_WORDS);
  const part = { ...flow, ops, timed: timedMax };
  return { ...part, expected: run(part).outcome };
}

/** Operations a second of the timed ones. `run` carries out those from one to another; `filled` hears that the book is filled. */
export function timed(flow: Flow, run: (from: number, to: number) => void, filled: () => void): number {
  run(0, flow.prefill);
  filled();
  const startMs = performance.now();
  run(flow.prefill, flow.prefill + flow.timed);
  return (flow.timed / (performance.now() - startMs)) * 1e3;
}

/** Trades as records, in 32-bit numbers: their number, volume and hash. */
export function summary(trades: Uint32Array): Omit<Outcome, "resting"> {
  let hash = 0x811c9dc5;
  let volume = 0;
  for (const [at, value] of trades.entries()) {
    if (at % RECORD_WORDS === RECORD_WORDS - 1) volume += value;
    for (let shift = 0; shift < 32; shift += 8) hash = Math.imul(hash ^ ((value >>> shift) & 255), 16777619);
  }
  return { trades: trades.length / RECORD_WORDS, volume, hash: (hash >>> 0).toString(16).padStart(8, "0") };
}
