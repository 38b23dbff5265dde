/**
 * A recorded session of Binance spot, played as if it were live.
 *
 * Lines are given to the same parser and synchronisation as the live venue's messages, at the spacing of their receive times
 * divided by `speed`; the snapshot comes from the file. Event times are moved to the start of playing and shrunk by the same
 * factor (`start + (venue time - first venue time) / speed`), so that they never run ahead of the clock and bars look live;
 * at speed 1 that is a shift by a constant. After the last line the market is STALE for a moment and the file starts over:
 * a fresh snapshot, the same updates, new times. Venue trade ids repeat with each round.
 */
import type { Logger } from "pino";
import type { InstrumentInput } from "../instruments.js";
import { REPLAY_TURN_LINE_COUNT_MAX, REPLAY_TURN_MS } from "../limits.js";
import type { MarketSink } from "../market-sink.js";
import { readMessage } from "./binance/message.js";
import { SymbolFeed } from "./binance/symbol-feed.js";
import type { Provider, ProviderHealth } from "./provider.js";
import type { Capture } from "./replay/capture-file.js";

export interface ReplayOptions {
  readonly capture: Capture;
  readonly speed: number;
  readonly instrument: InstrumentInput;
  readonly log: Logger;
  /** The clock, ms since the UNIX epoch. */
  readonly now?: () => number;
  /** Called when the last line was played; false ends the replay there. */
  readonly onRoundEnd?: () => boolean;
}

export class ReplayProvider implements Provider {
  readonly name: string;
  readonly instruments: readonly InstrumentInput[];
  readonly #options: ReplayOptions;
  readonly #now: () => number;
  #feed: SymbolFeed | undefined;
  #timer: NodeJS.Timeout | undefined;
  #line = 0;
  #startMs = 0;
  #rounds = 0;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.instruments = [options.instrument];
    this.#now = options.now ?? Date.now;
    this.name = `replay of ${options.capture.symbol} at speed ${options.speed}`;
  }

  start(sink: MarketSink): void {
    const { capture, speed, instrument } = this.#options;
    this.#feed = new SymbolFeed({
      instrument,
      sink,
      onSnapshotNeeded: () => undefined,
      eventTime: (venueTsMs) => this.#startMs + (venueTsMs - capture.venueTsMs) / speed,
    });
    this.#startRound(this.#feed);
    this.#schedule(this.#feed);
  }

  stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#feed?.onDisconnected(this.#now());
    this.#feed = undefined;
    return Promise.resolve();
  }

  health(): ProviderHealth {
    const { capture } = this.#options;
    const state = this.#feed?.synced === true ? "up" : "degraded";
    const detail = `Line ${this.#line} of ${capture.lineCount}, round ${this.#rounds}.`;
    return { state, detail, counts: { rounds: this.#rounds, ...this.#feed?.counts } };
  }

  /** Id of the venue's last change in the book; 0 while it is not synced. */
  get lastUpdateId(): number {
    return this.#feed?.lastUpdateId ?? 0;
  }

  #startRound(feed: SymbolFeed): void {
    this.#line = 0;
    this.#rounds += 1;
    this.#startMs = this.#now();
    feed.onConnected(this.#startMs, true);
  }

  #schedule(feed: SymbolFeed): void {
    this.#timer = setTimeout(() => {
      if (this.#playDue(feed)) this.#schedule(feed);
    }, REPLAY_TURN_MS);
  }

  /** Plays the lines whose time has come; returns whether there is more to play. */
  #playDue(feed: SymbolFeed): boolean {
    const { capture, speed, log, onRoundEnd } = this.#options;
    const dueMs = (capture.recvTsMs[0] ?? 0) + (this.#now() - this.#startMs) * speed;
    const end = Math.min(capture.lineCount, this.#line + REPLAY_TURN_LINE_COUNT_MAX);
    while (this.#line < end && (capture.recvTsMs[this.#line] ?? 0) <= dueMs) {
      play(feed, capture.text(this.#line));
      this.#line += 1;
    }
    if (this.#line < capture.lineCount) return true;
    log.info({ symbol: capture.symbol, rounds: this.#rounds }, "replay ended, starting over");
    if (onRoundEnd?.() === false) return false;
    feed.onDisconnected(this.#now());
    this.#startRound(feed);
    return true;
  }
}

function play(feed: SymbolFeed, text: string): void {
  const message = readMessage(text);
  if (message === "ignored" || message === "malformed") return;
  if (message.e === "depthUpdate") feed.onDepthUpdate(message);
  else if (message.e === "trade") feed.onTrade(message);
  else feed.onSnapshot(message);
}
