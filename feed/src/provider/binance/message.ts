/**
 * A text message of Binance's combined stream, or a line of a capture of it, as one of the few kinds that matter here.
 *
 * Shapes are checked as far as this file says; prices and sizes stay text and are read by whoever knows the symbol's units.
 * `bookTicker` says nothing that the depth stream does not, so it is recognised by its prefix and not parsed.
 * Source: developers.binance.com, spot WebSocket streams.
 */
// HOT: called per venue message; JSON.parse is nearly the whole cost.

/** Pairs of price and size, unchecked. */
export type RawLevels = readonly unknown[];

export interface RawDepthUpdate {
  readonly e: "depthUpdate";
  /** Event time, ms. */
  readonly E: number;
  readonly s: string;
  readonly U: number;
  readonly u: number;
  readonly b: RawLevels;
  readonly a: RawLevels;
}

export interface RawTrade {
  readonly e: "trade";
  readonly s: string;
  readonly t: number;
  readonly p: string;
  readonly q: string;
  /** Trade time, ms. */
  readonly T: number;
  /** Whether the buyer was the resting side. */
  readonly m: boolean;
}

/** A REST snapshot; `symbol` is not part of it. */
export interface RawSnapshot {
  readonly e: "snapshot";
  readonly lastUpdateId: number;
  readonly bids: RawLevels;
  readonly asks: RawLevels;
}

export type VenueMessage = RawDepthUpdate | RawTrade | RawSnapshot;
/** `ignored`: well-formed as far as read, and of a kind that is of no use here. */
export type MessageRead = VenueMessage | "ignored" | "malformed";

const STREAM_HEAD = '{"stream":"';
const TICKER_KIND = "@bookTicker";

/** Reads one message. Never throws. */
export function readMessage(text: string): MessageRead {
  if (text.startsWith(STREAM_HEAD) && text.startsWith(TICKER_KIND, text.indexOf("@", STREAM_HEAD.length))) return "ignored";
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return "malformed";
  }
  if (!isRecord(parsed)) return "malformed";
  const data = "stream" in parsed ? parsed.data : parsed;
  if (!isRecord(data)) return "malformed";
  switch (data.e) {
    case "depthUpdate":
      return isDepthUpdate(data) ? data : "malformed";
    case "trade":
      return isTrade(data) ? data : "malformed";
    case undefined:
      return "lastUpdateId" in data ? (readSnapshot(data) ?? "malformed") : "ignored";
    default:
      return typeof data.e === "string" ? "ignored" : "malformed";
  }
}

/** Reads the answer of `/api/v3/depth`, or undefined where it is none. */
export function readSnapshot(answer: unknown): RawSnapshot | undefined {
  if (!isRecord(answer)) return undefined;
  const { lastUpdateId, bids, asks } = answer;
  if (!isId(lastUpdateId) || !Array.isArray(bids) || !Array.isArray(asks)) return undefined;
  return { e: "snapshot", lastUpdateId, bids, asks };
}

export type JsonRecord = Readonly<Record<string, unknown>>;
export const isRecord = (value: unknown): value is JsonRecord => typeof value === "object" && value !== null;

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function isDepthUpdate(data: JsonRecord): data is JsonRecord & RawDepthUpdate {
  const { E, s, U, u, b, a } = data;
  return isId(E) && typeof s === "string" && isId(U) && isId(u) && U <= u && Array.isArray(b) && Array.isArray(a);
}

function isTrade(data: JsonRecord): data is JsonRecord & RawTrade {
  const { s, t, p, q, T, m } = data;
  return typeof s === "string" && isId(t) && typeof p === "string" && typeof q === "string" && isId(T) && typeof m === "boolean";
}
