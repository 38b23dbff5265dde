import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BookChecker } from "../../test/book-checker.js";
import { CaptureTruth, captureFile, haveCaptures } from "../../test/capture-truth.js";
import { plainStore } from "../../test/market-store.js";
import { until } from "../../test/until.js";
import { FeedError } from "../feed-error.js";
import { BOOK_STATE } from "../market-sink.js";
import { checkFeedOptions } from "./check.js";
import { openProvider } from "./open.js";
import { readCapture } from "./replay/capture-file.js";
import { ReplayProvider } from "./replay.js";

if (!haveCaptures) console.log("skipped: the recorded Binance captures are not beside the project (../shared/data)");

const log = pino({ level: "silent" });
const folder = mkdtempSync(join(tmpdir(), "jware-replay-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SNAPSHOT = '{"lastUpdateId":10,"bids":[["1.00","1"]],"asks":[["2.00","1"]]}';
const stream = (data: string): string => `{"stream":"btcusdt@depth@100ms","data":${data}}`;
const depth = (first: number, last: number, symbol = "BTCUSDT", extra = ""): string =>
  stream(`{"e":"depthUpdate","E":1723161255208,"s":"${symbol}","U":${first},"u":${last},${extra}"b":[["1.01","2"]],"a":[]}`);
const line = (index: number, json: string): string => `${1723161253937 + index}000000 ${json}\n`;
const GOOD = line(0, SNAPSHOT) + line(1, depth(11, 12));

async function codeOf(content: string | Uint8Array): Promise<string> {
  const file = join(folder, "capture");
  writeFileSync(file, content);
  return failure(file);
}

async function failure(file: string): Promise<string> {
  try {
    await checkFeedOptions({ kind: "replay", file, speed: 1 }, []);
    return "none";
  } catch (error) {
    if (!(error instanceof FeedError)) throw error;
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    return error.code;
  }
}

describe("a replay file", () => {
  it.each<[string, string | Uint8Array, string]>([
    ["a good one", GOOD, "none"],
    ["a good one, gzip", gzipSync(GOOD), "none"],
    ["a good one with CRLF", GOOD.replaceAll("\n", "\r\n"), "none"],
    ["one without a newline at the end", GOOD.trimEnd(), "none"],
    ["empty", "", "FEED_ERR_REPLAY_EMPTY"],
    ["empty, gzip", gzipSync(""), "FEED_ERR_REPLAY_EMPTY"],
    ["gzip that is cut", gzipSync(GOOD.repeat(20)).subarray(0, -20), "FEED_ERR_REPLAY_CUT"],
    ["gzip that is cut to its first bytes", gzipSync(GOOD).subarray(0, 5), "FEED_ERR_REPLAY_CUT"],
    ["gzip that is damaged", damaged(gzipSync(GOOD.repeat(20))), "FEED_ERR_REPLAY_NOT_CAPTURE"],
    ["text that is cut in its last line", GOOD + line(2, depth(13, 14)).slice(0, -30), "FEED_ERR_REPLAY_CUT"],
    ["text that is cut in a time", `${GOOD}17231612539`, "FEED_ERR_REPLAY_CUT"],
    ["another text", "hello\nworld\n", "FEED_ERR_REPLAY_NOT_CAPTURE"],
    ["a CSV", "time,open\n1,2\n", "FEED_ERR_REPLAY_NOT_CAPTURE"],
    ["bytes", new Uint8Array([0, 1, 2, 250, 10, 3]), "FEED_ERR_REPLAY_NOT_CAPTURE"],
    ["a bad line in the middle", `${GOOD}oops\n${GOOD}`, "FEED_ERR_REPLAY_NOT_CAPTURE"],
    [
      "JSON that breaks off inside a line",
      `${GOOD}${line(2, '{"stream":"x@depth","data":')}${GOOD}`,
      "FEED_ERR_REPLAY_NOT_CAPTURE",
    ],
    ["a ticker that is no JSON", `${GOOD}${line(2, '{"stream":"x@bookTicker",}')}`, "FEED_ERR_REPLAY_NOT_CAPTURE"],
    ["no snapshot", line(0, depth(1, 2)), "FEED_ERR_REPLAY_NOT_CAPTURE"],
    ["a snapshot alone", line(0, SNAPSHOT), "FEED_ERR_REPLAY_NOT_CAPTURE"],
    ["two symbols", GOOD + line(2, depth(13, 14, "ETHUSDT")), "FEED_ERR_REPLAY_NOT_CAPTURE"],
    ["a symbol without rules", GOOD.replaceAll("BTCUSDT", "XYZUSDT"), "FEED_ERR_REPLAY_SYMBOL"],
    ["a futures market", line(0, SNAPSHOT) + line(1, depth(11, 12, "BTCUSDT", '"pu":10,')), "FEED_ERR_REPLAY_NOT_SPOT"],
  ])("that is %s", async (_, content, code) => {
    expect(await codeOf(content)).toBe(code);
  });

  it("that is missing, or a folder", async () => {
    expect(await failure(join(folder, "nowhere"))).toBe("FEED_ERR_REPLAY_NOT_FOUND");
    expect(await failure(folder)).toBe("FEED_ERR_REPLAY_UNREADABLE");
  });

  it("of another symbol than asked for", async () => {
    writeFileSync(join(folder, "capture"), GOOD);
    const options = { kind: "replay", file: join(folder, "capture"), speed: 1 } as const;
    await expect(checkFeedOptions(options, ["ETHUSDT"])).rejects.toMatchObject({ code: "FEED_ERR_REPLAY_SYMBOL" });
    const provider = await openProvider(options, { symbols: ["BTCUSDT"], known: [], log });
    expect(provider?.instruments.map((instrument) => instrument.instrument)).toEqual([101]);
  });

  it.skipIf(!haveCaptures)("of real futures, and a real one cut in half", async () => {
    const name = "usdm_btcusdt_20240808";
    expect(await failure(fileURLToPath(captureFile(name)))).toBe("FEED_ERR_REPLAY_NOT_SPOT");
    const bytes = readFileSync(captureFile("spot_btcusdt_20240808"));
    expect(await codeOf(bytes.subarray(0, bytes.length / 2))).toBe("FEED_ERR_REPLAY_CUT");
    const text = gunzipSync(bytes);
    expect(await codeOf(text.subarray(0, text.length / 2 + 7))).toBe("FEED_ERR_REPLAY_CUT");
  });
});

describe.skipIf(!haveCaptures).each([
  { name: "spot_btcusdt_20240808", tickerCount: 2_893 },
  { name: "spot_ethusdt_20240808", tickerCount: 2_672 },
])("playing $name", ({ name, tickerCount }) => {
  let truth: CaptureTruth;
  beforeAll(() => {
    truth = new CaptureTruth(name);
  });

  it("gives the recorded book and trades, ends, and starts over", async () => {
    const capture = await readCapture(fileURLToPath(captureFile(name)));
    const [instrument] =
      (await openProvider({ kind: "replay", file: fileURLToPath(captureFile(name)), speed: 1 }, { symbols: [], known: [], log }))
        ?.instruments ?? [];
    if (instrument === undefined) throw new Error("a replay has an instrument");
    const store = plainStore();
    const checker = new BookChecker(truth, store, instrument);
    const eventTimes: number[] = [];
    const trade = store.book.trade.bind(store.book);
    store.book.trade = (...fact: [number, 1 | 2, number, number, number?, number?]) => {
      eventTimes.push(fact[4] ?? 0);
      trade(fact[0], fact[1], fact[2], fact[3]);
    };
    // One second of this clock is a minute of the capture, and each look at it is 1 ms later.
    let nowMs = 1_000_000;
    const now = (): number => {
      nowMs += 10;
      return nowMs;
    };
    let rounds = 0;
    const onRoundEnd = (): boolean => {
      rounds += 1;
      checker.expectEnd();
      return rounds < 2;
    };
    const replay = new ReplayProvider({ capture, speed: 600, instrument, log, now, onRoundEnd });
    store.onFlush = () => {
      if (rounds === 0) checker.look(replay.lastUpdateId);
    };
    replay.start(store.sink);
    await until("two rounds were played", () => rounds === 2);
    expect(checker.tickerCount).toBe(tickerCount);
    expect(checker.checkpointCount).toBe(truth.expected.checkpoints.length);
    expect(store.book.tradeCount).toBe(2 * truth.expected.trades);
    // Stale in between, so that nothing fills while the market jumps back.
    const { RESYNCING, SYNCED, STALE } = BOOK_STATE;
    expect(store.book.states).toEqual([RESYNCING, RESYNCING, SYNCED, STALE, RESYNCING, RESYNCING, SYNCED]);
    // Event times begin with the clock, go at its pace and never back.
    const spanMs = (capture.recvTsMs.at(-1) ?? 0) - (capture.recvTsMs[0] ?? 0);
    expect(eventTimes[0]).toBeGreaterThanOrEqual(1_000_000);
    expect(eventTimes.every((tsMs, index) => tsMs >= (eventTimes[index - 1] ?? 0) - 1)).toBe(true);
    expect((eventTimes[truth.expected.trades - 1] ?? 0) - (eventTimes[0] ?? 0)).toBeLessThanOrEqual(spanMs / 600 + 1);
    await replay.stop();
    expect(store.state()).toBe(STALE);
  });
});

/** Flips bits in the middle of compressed data. */
function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.fill(0xff, 12, 24);
  return copy;
}
