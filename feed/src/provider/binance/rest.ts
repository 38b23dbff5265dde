/**
 * Binance's public REST: depth snapshots, symbol rules, one-minute bars.
 *
 * Invariant: after 429 or 418 nothing is asked before the Retry-After has passed (a client that goes on is banned by
 * address, for up to three days). One instance speaks for one address and must be used for every request.
 */
import { setTimeout as pause } from "node:timers/promises";
import { fetch } from "undici";
import { FeedError } from "../../feed-error.js";
import type { SpotRules } from "../../instruments.js";
import { HISTORY_BAR_COUNT, RATE_LIMIT_MS_DEFAULT, REST_MS_MAX, SNAPSHOT_LEVEL_COUNT } from "../../limits.js";
import { MALFORMED, readSteps } from "../../normalise.js";
import { isRecord, type JsonRecord, type RawSnapshot, readSnapshot } from "./message.js";

/** A request that got no usable answer; the caller tries again later. */
export class RestError extends Error {
  /** 0 = no answer at all. */
  readonly status: number;

  constructor(message: string, status: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "RestError";
    this.status = status;
  }
}

/** A bar as the venue prints it: open time in ms, then open, high, low, close, volume as text. */
export interface RawKline {
  readonly openTsMs: number;
  readonly closeTsMs: number;
  readonly prices: readonly [open: string, high: string, low: string, close: string];
  readonly volume: string;
}

export class BinanceRest {
  readonly #base: string;
  #allowedTsMs = 0;
  rateLimitedCount = 0;

  constructor(base: string) {
    this.#base = base.replace(/\/+$/, "");
  }

  async snapshot(symbol: string, signal: AbortSignal): Promise<RawSnapshot> {
    const answer = await this.#get(`/api/v3/depth?symbol=${encodeURIComponent(symbol)}&limit=${SNAPSHOT_LEVEL_COUNT}`, signal);
    const snapshot = readSnapshot(answer);
    if (snapshot === undefined) throw new RestError("The depth answer is no snapshot.", 200);
    return snapshot;
  }

  /** Rules of symbols, in the order asked for. Throws FEED_ERR_SYMBOL_UNKNOWN for one that the venue does not list. */
  async rules(symbols: readonly string[], signal: AbortSignal): Promise<readonly SpotRules[]> {
    const query = encodeURIComponent(JSON.stringify(symbols));
    let answer: unknown;
    try {
      answer = await this.#get(`/api/v3/exchangeInfo?symbols=${query}`, signal);
    } catch (error) {
      // The venue answers 400 (code -1121) when any of the symbols is unknown.
      if (error instanceof RestError && error.status === 400) throw unknownSymbol(symbols.join(", "), error);
      throw error;
    }
    const listed = isRecord(answer) && Array.isArray(answer.symbols) ? answer.symbols.filter(isRecord) : [];
    return symbols.map((symbol) => {
      const entry = listed.find((other) => other.symbol === symbol);
      if (entry === undefined) throw unknownSymbol(symbol);
      return readRules(symbol, entry);
    });
  }

  /** The last 1,000 one-minute bars, oldest first, the running one included. */
  async klines(symbol: string, signal: AbortSignal): Promise<readonly RawKline[]> {
    const path = `/api/v3/klines?symbol=${encodeURIComponent(symbol)}&interval=1m&limit=${HISTORY_BAR_COUNT}`;
    const answer = await this.#get(path, signal);
    if (!Array.isArray(answer)) throw new RestError("The klines answer is no list.", 200);
    return answer.map(readKline);
  }

  async #get(path: string, signal: AbortSignal): Promise<unknown> {
    const waitMs = this.#allowedTsMs - Date.now();
    if (waitMs > 0) await pause(waitMs, undefined, { signal });
    let status = 0;
    try {
      const response = await fetch(this.#base + path, { signal: AbortSignal.any([signal, AbortSignal.timeout(REST_MS_MAX)]) });
      status = response.status;
      if (status === 429 || status === 418) this.#respectLimit(response.headers.get("retry-after"));
      if (response.ok) return await response.json();
      await response.body?.cancel();
    } catch (error) {
      throw new RestError(`${path.split("?")[0]} gave no answer.`, 0, error);
    }
    throw new RestError(`${path.split("?")[0]} answered ${status}.`, status);
  }

  #respectLimit(retryAfter: string | null): void {
    this.rateLimitedCount += 1;
    const seconds = Number(retryAfter ?? Number.NaN);
    const waitMs = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : RATE_LIMIT_MS_DEFAULT;
    this.#allowedTsMs = Math.max(this.#allowedTsMs, Date.now() + waitMs);
  }
}

const unknownSymbol = (symbols: string, cause?: unknown): FeedError =>
  new FeedError("FEED_ERR_SYMBOL_UNKNOWN", `The venue does not list ${symbols}.`, cause);

const DECIMALS_MAX = 12;

function readRules(symbol: string, entry: JsonRecord): SpotRules {
  const filters = Array.isArray(entry.filters) ? entry.filters.filter(isRecord) : [];
  const filter = (type: string): JsonRecord => filters.find((other) => other.filterType === type) ?? {};
  const tick = readScale(filter("PRICE_FILTER").tickSize);
  const lot = readScale(filter("LOT_SIZE").stepSize);
  const { baseAsset, quoteAsset } = entry;
  if (tick === undefined || lot === undefined || typeof baseAsset !== "string" || typeof quoteAsset !== "string") {
    throw new FeedError("FEED_ERR_SYMBOL_UNUSABLE", `The venue gives no tick and lot for ${symbol}.`);
  }
  const steps = (value: unknown): number => (typeof value === "string" ? readSteps(value, lot) : MALFORMED);
  const qtyLotsMax = steps(filter("LOT_SIZE").maxQty);
  return {
    symbol,
    baseAsset,
    quoteAsset,
    tick,
    lot,
    qtyLotsMin: Math.max(1, steps(filter("LOT_SIZE").minQty)),
    qtyLotsMax: qtyLotsMax > 0 ? qtyLotsMax : Number.MAX_SAFE_INTEGER,
  };
}

/** `0.25000000` is 25 / 10^2. */
function readScale(text: unknown): { decimals: number; mantissa: number } | undefined {
  if (typeof text !== "string") return undefined;
  const decimals = (text.split(".")[1] ?? "").replace(/0+$/, "").length;
  const mantissa = decimals <= DECIMALS_MAX ? readSteps(text, { decimals, mantissa: 1 }) : MALFORMED;
  return mantissa > 0 ? { decimals, mantissa } : undefined;
}

function readKline(row: unknown): RawKline {
  const [openTsMs, open, high, low, close, volume, closeTsMs] = Array.isArray(row) ? (row as unknown[]) : [];
  const texts = [open, high, low, close, volume];
  if (typeof openTsMs !== "number" || typeof closeTsMs !== "number" || !texts.every((text) => typeof text === "string")) {
    throw new RestError("The klines answer has a row that is no bar.", 200);
  }
  return {
    openTsMs,
    closeTsMs,
    prices: [String(open), String(high), String(low), String(close)],
    volume: String(volume),
  };
}
