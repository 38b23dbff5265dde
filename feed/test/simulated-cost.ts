/**
 * What a fact of the simulated feed costs, in one process, without sockets: `npx tsx feed/test/simulated-cost.ts`. Median of several
 * rounds; the addon is used where it is built. What a venue's messages cost is the bench's suite `feed`.
 */
import { SIMULATED_INSTRUMENTS } from "../src/instruments.js";
import type { MarketSink } from "../src/market-sink.js";
import { SimulatedProvider } from "../src/provider/simulated.js";
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

measureSimulated(nothing, "no sink");
if (haveCore) {
  const core = await startTestCore(SIMULATED_INSTRUMENTS);
  measureSimulated(core.storeOf(1).sink, "into the core");
  core.stop();
}
