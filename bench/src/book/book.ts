/**
 * The engine's book on one order flow, in turn, round by round: natively, with one call from Node for each operation, and with batches;
 * beside two npm packages, the naive book of trees and queues, and the bare bound: the least that a book can be. Everyone's trades and the
 * book they leave behind are checked in every round. A package takes the first operations of the flow only, as many as a second or two allow:
 * for the ratio to it ours is timed on the same ones.
 */
import { Child } from "../child.js";
import { barsOf, type Figure, figureOf, type Goal, ratiosOf, type Samples, type SuiteResult } from "../figure.js";
import type { Parts, RunOptions } from "../suite.js";
import { BOOK_PROGRAM, type Flow, firstOf, type Outcome, outcomeOf, type Run, readFlow } from "./flow.js";
import { throughLimitOrderBook } from "./limit-order-book.js";
import { throughNodejsOrderBook } from "./nodejs-order-book.js";
import { throughNode, type Way } from "./through-node.js";

const SEED = 42;
const OP_COUNT = 1_000_000;
const OP_COUNT_QUICK = 200_000;
const BATCH = 64;
/** Timed operations that a package takes. */
const NODEJS_OPS_MAX = 200_000;
const LIMIT_OPS_MAX = 20_000;

const GOALS = { native: 120, perOp: 80, batches: 120, p99: 6, p999: 16 } as const;
const HIGHER = { better: "higher" } as const;
const NODEJS = "nodejs-order-book";

interface NativeRound {
  readonly opsPerSecond: number;
  readonly latencyNs: { readonly p50: number; readonly p99: number; readonly p999: number };
  readonly outcome: Outcome;
}

const NAMES = {
  native: "natively",
  batches: `batches of ${BATCH} from Node`,
  oneByOne: `batches of ${BATCH} from Node, written one by one`,
  perOp: "one call from Node per operation",
  bound: "bare bound",
  naive: "naive book",
  nodejs: NODEJS,
  limit: "limit-order-book",
} as const;
type Contestant = keyof typeof NAMES;
type Rates = Readonly<Record<Contestant, number[]>>;
type Package = "nodejs" | "limit";
/** Ours from Node: how many operations a call, and how they are written. */
const FROM_NODE = {
  perOp: { batch: 1, written: "one by one" },
  batches: { batch: BATCH, written: "as records" },
  oneByOne: { batch: BATCH, written: "one by one" },
} as const satisfies Partial<Record<Contestant, Way>>;
type NodeContestant = keyof typeof FROM_NODE;
const ON_NODE = Object.keys(FROM_NODE) as NodeContestant[];

/** Ours beside packages. */
const BESIDE = [
  { of: "native", to: "nodejs", goal: { atLeast: GOALS.native } },
  { of: "perOp", to: "nodejs", goal: { atLeast: GOALS.perOp } },
  { of: "batches", to: "nodejs", goal: { atLeast: GOALS.batches } },
  { of: "oneByOne", to: "nodejs", goal: HIGHER },
  { of: "native", to: "limit", goal: HIGHER },
] as const satisfies readonly { readonly of: Contestant; readonly to: Package; readonly goal: Goal }[];

/** One of them, with our rates on the operations that the package takes, and how many those are. */
interface Beside {
  readonly of: "native" | NodeContestant;
  readonly to: Package;
  readonly goal: Goal;
  readonly rates: number[];
}

export const BOOK_PARTS: Parts = { book };

async function book(rounds: number, options: RunOptions): Promise<SuiteResult> {
  const source =
    options.ops === undefined
      ? ["--seed", String(SEED), "--count", String(options.isQuick ? OP_COUNT_QUICK : OP_COUNT)]
      : ["--file", options.ops];
  const flow = await readFlow(source);
  const ours = (part: Flow) => throughNode(part, FROM_NODE.batches);
  const parts: Readonly<Record<Package, Flow>> = {
    nodejs: firstOf(flow, NODEJS_OPS_MAX, ours),
    limit: firstOf(flow, LIMIT_OPS_MAX, ours),
  };
  const rates: Rates = { native: [], batches: [], oneByOne: [], perOp: [], bound: [], naive: [], nodejs: [], limit: [] };
  // Of a flow that a package takes whole, our rates are already there.
  const beside = BESIDE.map((each): Beside => ({ ...each, rates: parts[each.to] === flow ? rates[each.of] : [] }));
  const tails = { p50: [] as number[], p99: [] as number[], p999: [] as number[] };
  const wrong: string[] = [];
  const check = (name: Contestant, found: Partial<Outcome>, { expected }: Flow): void => {
    const isRight = Object.entries(found).every(([field, value]) => value === expected[field as keyof Outcome]);
    if (!isRight) wrong.push(`${NAMES[name]}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
  };
  const take = (name: Contestant, perSecond: number, found: Partial<Outcome>, of: Flow): void => {
    rates[name].push(perSecond);
    check(name, found, of);
  };
  for (let round = 0; round < rounds; round++) {
    for (const [name, which] of [
      ["native", "engine"],
      ["bound", "bound"],
      ["naive", "naive"],
    ] as const) {
      const { opsPerSecond, latencyNs, outcome } = await nativeRound(source, which);
      take(name, opsPerSecond, outcomeOf(outcome), flow);
      if (name === "native") for (const key of ["p50", "p99", "p999"] as const) tails[key].push(latencyNs[key]);
    }
    for (const name of ON_NODE) {
      const { perSecond, outcome } = throughNode(flow, FROM_NODE[name]);
      take(name, perSecond, outcome, flow);
    }
    const { perSecond, trades, resting } = throughNodejsOrderBook(parts.nodejs);
    take("nodejs", perSecond, { trades, resting }, parts.nodejs);
    const limit = throughLimitOrderBook(parts.limit);
    take("limit", limit.perSecond, limit.outcome, parts.limit);
    for (const { of, to, rates: taken } of beside) {
      const part = parts[to];
      if (part === flow) continue;
      const { perSecond, outcome } = await onFirst(of, part, source);
      taken.push(perSecond);
      check(of, outcome, part);
    }
  }
  const { trades, volume, hash, resting } = flow.expected;
  const detail = wrong[0] ?? `${trades} trades, volume ${volume}, hash ${hash}, ${resting} resting`;
  const samples = (name: Contestant): Samples => {
    const { timed, prefill } = name === "nodejs" || name === "limit" ? parts[name] : flow;
    return { n: timed, warmUp: prefill };
  };
  return {
    checks: [{ name: "book: trades, volume, hash and resting orders", passed: wrong.length === 0, detail }],
    charts: [
      barsOf(
        "Order book, operations a second",
        "per second",
        (Object.keys(NAMES) as Contestant[]).map((name) => [NAMES[name], rates[name]] as const),
      ),
    ],
    figures: [
      ...besideFigures(beside, rates, samples),
      ...ratioFigures(rates, samples),
      ...tailFigures(tails, samples("native")),
      ...rateFigures(rates, samples),
    ],
  };
}

async function nativeRound(source: readonly string[], which: string): Promise<NativeRound> {
  return JSON.parse(await new Child(BOOK_PROGRAM, [...source, "--rounds", "1", "--book", which]).output()) as NativeRound;
}

/** Ours on the operations that a package takes. */
async function onFirst(of: Beside["of"], part: Flow, source: readonly string[]): Promise<Run> {
  if (of !== "native") return throughNode(part, FROM_NODE[of]);
  const { opsPerSecond, outcome } = await nativeRound([...source, "--first", String(part.timed)], "engine");
  return { perSecond: opsPerSecond, outcome: outcomeOf(outcome) };
}

/** The ratios, and where they are not of the whole flow ours on the same operations, so that they can be worked out. */
function besideFigures(beside: readonly Beside[], rates: Rates, samples: (name: Contestant) => Samples): readonly Figure[] {
  return beside.flatMap(({ of, to, goal, rates: ours }) => {
    const name = `book, ${NAMES[of]} / ${NAMES[to]}`;
    const ratio = figureOf(name, "ratio", ratiosOf(ours, rates[to]), goal, samples(to));
    if (ours === rates[of]) return [ratio];
    const first = `book, ${NAMES[of]}, on what ${NAMES[to]} takes`;
    return [ratio, figureOf(first, "per second", ours, undefined, samples(to))];
  });
}

function ratioFigures(rates: Rates, samples: (name: Contestant) => Samples): readonly Figure[] {
  const ratio = (of: Contestant, to: Contestant, goal: Goal) =>
    figureOf(`book, ${NAMES[of]} / ${NAMES[to]}`, "ratio", ratiosOf(rates[of], rates[to]), goal, samples(to));
  return [ratio("native", "naive", HIGHER), ratio("native", "bound", HIGHER)];
}

function tailFigures(tails: Readonly<Record<"p50" | "p99" | "p999", number[]>>, samples: Samples): readonly Figure[] {
  const name = "book, natively:";
  return [
    figureOf(`${name} p99 / p50 of an operation`, "ratio", ratiosOf(tails.p99, tails.p50), GOALS.p99, samples),
    figureOf(`${name} p99.9 / p50 of an operation`, "ratio", ratiosOf(tails.p999, tails.p50), GOALS.p999, samples),
    figureOf(`${name} p50 of an operation`, "ns", tails.p50, undefined, samples),
  ];
}

const rateFigures = (rates: Rates, samples: (name: Contestant) => Samples): readonly Figure[] =>
  (Object.keys(NAMES) as Contestant[]).map((name) =>
    figureOf(`book, ${NAMES[name]}`, "per second", rates[name], undefined, samples(name)),
  );
