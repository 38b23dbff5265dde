/** Bar by bar: ours, natively, against the streams of npm packages, round by round over the same bars. */
import { type Check, type Figure, figureOf, geometricMean, ratiosOf, type SuiteResult } from "../figure.js";
import { difference } from "./batch.js";
import { askInTurn, type Contestant, npmStreams, ours } from "./contestants.js";
import { writeBars } from "./series.js";

const BAR_COUNT = 300_000;
const REPEATS = 3;
const RELATIVE_MAX = 1e-6;

/** G8b: the geometric mean, and no single one below the second. */
const GOAL_MEAN = { "trading-signals": 15, technicalindicators: 30 } as const;
const GOAL_EACH = 4;

type Library = keyof typeof GOAL_MEAN;

interface Stream {
  readonly name: string;
  readonly parameters: readonly number[];
  /** Their outputs in our order, in small letters. */
  readonly fields: readonly string[];
  /** What we know of theirs: then only the time is compared. */
  readonly differs?: string;
}

const MAIN: readonly Stream[] = [
  { name: "sma", parameters: [20], fields: [] },
  { name: "ema", parameters: [20], fields: [] },
  { name: "rsi", parameters: [14], fields: [] },
  { name: "macd", parameters: [12, 26, 9], fields: ["macd", "signal", "histogram"] },
  { name: "bollinger", parameters: [20, 2], fields: ["upper", "middle", "lower"] },
  { name: "atr", parameters: [14], fields: [] },
];

const STREAMS: Readonly<Record<Library, readonly Stream[]>> = {
  "trading-signals": [
    ...MAIN,
    { name: "wma", parameters: [20], fields: [] },
    { name: "cci", parameters: [14], fields: [] },
    { name: "adx", parameters: [14], fields: [] },
  ],
  technicalindicators: MAIN.map((stream) =>
    stream.name === "rsi" ? { ...stream, differs: "it rounds to two decimals" } : stream,
  ),
};

/** A result of theirs as numbers in our order. */
function numbersOf(last: unknown, fields: readonly string[]): number[] {
  if (typeof last === "number") return [last];
  const named = Object.entries(last as Record<string, unknown>).map(([name, value]) => [name.toLowerCase(), value] as const);
  const byName = new Map(named);
  return fields.map((field) => Number(byName.get(field)));
}

/** What is left of a stream where its window only adds: the floor below all of ours. */
async function floor(mine: Contestant, rounds: number): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++)
    times.push((await mine.ask({ mode: "floor", name: "floor", parameters: [], repeats: REPEATS })).nsPerBar);
  return figureOf("stream, a window that only adds: ours, per bar", "ns, two places", times);
}

export async function streaming(rounds: number): Promise<SuiteResult> {
  const path = writeBars(BAR_COUNT);
  const mine = await ours(path);
  const theirs = npmStreams(path);
  const figures: Figure[] = [];
  const checks: Check[] = [];
  try {
    figures.push(await floor(mine, rounds));
    for (const library of Object.keys(STREAMS) as Library[]) {
      const ofMain: (readonly number[])[] = [];
      const ofLibrary: Figure[] = [];
      for (const { name, parameters, fields, differs } of STREAMS[library]) {
        const { times, worst } = await askInTurn(
          [mine, theirs],
          { mode: "stream", library, name, parameters, repeats: REPEATS },
          rounds,
          (one, other) => difference(one as number[], numbersOf(other, fields)),
        );
        const ratios = ratiosOf(times[1], times[0]);
        const label = [name, ...parameters].join(" ");
        if (MAIN.some((stream) => stream.name === name)) ofMain.push(ratios);
        ofLibrary.push(
          figureOf(`stream ${label}: ${library} / ours`, "ratio", ratios, { atLeast: GOAL_EACH }),
          figureOf(`stream ${label}: ours, per bar`, "ns, two places", times[0]),
        );
        const detail = `last values differ by ${worst.toExponential(1)}${differs === undefined ? "" : `: ${differs}`}`;
        checks.push({ name: `stream ${label} ${library}`, passed: worst <= RELATIVE_MAX || differs !== undefined, detail });
      }
      const means = Array.from({ length: rounds }, (_, round) =>
        geometricMean(ofMain.map((ratios) => ratios[round] ?? Number.NaN)),
      );
      const goal = { atLeast: GOAL_MEAN[library] };
      figures.push(figureOf(`stream, ${library} / ours, geometric mean of ${MAIN.length}`, "ratio", means, goal), ...ofLibrary);
    }
  } finally {
    await mine.stop();
    await theirs.stop();
  }
  return { figures, checks };
}
