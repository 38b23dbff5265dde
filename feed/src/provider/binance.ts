/**
 * Binance spot, live: public REST snapshots and the combined stream, for paper trading on its displayed book.
 *
 * One connection carries all symbols. Whatever breaks it (close, error, silence) marks every book STALE at once; the next
 * connection rebuilds them by the documented rule (book-sync.ts). A gap in one symbol rebuilds only that one. Pauses between
 * attempts double, with jitter, and start over after a book was synced. No message of the venue can stop the process: bad
 * ones are counted, and one in a thousand is logged.
 * Limits: 1,024 streams per connection is the venue's; two per symbol are used. No authenticated endpoint is touched.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { type MessageEvent, WebSocket } from "undici";
import type { InstrumentInput, KnownInstrument } from "../instruments.js";
import {
  LOG_ONE_OF,
  RETRY_MS_MAX,
  RETRY_MS_MIN,
  STREAM_OPEN_MS_MAX,
  STREAM_SILENCE_CHECK_MS,
  STREAM_SILENCE_MS_MAX,
} from "../limits.js";
import type { MarketSink } from "../market-sink.js";
import { putHistory } from "./binance/history.js";
import { readMessage } from "./binance/message.js";
import type { BinanceRest } from "./binance/rest.js";
import { SymbolFeed } from "./binance/symbol-feed.js";
import type { Provider, ProviderHealth } from "./provider.js";

export interface BinanceTiming {
  readonly retryMsMin: number;
  readonly retryMsMax: number;
  readonly silenceMsMax: number;
}

export interface BinanceOptions {
  readonly rest: BinanceRest;
  readonly streamBase: string;
  readonly instruments: readonly InstrumentInput[];
  /** What the core holds already: an instrument that has never traded gets a day of history first. */
  readonly known: readonly KnownInstrument[];
  readonly log: Logger;
  /** Tests shorten the pauses. */
  readonly timing?: Partial<BinanceTiming>;
}

const identity = (tsMs: number): number => tsMs;

export class BinanceProvider implements Provider {
  readonly name: string;
  readonly instruments: readonly InstrumentInput[];
  readonly #options: BinanceOptions;
  readonly #timing: BinanceTiming;
  readonly #feeds = new Map<string, SymbolFeed>();
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #connected = false;
  #attempt = 0;
  #connections = 0;
  #messages = 0;
  #malformed = 0;

  constructor(options: BinanceOptions) {
    this.#options = options;
    this.instruments = options.instruments;
    this.name = `binance spot (${options.instruments.map((instrument) => instrument.symbol).join(", ")})`;
    this.#timing = {
      retryMsMin: RETRY_MS_MIN,
      retryMsMax: RETRY_MS_MAX,
      silenceMsMax: STREAM_SILENCE_MS_MAX,
      ...options.timing,
    };
  }

  start(sink: MarketSink): void {
    this.#running = this.#run(sink);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  health(): ProviderHealth {
    const feeds = [...this.#feeds.values()];
    const syncedCount = feeds.filter((feed) => feed.synced).length;
    const allSynced = this.#connected && syncedCount === feeds.length && feeds.length > 0;
    const counts: Record<string, number> = {
      connections: this.#connections,
      messages: this.#messages,
      malformed: this.#malformed,
      rateLimited: this.#options.rest.rateLimitedCount,
    };
    for (const feed of feeds) {
      for (const [name, count] of Object.entries(feed.counts)) counts[name] = (counts[name] ?? 0) + count;
    }
    const detail = this.#connected ? `${syncedCount} of ${feeds.length} books in step.` : "Not connected to the venue.";
    return { state: allSynced ? "up" : "degraded", detail, counts };
  }

  /** Id of the venue's last change in a symbol's book; 0 while it is not synced. */
  lastUpdateId(symbol: string): number {
    return this.#feeds.get(symbol)?.lastUpdateId ?? 0;
  }

  async #run(sink: MarketSink): Promise<void> {
    const { signal } = this.#stopping;
    const { log } = this.#options;
    await this.#loadHistory(sink);
    while (!signal.aborted) {
      const reason = await this.#connect(sink);
      for (const feed of this.#feeds.values()) feed.onDisconnected(Date.now());
      if (signal.aborted) break;
      const waitMs = this.#nextPauseMs();
      log.warn({ reason, waitMs }, "stream lost");
      await this.#pause(waitMs, signal);
    }
  }

  /** Speaks with the venue over one connection; resolves with the reason when it is over. */
  #connect(sink: MarketSink): Promise<string> {
    const streams = this.instruments.map(({ symbol }) => `${symbol.toLowerCase()}@depth@100ms/${symbol.toLowerCase()}@trade`);
    const socket = new WebSocket(`${this.#options.streamBase.replace(/\/+$/, "")}/stream?streams=${streams.join("/")}`);
    const over = new AbortController();
    this.#makeFeeds(sink, over.signal);
    return new Promise((resolve) => {
      let lastMessageMs = Date.now();
      const end = (reason: string): void => {
        if (over.signal.aborted) return;
        over.abort();
        this.#connected = false;
        clearInterval(watch);
        this.#stopping.signal.removeEventListener("abort", onStop);
        // A peer that is gone answers no closing handshake: the socket is left to undici, and nobody listens to it.
        socket.close();
        resolve(reason);
      };
      const onStop = (): void => end("stopped");
      const watch = setInterval(
        () => {
          const limitMs = this.#connected ? this.#timing.silenceMsMax : STREAM_OPEN_MS_MAX;
          if (Date.now() - lastMessageMs > limitMs) end(this.#connected ? "silence" : "no connection in time");
        },
        Math.min(STREAM_SILENCE_CHECK_MS, this.#timing.silenceMsMax),
      );
      this.#stopping.signal.addEventListener("abort", onStop, { once: true });
      socket.addEventListener("open", () => {
        if (over.signal.aborted) return;
        this.#connected = true;
        this.#connections += 1;
        lastMessageMs = Date.now();
        for (const feed of this.#feeds.values()) feed.onConnected(lastMessageMs, false);
      });
      socket.addEventListener("message", (event: MessageEvent) => {
        if (over.signal.aborted) return;
        lastMessageMs = Date.now();
        this.#onMessage(event.data);
      });
      socket.addEventListener("error", () => end("socket error"));
      socket.addEventListener("close", (event) => end(`closed by the venue (${event.code})`));
      if (this.#stopping.signal.aborted) onStop();
    });
  }

  /** The feeds outlive connections (their counters do); only what fetches their snapshots belongs to one. */
  #makeFeeds(sink: MarketSink, over: AbortSignal): void {
    this.#fetchSnapshot = (symbol) => {
      this.#syncSymbol(symbol, over).catch((error: unknown) => {
        if (!over.aborted) this.#options.log.error({ symbol, err: error }, "snapshot loop failed");
      });
    };
    if (this.#feeds.size > 0) return;
    for (const instrument of this.instruments) {
      const { symbol } = instrument;
      const onSnapshotNeeded = (): void => this.#fetchSnapshot(symbol);
      this.#feeds.set(symbol, new SymbolFeed({ instrument, sink, onSnapshotNeeded, eventTime: identity }));
    }
  }

  #fetchSnapshot: (symbol: string) => void = () => undefined;

  #onMessage(data: unknown): void {
    this.#messages += 1;
    const message = typeof data === "string" ? readMessage(data) : "malformed";
    if (message === "ignored") return;
    if (message === "malformed" || message.e === "snapshot") {
      this.#countMalformed(data);
      return;
    }
    const feed = this.#feeds.get(message.s);
    if (feed === undefined) this.#countMalformed(data);
    else if (message.e === "depthUpdate") feed.onDepthUpdate(message);
    else feed.onTrade(message);
  }

  #countMalformed(data: unknown): void {
    if (this.#malformed % LOG_ONE_OF === 0) {
      this.#options.log.warn({ head: String(data).slice(0, 200), count: this.#malformed + 1 }, "malformed message");
    }
    this.#malformed += 1;
  }

  /** Fetches snapshots until one can be joined to the stream. */
  async #syncSymbol(symbol: string, over: AbortSignal): Promise<void> {
    const feed = this.#feeds.get(symbol);
    while (feed !== undefined && !over.aborted && !feed.synced) {
      try {
        const snapshot = await this.#options.rest.snapshot(symbol, over);
        if (over.aborted) return;
        if (feed.onSnapshot(snapshot)) {
          this.#attempt = 0;
          return;
        }
        this.#options.log.info({ symbol, lastUpdateId: snapshot.lastUpdateId }, "snapshot older than the stream");
      } catch (error) {
        if (over.aborted) return;
        this.#options.log.warn({ symbol, err: error }, "no snapshot");
      }
      await this.#pause(this.#nextPauseMs(), over);
    }
  }

  async #loadHistory(sink: MarketSink): Promise<void> {
    const { rest, known, log } = this.#options;
    for (const instrument of this.instruments) {
      const lastTicks = known.find((other) => other.instrument === instrument.instrument)?.lastTicks ?? 0;
      if (lastTicks !== 0 || this.#stopping.signal.aborted) continue;
      try {
        const klines = await rest.klines(instrument.symbol, this.#stopping.signal);
        const barCount = putHistory(klines, instrument, sink, Date.now());
        log.info({ symbol: instrument.symbol, barCount }, "history loaded");
      } catch (error) {
        if (!this.#stopping.signal.aborted) log.warn({ symbol: instrument.symbol, err: error }, "no history");
      }
    }
  }

  /** Doubling, with the upper half of each step drawn at random so that many clients do not return together. */
  #nextPauseMs(): number {
    const fullMs = Math.min(this.#timing.retryMsMax, this.#timing.retryMsMin * 2 ** this.#attempt);
    this.#attempt += 1;
    return fullMs * (0.5 + Math.random() / 2);
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    await pause(ms, undefined, { signal }).catch(() => undefined);
  }
}
