/**
 * The engine's book against an npm package on one order flow, in turn, round by round: natively, with one call from Node for
 * each operation, and with batches. Everyone's trades and the book they leave behind are checked in every round.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BOOK_SIDE, OrderBook } from "@jware/core-native";
import { OrderBook as PeerBook, type ICancelOrder, type IProcessOrder, Side } from "nodejs-order-book";
import { Child } from "../child.js";
import { barsOf, type Check, figureOf, ratiosOf, type SuiteResult, withSamples } from "../figure.js";
import { ROOT } from "../root.js";
import type { Parts, RunOptions } from "../suite.js";

const SEED = 42;
const OP_COUNT = 1_000_000;
const OP_COUNT_QUICK = 200_000;
const BATCH = 64;
const RECORD_WORDS = 4;
const PEER = "nodejs-order-book";
/** A trade may fill many orders: room for the most that one operation gives at once is not known, so more is asked for. */
const TRADE_CAPACITY = 4_096;

const GOALS = { native: 120, perOp: 80, batches: 120, p99: 6, p999: 16 } as const;

interface Outcome {
  readonly trades: number;
  readonly volume: number;
  readonly hash: string;
  readonly resting: number;
}

interface Flow {
  readonly ops: Uint32Array;
  readonly prefill: number;
  readonly timed: number;
  readonly expected: Outcome;
}

interface NativeRound {
  readonly opsPerSecond: number;
  readonly latencyNs: { readonly p50: number; readonly p99: number; readonly p999: number };
  readonly outcome: Outcome;
}

export const BOOK_PARTS: Parts = { book };

async function book(rounds: number, options: RunOptions): Promise<SuiteResult> {
  const source =
    options.ops === undefined
      ? ["--seed", String(SEED), "--count", String(options.isQuick ? OP_COUNT_QUICK : OP_COUNT)]
      : ["--file", options.ops];
  const flow = await readFlow(source);
  const rates = { native: [] as number[], perOp: [] as number[], batches: [] as number[], peer: [] as number[] };
  const tails = { p50: [] as number[], p99: [] as number[], p999: [] as number[] };
  const wrong: string[] = [];
  const expect = (who: string, found: Outcome): void => {
    if (JSON.stringify(found) !== JSON.stringify(flow.expected)) wrong.push(`${who}: ${JSON.stringify(found)}`);
  };
  for (let round = 0; round < rounds; round++) {
    const native = await nativeRound(source);
    rates.native.push(native.opsPerSecond);
    tails.p50.push(native.latencyNs.p50);
    tails.p99.push(native.latencyNs.p99);
    tails.p999.push(native.latencyNs.p999);
    expect("natively", outcomeOf(native.outcome));
    for (const [name, batch] of [
      ["perOp", 1],
      ["batches", BATCH],
    ] as const) {
      const result = throughNode(flow, batch);
      rates[name].push(result.perSecond);
      expect(`batches of ${batch}`, result.outcome);
    }
    const peer = throughPeer(flow);
    rates.peer.push(peer.perSecond);
    const { trades, resting } = flow.expected;
    if (peer.trades !== trades || peer.resting !== resting) wrong.push(`${PEER}: ${peer.trades} trades, ${peer.resting} resting`);
  }
  const against = (name: "native" | "perOp" | "batches", label: string) =>
    figureOf(`book, ${label} / ${PEER}`, "ratio", ratiosOf(rates[name], rates.peer), { atLeast: GOALS[name] });
  const detail = `${flow.expected.trades} trades, volume ${flow.expected.volume}, hash ${flow.expected.hash}, ${flow.expected.resting} resting`;
  const checks: Check[] = [
    { name: "book: trades, volume, hash and resting orders", passed: wrong.length === 0, detail: wrong[0] ?? detail },
  ];
  return {
    checks,
    charts: [
      barsOf("Order book, operations a second", "per second", [
        ["natively", rates.native],
        [`batches of ${BATCH} from Node`, rates.batches],
        ["one call from Node for each", rates.perOp],
        [PEER, rates.peer],
      ]),
    ],
    figures: withSamples(
      [
        against("native", "natively"),
        against("perOp", "one call from Node per operation"),
        against("batches", `batches of ${BATCH} from Node`),
        figureOf("book, natively: p99 / p50 of an operation", "ratio", ratiosOf(tails.p99, tails.p50), GOALS.p99),
        figureOf("book, natively: p99.9 / p50 of an operation", "ratio", ratiosOf(tails.p999, tails.p50), GOALS.p999),
        figureOf("book, natively: p50 of an operation", "ns", tails.p50),
        figureOf("book, natively", "per second", rates.native),
        figureOf("book, one call from Node per operation", "per second", rates.perOp),
        figureOf(`book, batches of ${BATCH} from Node`, "per second", rates.batches),
        figureOf(`book, ${PEER}`, "per second", rates.peer),
      ],
      { n: flow.timed, warmUp: flow.prefill },
    ),
  };
}

const PROGRAM = join(ROOT, "target/release/bench-book");
const outcomeOf = ({ trades, volume, hash, resting }: Outcome): Outcome => ({ trades, volume, hash, resting });

async function nativeRound(source: readonly string[]): Promise<NativeRound> {
  return JSON.parse(await new Child(PROGRAM, [...source, "--rounds", "1"]).output()) as NativeRound;
}

async function readFlow(source: readonly string[]): Promise<Flow> {
  const folder = join(ROOT, "bench/results");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "ops.bin");
  const output = await new Child(PROGRAM, [...source, "--rounds", "0", "--write", path]).output();
  const { prefill, expected } = JSON.parse(output) as { prefill: number; expected: Outcome };
  const bytes = readFileSync(path);
  const ops = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return { ops, prefill, timed: ops.length / RECORD_WORDS - prefill, expected: outcomeOf(expected) };
}

/** The engine's book through the addon, so many operations per call. */
function throughNode({ ops, prefill, timed, expected }: Flow, batch: number): { perSecond: number; outcome: Outcome } {
  const ours = new OrderBook(BATCH, TRADE_CAPACITY);
  const told = new Uint32Array((expected.trades + TRADE_CAPACITY) * RECORD_WORDS);
  const { trades } = ours;
  let toldWords = 0;
  const run = (from: number, to: number): void => {
    for (let op = from; op < to; ) {
      for (const end = Math.min(op + batch, to); op < end; op++) {
        const at = op * RECORD_WORDS;
        const kindAndSide = ops[at] as number;
        const id = ops[at + 1] as number;
        const side = kindAndSide >> 8 === 1 ? BOOK_SIDE.buy : BOOK_SIDE.sell;
        const kind = kindAndSide & 255;
        if (kind === 1) ours.limit(id, side, ops[at + 2] as number, ops[at + 3] as number);
        else if (kind === 2) ours.immediate(id, side, 0, ops[at + 3] as number);
        else ours.cancel(id);
      }
      do {
        const words = ours.apply() * RECORD_WORDS;
        for (let word = 0; word < words; word++) told[toldWords + word] = trades[word] as number;
        toldWords += words;
      } while (ours.hasMore);
    }
  };
  run(0, prefill);
  toldWords = 0;
  const start = performance.now();
  run(prefill, prefill + timed);
  const seconds = (performance.now() - start) / 1_000;
  const outcome = { ...summary(told.subarray(0, toldWords)), resting: ours.restingCount };
  ours.close();
  return { perSecond: timed / seconds, outcome };
}

/** Number, volume and FNV-1a hash of trades. */
function summary(trades: Uint32Array): Omit<Outcome, "resting"> {
  let hash = 0x811c9dc5;
  let volume = 0;
  for (const [at, value] of trades.entries()) {
    if (at % RECORD_WORDS === RECORD_WORDS - 1) volume += value;
    for (let shift = 0; shift < 32; shift += 8) hash = Math.imul(hash ^ ((value >>> shift) & 255), 16777619);
  }
  return { trades: trades.length / RECORD_WORDS, volume, hash: (hash >>> 0).toString(16).padStart(8, "0") };
}

/** The npm package on the same operations; ids are its strings, made beforehand. */
function throughPeer({ ops, prefill, timed }: Flow): { perSecond: number; trades: number; resting: number } {
  const peer = new PeerBook();
  const names = Array.from({ length: prefill + timed }, (_, op) => String(ops[op * RECORD_WORDS + 1]));
  const live = new Set<string>();
  let trades = 0;
  const run = (from: number, to: number, isCounted: boolean): void => {
    for (let op = from; op < to; op++) {
      const at = op * RECORD_WORDS;
      const kindAndSide = ops[at] as number;
      const name = names[op] as string;
      const side = kindAndSide >> 8 === 1 ? Side.BUY : Side.SELL;
      const kind = kindAndSide & 255;
      if (kind === 3) {
        const canceled: ICancelOrder | undefined = peer.cancel(name);
        if (canceled !== undefined) live.delete(name);
        continue;
      }
      const size = ops[at + 3] as number;
      const result: IProcessOrder =
        kind === 1 ? peer.limit({ id: name, side, price: ops[at + 2] as number, size }) : peer.market({ id: name, side, size });
      const made = follow(result, name, kind === 1, live);
      if (isCounted) trades += made;
    }
  };
  run(0, prefill, false);
  const start = performance.now();
  run(prefill, prefill + timed, true);
  const seconds = (performance.now() - start) / 1_000;
  return { perSecond: timed / seconds, trades, resting: live.size };
}

/** Keeps count of what rests and tells how many trades there were: orders done but the taker, and one partly filled maker. */
function follow(result: IProcessOrder, name: string, rests: boolean, live: Set<string>): number {
  let trades = 0;
  let isDone = false;
  for (const order of result.done) {
    if (order.id === name) {
      isDone = true;
    } else {
      trades += 1;
      live.delete(order.id);
    }
  }
  if (result.partial !== null && result.partial.id !== name) trades += 1;
  if (rests && !isDone) live.add(name);
  return trades;
}
