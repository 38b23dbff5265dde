/**
 * `feed-rates.js <capture.gz> <folder> <rounds>`: how many messages a second the adapter takes from a capture, with facts that go nowhere and
 * with facts that go into the core, beside `JSON.parse` of the same texts. Prints one line of JSON.
 *
 * Before that the capture is played once and the book in the core compared with what is expected of it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { execute, MarketBatch, queryBook, startCore, stopCore } from "@jware/core-native";
import { loadBinanceParts, type Sink } from "./binance-parts.js";

const [, , file, folder, rounds] = process.argv;
if (file === undefined || folder === undefined || rounds === undefined) throw new Error("capture, folder and rounds are needed");

type Levels = readonly (readonly [price: string, qty: string])[];

interface Expected {
  readonly trades: number;
  readonly checkpoints: readonly { readonly after_u: number; readonly bids: Levels; readonly asks: Levels }[];
}

export interface FeedRates {
  readonly messages: number;
  readonly bytes: number;
  readonly wrong: readonly string[];
  readonly checkpoints: number;
  /** Messages a second, by round. */
  readonly parse: readonly number[];
  readonly adapter: readonly number[];
  readonly core: readonly number[];
}

const texts = gunzipSync(readFileSync(file))
  .toString("utf8")
  .trimEnd()
  .split("\n")
  .map((line) => line.slice(line.indexOf(" ") + 1));
const symbol = /"stream":"(\w+)@/.exec(texts.find((text) => text.includes('"stream"')) ?? "")?.[1]?.toUpperCase() ?? "";
const { instrument, currencies, readMessage, newFeed } = await loadBinanceParts(symbol);
// Tickers are not read by the adapter: they would flatter it.
const useful = texts.filter((text) => !text.includes("@bookTicker"));
const nothing: Sink = {
  level: () => undefined,
  trade: () => undefined,
  reset: () => undefined,
  state: () => undefined,
  flush: () => undefined,
};

startCore({ journalDir: join(folder, "journal"), ackMode: "memory" });
for (const currency of currencies) execute({ kind: "defineCurrency", ...currency });
const defined = execute({ kind: "defineInstrument", ...instrument });
if (!defined.ok) throw new Error(defined.text);

const wrong = differences(JSON.parse(readFileSync(file.replace(/\.gz$/, ".expected.json"), "utf8")) as Expected);
const rates = { parse: [] as number[], adapter: [] as number[], core: [] as number[] };
// The first round warms the code of each.
for (let round = 0; round <= Number(rounds); round++) {
  const parse = rateOf(() => {
    for (const text of useful) JSON.parse(text);
  });
  const adapter = rateOf(() => play(nothing));
  const core = rateOf(() => play(new MarketBatch()));
  if (round === 0) continue;
  rates.parse.push(parse);
  rates.adapter.push(adapter);
  rates.core.push(core);
}
stopCore();
const bytes = useful.reduce((sum, text) => sum + text.length, 0);
const checkpoints = (JSON.parse(readFileSync(file.replace(/\.gz$/, ".expected.json"), "utf8")) as Expected).checkpoints.length;
const result: FeedRates = { messages: useful.length, bytes, wrong, checkpoints, ...rates };
process.stdout.write(`${JSON.stringify(result)}\n`);

/** The whole capture through a fresh feed. */
function play(sink: Sink, onUpdate?: (u: number) => void): void {
  const feed = newFeed(sink);
  for (const text of useful) {
    const message = readMessage(text);
    if (message === "ignored" || message === "malformed") continue;
    if (message.e === "trade") feed.onTrade(message);
    else if (message.e === "snapshot") feed.onSnapshot(message);
    else {
      feed.onDepthUpdate(message);
      onUpdate?.(message.u);
    }
  }
}

function rateOf(work: () => void): number {
  const startedMs = performance.now();
  work();
  return (useful.length / (performance.now() - startedMs)) * 1e3;
}

/** Plays it into the core, and compares the book at each checkpoint and the number of trades. */
function differences({ trades, checkpoints }: Expected): readonly string[] {
  const found: string[] = [];
  let tradeCount = 0;
  const batch = new MarketBatch();
  const counting: Sink = {
    level: (...fact) => batch.level(...fact),
    trade: (...fact) => {
      tradeCount += 1;
      batch.trade(...fact);
    },
    reset: (...fact) => batch.reset(...fact),
    state: (...fact) => batch.state(...fact),
    flush: () => batch.flush(),
  };
  play(counting, (u) => {
    const expected = checkpoints.find((checkpoint) => checkpoint.after_u === u);
    if (expected === undefined) return;
    const book = queryBook(instrument.instrument, expected.bids.length);
    const [bids, asks] = [unitsOf(expected.bids), unitsOf(expected.asks)];
    if (JSON.stringify([book?.bids, book?.asks]) !== JSON.stringify([bids, asks])) found.push(`the book after ${u}`);
  });
  if (tradeCount !== trades) found.push(`${tradeCount} trades of ${trades}`);
  return found;
}

function unitsOf(levels: Levels): readonly (readonly [number, number])[] {
  const { priceDecimals, tickMantissa, qtyDecimals, lotMantissa } = instrument;
  const units = (text: string, decimals: number, mantissa: number) => Math.round((Number(text) * 10 ** decimals) / mantissa);
  return levels.map(([price, qty]) => [units(price, priceDecimals, tickMantissa), units(qty, qtyDecimals, lotMantissa)]);
}
