import { createServer, type Server } from "node:http";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { plainStore } from "../../test/market-store.js";
import { until } from "../../test/until.js";
import { BUILT_IN_SPOT_RULES, type KnownInstrument, spotInstrument } from "../instruments.js";
import { BOOK_STATE } from "../market-sink.js";
import { openProvider } from "./open.js";

const log = pino({ level: "silent" });
/** Nothing listens there. */
const NOWHERE = { kind: "binance", restBase: "http://127.0.0.1:1", streamBase: "ws://127.0.0.1:1" } as const;

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  server = undefined;
});

/** A venue that only tells its rules. */
async function venueWith(tickSize: string, stepSize: string): Promise<string> {
  const filters = [
    { filterType: "PRICE_FILTER", tickSize },
    { filterType: "LOT_SIZE", minQty: stepSize, maxQty: "100.00000000", stepSize },
  ];
  const body = JSON.stringify({ symbols: [{ symbol: "BTCUSDT", baseAsset: "BTC", quoteAsset: "USDT", filters }] });
  const opened = createServer((_, response) => response.end(body));
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, "127.0.0.1", resolve));
  const address = opened.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

const [btc] = BUILT_IN_SPOT_RULES;
if (btc === undefined) throw new Error("there are built-in rules");
const knownBtc: KnownInstrument = { ...spotInstrument(btc, 101), lastTicks: 1 };

describe("opening a feed", () => {
  it("none gives no provider, simulated the markets asked for", async () => {
    expect(await openProvider({ kind: "none" }, { symbols: [], known: [], log })).toBeUndefined();
    const simulated = { kind: "simulated", seed: 1, ticksPerSecond: 60 } as const;
    const some = await openProvider(simulated, { symbols: ["EUR-USD", "ACME"], known: [], log });
    expect(some?.instruments.map(({ instrument }) => instrument)).toEqual([3, 2]);
    const wrong = openProvider(simulated, { symbols: ["DOGE"], known: [], log });
    await expect(wrong).rejects.toMatchObject({ code: "FEED_ERR_SYMBOL_UNKNOWN" });
  });

  it("uses built-in rules where the venue does not answer, and says so where there are none", async () => {
    const provider = await openProvider(NOWHERE, { symbols: [], known: [], log });
    expect(provider?.instruments.map(({ instrument, symbol }) => [instrument, symbol])).toEqual([
      [101, "BTCUSDT"],
      [102, "ETHUSDT"],
    ]);
    const other = openProvider(NOWHERE, { symbols: ["SOLUSDT"], known: [], log });
    await expect(other).rejects.toMatchObject({ code: "FEED_ERR_VENUE_UNREACHABLE" });
  });

  it("is degraded and stale while the venue is away, and stops at once", async () => {
    const provider = await openProvider(NOWHERE, { symbols: ["btcusdt"], known: [knownBtc], log });
    const store = plainStore();
    provider?.start(store.sink);
    await until("it was told stale", () => store.book.states.includes(BOOK_STATE.STALE));
    expect(provider?.health()).toMatchObject({ state: "degraded", detail: "Not connected to the venue." });
    await provider?.stop();
    expect(new Set(store.book.states)).toEqual(new Set([BOOK_STATE.STALE]));
  });

  it("keeps the units that positions are counted in, as long as the venue's are multiples of them", async () => {
    const options = { ...NOWHERE, restBase: await venueWith("0.10000000", "0.00010000") };
    const provider = await openProvider(options, { symbols: ["BTCUSDT"], known: [knownBtc], log });
    expect(provider?.instruments[0]).toMatchObject({
      tickMantissa: 1,
      priceDecimals: 2,
      lotMantissa: 1,
      qtyDecimals: 5,
      tickLotMinor: 10,
      qtyLotsMin: 10,
      qtyLotsMax: 10_000_000,
    });
  });

  it.each([
    ["tick", "0.00100000", "0.00001000"],
    ["lot", "0.01000000", "0.00000100"],
  ])("refuses a venue whose %s became finer", async (_, tickSize, stepSize) => {
    const options = { ...NOWHERE, restBase: await venueWith(tickSize, stepSize) };
    const opened = openProvider(options, { symbols: ["BTCUSDT"], known: [knownBtc], log });
    await expect(opened).rejects.toMatchObject({ code: "FEED_ERR_UNITS_CHANGED" });
  });
});
