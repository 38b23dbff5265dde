/** The bars that all contestants compute over: a seeded walk, in a file of eight columns of doubles. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../root.js";

/** As in the core's `Column`. */
const COLUMNS = ["openTsMs", "open", "high", "low", "close", "volume", "buyVolume", "benchmark"] as const;
export type Columns = Readonly<Record<(typeof COLUMNS)[number], Float64Array>>;

const SEED = 42;

/** Mulberry32: the same walk on every machine. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function walk(count: number): Columns {
  const next = random(SEED);
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, new Float64Array(count)])) as Columns;
  let close = 1_000;
  let benchmark = 500;
  for (let index = 0; index < count; index++) {
    const open = close;
    close = Math.max(10, close + next() * 2 - 1);
    benchmark = Math.max(10, benchmark + next() * 2 - 1);
    columns.openTsMs[index] = index * 60_000;
    columns.open[index] = open;
    columns.high[index] = Math.max(open, close) + next();
    columns.low[index] = Math.min(open, close) - next();
    columns.close[index] = close;
    columns.volume[index] = Math.ceil(next() * 100_000);
    columns.buyVolume[index] = (columns.volume[index] ?? 0) * next();
    columns.benchmark[index] = benchmark;
  }
  return columns;
}

/** Writes the walk; gives the file. */
export function writeBars(count: number): string {
  const folder = join(ROOT, "bench/results/indicators");
  mkdirSync(folder, { recursive: true });
  const columns = walk(count);
  const path = join(folder, `bars-${count}.bin`);
  writeFileSync(path, Buffer.concat(COLUMNS.map((name) => Buffer.from(columns[name].buffer))));
  return path;
}

/** Reads it back. */
export function columnsOf(bytes: Buffer): Columns {
  const values = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  const count = values.length / COLUMNS.length;
  return Object.fromEntries(COLUMNS.map((name, place) => [name, values.slice(place * count, (place + 1) * count)])) as Columns;
}
