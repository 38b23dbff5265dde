/**
 * How fast the feed takes what it is given, in one process, without sockets: `npx tsx feed/test/throughput.ts`.
 *
 * The parser over a whole capture (read, units, synchronisation, facts to a sink that does nothing) beside JSON.parse alone
 * on the same texts; and the simulated feed's cost per fact. Median of several rounds; the addon is used where it is built.
 */
import { readMessage } from "../src/provider/binance/message.js";
import { SymbolFeed } from "../src/provider/binance/symbol-feed.js";
import { BUILT_IN_SPOT_RULES, SIMULATED_INSTRUMENTS, spotInstrument } from "../src/instruments.js";
import type { MarketSink } from "../src/market-sink.js";
import { SimulatedProvider } from "../src/provider/simulated.js";
import { CaptureTruth, haveCaptures } from "./capture-truth.js";
import { haveCore, startTestCore } from "./market-store.js";

const ROUNDS = 15;

const nothing: MarketSink = {
  level: () => undefined,
  trade: () => undefined,
  reset: () => undefined,
  state: () => undefined,
  flush: () => undefined,
};

/** Median time of a round, seconds. */
function median(round: () => void): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const begin = process.hrtime.bigint();
    round();
    return Number(process.hrtime.bigint() - begin) / 1e9;
  });
  return times.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
}

const perSecond = (count: number, seconds: number): string => `${Math.round(count / seconds).toLocaleString("en")}/s`;

function measureParser(name: string, sink: MarketSink, words: string): void {
  const truth = new CaptureTruth(name);
  const rules = BUILT_IN_SPOT_RULES.find((other) => other.symbol === truth.symbol);
  if (rules === undefined) throw new Error(`no rules of ${truth.symbol}`);
  const instrument = spotInstrument(rules, truth.symbol === "BTCUSDT" ? 101 : 102);
  const useful = truth.messages.filter((message) => !message.stream.includes("@bookTicker")).map((message) => message.text);
  const all = truth.messages.map((message) => message.text);
  const feedAll = (texts: readonly string[]) => (): void => {
    const feed = new SymbolFeed({ instrument, sink, onSnapshotNeeded: () => undefined, eventTime: (tsMs) => tsMs });
    feed.onSnapshot({ e: "snapshot", ...truth.snapshot });
    for (const text of texts) {
      const message = readMessage(text);
      if (message === "ignored" || message === "malformed" || message.e === "snapshot") continue;
      if (message.e === "depthUpdate") feed.onDepthUpdate(message);
      else feed.onTrade(message);
    }
  };
  const parseAll = (texts: readonly string[]) => (): void => {
    for (const text of texts) JSON.parse(text);
  };
  const [feedS, parseS] = [median(feedAll(useful)), median(parseAll(useful))];
  console.log(
    `${truth.symbol}, ${words}: ${useful.length} updates and trades, feed ${perSecond(useful.length, feedS)}, ` +
      `JSON.parse alone ${perSecond(useful.length, parseS)}, time ratio ${(feedS / parseS).toFixed(2)}`,
  );
  const [allS, allParseS] = [median(feedAll(all)), median(parseAll(all))];
  console.log(
    `${truth.symbol}, ${words}: ${all.length} with tickers skipped, feed ${perSecond(all.length, allS)}, ` +
      `JSON.parse alone ${perSecond(all.length, allParseS)}, time ratio ${(allS / allParseS).toFixed(2)}`,
  );
}

function measureSimulated(sink: MarketSink, words: string): void {
  let nowMs = Date.now();
  const known = SIMULATED_INSTRUMENTS.map((instrument) => ({ ...instrument, lastTicks: 20_000 * instrument.instrument ** 2 }));
  const provider = new SimulatedProvider({
    seed: 1,
    ticksPerSecond: 10_000,
    instruments: SIMULATED_INSTRUMENTS,
    known,
    now: () => nowMs,
  });
  provider.open(sink);
  const seconds = median(() => {
    for (let turn = 0; turn < 250; turn += 1) {
      nowMs += 12;
      provider.advance(nowMs);
    }
  });
  // Three seconds of the simulated clock at 10,000 a second.
  console.log(
    `simulated, ${words}: 30,000 facts in 250 turns take ${(seconds * 1e3).toFixed(1)} ms, ${perSecond(30_000, seconds)}, ${((seconds / 3) * 100).toFixed(1)} % of a core at 10,000/s`,
  );
}

if (haveCaptures) measureParser("spot_btcusdt_20240808", nothing, "no sink");
if (haveCaptures) measureParser("spot_ethusdt_20240808", nothing, "no sink");
measureSimulated(nothing, "no sink");
if (haveCore) {
  const instruments = [
    ...SIMULATED_INSTRUMENTS,
    ...BUILT_IN_SPOT_RULES.map((rules, index) => spotInstrument(rules, 101 + index)),
  ];
  const core = await startTestCore(instruments);
  measureSimulated(core.storeOf(1).sink, "into the core");
  if (haveCaptures) measureParser("spot_btcusdt_20240808", core.storeOf(101).sink, "into the core");
  core.stop();
}
