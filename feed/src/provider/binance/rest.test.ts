import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { DATA } from "../../../test/capture-truth.js";
import { PlainBook } from "../../../test/plain-book.js";
import { BUILT_IN_SPOT_RULES, spotInstrument } from "../../instruments.js";
import { putHistory } from "./history.js";
import { BinanceRest, RestError } from "./rest.js";

const never = new AbortController().signal;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A server that gives one answer after the other, the last one for ever; returns its client and the paths asked for. */
async function serve(...answers: readonly Answer[]): Promise<{ rest: BinanceRest; paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(paths.length, answers.length - 1)];
    paths.push(request.url ?? "");
    response.writeHead(answer?.status ?? 200, { ...answer?.headers }).end(answer?.body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { rest: new BinanceRest(`http://127.0.0.1:${address.port}/`), paths };
}

const symbolEntry = (symbol: string, tickSize: string, stepSize: string): unknown => ({
  symbol,
  baseAsset: symbol.slice(0, -4),
  quoteAsset: symbol.slice(-4),
  filters: [
    { filterType: "PRICE_FILTER", minPrice: tickSize, maxPrice: "1000.0", tickSize },
    { filterType: "LOT_SIZE", minQty: stepSize, maxQty: "9000.00000000", stepSize },
  ],
});

describe("symbol rules", () => {
  it("are ticks and lots as the venue prints them", async () => {
    const symbols = [symbolEntry("BTCUSDT", "0.01000000", "0.00001000"), symbolEntry("QTRUSDT", "0.25000000", "10.00000000")];
    const { rest, paths } = await serve({ body: JSON.stringify({ symbols }) });
    const rules = await rest.rules(["QTRUSDT", "BTCUSDT"], never);
    expect(rules.map(({ symbol, tick, lot, qtyLotsMin, qtyLotsMax }) => [symbol, tick, lot, qtyLotsMin, qtyLotsMax])).toEqual([
      ["QTRUSDT", { decimals: 2, mantissa: 25 }, { decimals: 0, mantissa: 10 }, 1, 900],
      ["BTCUSDT", { decimals: 2, mantissa: 1 }, { decimals: 5, mantissa: 1 }, 1, 900_000_000],
    ]);
    expect(decodeURIComponent(paths[0] ?? "")).toBe('/api/v3/exchangeInfo?symbols=["QTRUSDT","BTCUSDT"]');
  });

  it("of an unknown symbol, or without a tick, are a clear error", async () => {
    const unknown = await serve({ status: 400, body: '{"code":-1121,"msg":"Invalid symbol."}' });
    await expect(unknown.rest.rules(["NOSUCH"], never)).rejects.toMatchObject({ code: "FEED_ERR_SYMBOL_UNKNOWN" });
    const absent = await serve({ body: '{"symbols":[]}' });
    await expect(absent.rest.rules(["BTCUSDT"], never)).rejects.toMatchObject({ code: "FEED_ERR_SYMBOL_UNKNOWN" });
    const bare = await serve({ body: '{"symbols":[{"symbol":"BTCUSDT","baseAsset":"BTC","quoteAsset":"USDT","filters":[]}]}' });
    await expect(bare.rest.rules(["BTCUSDT"], never)).rejects.toMatchObject({ code: "FEED_ERR_SYMBOL_UNUSABLE" });
  });

  const sample = new URL("protocol/binance-py/http_responses/http_spot_market_exchange_info.json", DATA);
  it.skipIf(!existsSync(sample))("of a recorded answer equal the built-in ones in tick and lot", async () => {
    const { rest } = await serve({ body: readFileSync(sample, "utf8") });
    const rules = await rest.rules(["BTCUSDT", "ETHUSDT"], never);
    for (const [index, built] of BUILT_IN_SPOT_RULES.entries()) {
      expect(rules[index]).toMatchObject({ symbol: built.symbol, tick: built.tick, lot: built.lot, quoteAsset: "USDT" });
    }
  });
});

describe("a snapshot request", () => {
  it("asks for the venue's full depth and takes only a snapshot for an answer", async () => {
    const { rest, paths } = await serve(
      { body: '{"lastUpdateId":7,"bids":[["1.0","2"]],"asks":[]}' },
      { body: "[]" },
      { body: "{" },
    );
    expect(await rest.snapshot("BTCUSDT", never)).toMatchObject({ lastUpdateId: 7, bids: [["1.0", "2"]] });
    expect(paths[0]).toBe("/api/v3/depth?symbol=BTCUSDT&limit=5000");
    await expect(rest.snapshot("BTCUSDT", never)).rejects.toThrow(RestError);
    await expect(rest.snapshot("BTCUSDT", never)).rejects.toThrow(RestError);
  });

  it.each([429, 418])("waits as long as a %i says, and can be called off meanwhile", async (status) => {
    const { rest, paths } = await serve({ status, headers: { "retry-after": "3600" }, body: "{}" });
    await expect(rest.snapshot("BTCUSDT", never)).rejects.toMatchObject({ status });
    const calledOff = new AbortController();
    const waiting = rest.snapshot("BTCUSDT", calledOff.signal);
    calledOff.abort();
    await expect(waiting).rejects.toThrow();
    expect(paths).toHaveLength(1);
    expect(rest.rateLimitedCount).toBe(1);
  });
});

describe("history", () => {
  const [rules] = BUILT_IN_SPOT_RULES;
  if (rules === undefined) throw new Error("there are built-in rules");
  const instrument = spotInstrument(rules, 101);
  const kline = (minute: number, ...texts: string[]): unknown[] => [minute * 60_000, ...texts, minute * 60_000 + 59_999];

  it("becomes trades with each bar's open, high, low, close and volume, and leaves out the running bar", async () => {
    const body = JSON.stringify([
      kline(0, "10.00", "12.00", "9.00", "11.00", "1.00003"),
      kline(1, "11.00", "11.50", "8.00", "8.50", "2.00000000"),
      kline(2, "8.50", "8.50", "8.50", "8.50", "0.00003"),
      kline(3, "8.50", "8.50", "8.50", "8.50", "0.00000000"),
      kline(4, "8.50", "9.00", "8.00", "8.70", "5.0"),
    ]);
    const { rest } = await serve({ body });
    const trades: [number, number, number][] = [];
    const book = new PlainBook();
    const sink = Object.assign(book, {
      trade: (_: number, __: number, price: number, qty: number, tsMs: number) => trades.push([tsMs, price, qty]),
    });
    expect(putHistory(await rest.klines("BTCUSDT", never), instrument, sink, 4 * 60_000 + 30_000)).toBe(3);
    expect(trades).toEqual([
      [0, 1000, 25_000],
      [15_000, 900, 25_000],
      [30_000, 1200, 25_000],
      [45_000, 1100, 25_003],
      [60_000, 1100, 50_000],
      [75_000, 1150, 50_000],
      [90_000, 800, 50_000],
      [105_000, 850, 50_000],
      [120_000, 850, 3],
    ]);
  });

  it("that is no list of bars is an error for the caller to live with", async () => {
    const { rest } = await serve({ body: "{}" }, { body: '[["x"]]' });
    await expect(rest.klines("BTCUSDT", never)).rejects.toThrow(RestError);
    await expect(rest.klines("BTCUSDT", never)).rejects.toThrow(RestError);
  });
});
