/**
 * What a real capture says, read in the plainest way and without the code under test: its messages, its tickers, the book
 * after any of its updates, and the published expectations.
 */
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export type TextLevels = readonly (readonly [price: string, qty: string])[];

export interface Ticker {
  readonly u: number;
  readonly b: string;
  readonly B: string;
  readonly a: string;
  readonly A: string;
}

export interface Checkpoint {
  readonly after_u: number;
  readonly bids: TextLevels;
  readonly asks: TextLevels;
  readonly n_bids: number;
  readonly n_asks: number;
}

export interface Expected {
  readonly trades: number;
  readonly trade_volume_base: string;
  readonly trade_volume_quote: string;
  readonly checkpoints: readonly Checkpoint[];
}

export interface CaptureMessage {
  readonly stream: string;
  readonly text: string;
  /** Last change of an update, 0 for other messages. */
  readonly u: number;
}

interface Update {
  readonly U: number;
  readonly u: number;
  readonly b: TextLevels;
  readonly a: TextLevels;
}

export interface TextSnapshot {
  readonly lastUpdateId: number;
  readonly bids: TextLevels;
  readonly asks: TextLevels;
}

export const DATA = new URL("../../../shared/data/", import.meta.url);
const FOLDER = new URL("captures/binance/", DATA);

/** Whether the captures are here; a clone elsewhere has none. */
export const haveCaptures = existsSync(FOLDER);
export const captureFile = (name: string): URL => new URL(`${name}.gz`, FOLDER);

export class CaptureTruth {
  readonly symbol: string;
  readonly expected: Expected;
  readonly messages: readonly CaptureMessage[];
  readonly tickers: readonly Ticker[];
  readonly snapshot: TextSnapshot;
  /** How many messages came before the snapshot. */
  readonly snapshotAt: number;
  readonly updates: readonly Update[];

  constructor(name: string) {
    const lines = gunzipSync(readFileSync(captureFile(name)))
      .toString("utf8")
      .trimEnd()
      .split("\n");
    this.expected = JSON.parse(readFileSync(new URL(`${name}.expected.json`, FOLDER), "utf8")) as Expected;
    const messages: CaptureMessage[] = [];
    const tickers: Ticker[] = [];
    const updates: Update[] = [];
    let snapshot: TextSnapshot | undefined;
    let snapshotAt = 0;
    for (const line of lines) {
      const text = line.slice(line.indexOf(" ") + 1);
      const parsed = JSON.parse(text) as { stream?: string; data?: unknown };
      if (parsed.stream === undefined) {
        snapshot = parsed as unknown as TextSnapshot;
        snapshotAt = messages.length;
        continue;
      }
      const update = parsed.stream.includes("@depth") ? (parsed.data as Update) : undefined;
      if (update !== undefined) updates.push(update);
      if (parsed.stream.includes("@bookTicker")) tickers.push(parsed.data as Ticker);
      messages.push({ stream: parsed.stream, text, u: update?.u ?? 0 });
    }
    if (snapshot === undefined) throw new Error(`${name} has no snapshot`);
    this.symbol = messages[0]?.stream.split("@")[0]?.toUpperCase() ?? "";
    this.messages = messages;
    this.tickers = tickers;
    this.updates = updates;
    this.snapshot = snapshot;
    this.snapshotAt = snapshotAt;
  }

  /** The book after the update that ends at `u` (or the last before it), as REST would give it. */
  bookAt(u: number): TextSnapshot {
    const bids = new Map(this.snapshot.bids);
    const asks = new Map(this.snapshot.asks);
    let lastUpdateId = this.snapshot.lastUpdateId;
    for (const update of this.updates) {
      if (update.u > u) break;
      if (update.u <= this.snapshot.lastUpdateId) continue;
      applyText(bids, update.b);
      applyText(asks, update.a);
      lastUpdateId = update.u;
    }
    return { lastUpdateId, bids: sorted(bids, -1), asks: sorted(asks, 1) };
  }

  /** The last ticker in `(after, upTo]` by update id, which is what the book's best must be at `upTo`. */
  tickerIn(after: number, upTo: number): Ticker | undefined {
    let low = 0;
    let high = this.tickers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.tickers[middle]?.u ?? 0) <= upTo) low = middle + 1;
      else high = middle;
    }
    const ticker = this.tickers[low - 1];
    return ticker !== undefined && ticker.u > after ? ticker : undefined;
  }
}

function applyText(levels: Map<string, string>, changes: TextLevels): void {
  for (const [price, qty] of changes) {
    if (Number(qty) === 0) levels.delete(price);
    else levels.set(price, qty);
  }
}

const sorted = (levels: Map<string, string>, sign: 1 | -1): TextLevels =>
  [...levels].sort(([a], [b]) => sign * (Number(a) - Number(b)));
