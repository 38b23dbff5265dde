/**
 * Market frames of this process onto the bus, for other processes: the same bytes that the edges publish, encoded once.
 *
 * Topics are `market.<instrument>.<channel>` with the channels book, quote, trades and bars-<seconds>. A reader that joins late, or has
 * missed a frame, waits for the next book snapshot: each book and quote is published whole once a second.
 * Invariant: at most once, in order per topic. While the bus is away frames are dropped and counted, never kept.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  closeSession,
  Outbox,
  openSession,
  putCredential,
  queryInstruments,
  ROUTE,
  readRecords,
  resyncMarket,
  submit,
} from "@jware/core-native";
import { BAR_INTERVALS_S } from "@jware/schemas";
import { logonFrame, subscribeFrame } from "@jware/schemas/client-frames";
import { BookSnapshot, Channel, Quote, ServerBody, ServerFrame } from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import type { FrameBus } from "./frame-bus.js";

const BUFFER_BYTES = 4 * 1024 * 1024;
const WHOLE_MS = 1_000;
const LOGON_MS = 30_000;
/** Numbers per instrument in the core's topics. */
const TOPICS_PER_INSTRUMENT = 16;
const CHANNELS = ["book", "quote", "trades", ...BAR_INTERVALS_S.map((seconds) => `bars-${seconds}`)];

export interface RelayCounts {
  readonly published: number;
  readonly dropped: number;
}

/** Name of a topic on the bus. */
export const busTopic = (instrument: number, channel: string): string => `market.${instrument}.${channel}`;

export class MarketRelay {
  #published = 0;
  #dropped = 0;
  readonly #bus: FrameBus;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #view = new DataView(this.#buffer.buffer);
  readonly #outbox: Outbox;
  readonly #session: number;
  readonly #known = new Set<number>();
  readonly #timer: NodeJS.Timeout;

  constructor(bus: FrameBus) {
    this.#bus = bus;
    this.#outbox = new Outbox(() => this.#drain());
    this.#session = openSession(this.#outbox, "market");
    this.#submit(relayLogon());
    this.#subscribeNew();
    this.#timer = setInterval(() => {
      this.#subscribeNew();
      resyncMarket(this.#session);
    }, WHOLE_MS);
  }

  counts(): RelayCounts {
    return { published: this.#published, dropped: this.#dropped };
  }

  stop(): void {
    clearInterval(this.#timer);
    closeSession(this.#session);
    this.#outbox.close();
  }

  /** Instruments may be defined at any time. */
  #subscribeNew(): void {
    const added = queryInstruments()
      .map((view) => view.instrument)
      .filter((instrument) => !this.#known.has(instrument));
    if (added.length === 0) return;
    for (const instrument of added) this.#known.add(instrument);
    this.#submit(subscribeFrame(added, Channel.Book | Channel.Quote | Channel.Trades, 0));
    for (const seconds of BAR_INTERVALS_S) this.#submit(subscribeFrame(added, Channel.Bars, seconds));
  }

  #submit(frame: Uint8Array): void {
    this.#relay(submit(this.#session, 0, frame, this.#buffer));
    this.#drain();
  }

  #drain(): void {
    for (let byteCount = this.#outbox.drain(this.#buffer); byteCount > 0; byteCount = this.#outbox.drain(this.#buffer)) {
      this.#relay(byteCount);
    }
  }

  #relay(byteCount: number): void {
    readRecords(this.#view, byteCount, (route, target, _token, start, end) => {
      const frame = this.#buffer.subarray(start, end);
      if (route === ROUTE.TOPIC) {
        const channel = CHANNELS[target % TOPICS_PER_INSTRUMENT];
        if (channel !== undefined) this.#publish(busTopic(Math.floor(target / TOPICS_PER_INSTRUMENT), channel), frame);
      } else if (route === ROUTE.SESSION) {
        const topic = topicOfWhole(frame);
        if (topic !== undefined) this.#publish(topic, frame);
      }
    });
  }

  #publish(topic: string, frame: Uint8Array): void {
    // The buffer is used again before the bus has sent: it gets bytes of its own.
    this.#bus.publish(topic, frame.slice()).then(
      () => {
        this.#published += 1;
      },
      () => {
        this.#dropped += 1;
      },
    );
  }
}

/** Where a snapshot or quote that came to our own session belongs. */
function topicOfWhole(frame: Uint8Array): string | undefined {
  const server = ServerFrame.getRootAsServerFrame(new ByteBuffer(frame));
  switch (server.bodyType()) {
    case ServerBody.BookSnapshot:
      return busTopic((server.body(new BookSnapshot()) as BookSnapshot).instrument(), "book");
    case ServerBody.Quote:
      return busTopic((server.body(new Quote()) as Quote).instrument(), "quote");
    default:
      return undefined;
  }
}

/** Logs on with a ticket made for the occasion: the relay is a reader of market data like any other, with no account. */
function relayLogon(): Uint8Array {
  const ticket = randomBytes(32).toString("base64url");
  putCredential({
    sha256: createHash("sha256").update(ticket).digest("hex"),
    user: 0,
    userName: "market-relay",
    accounts: [],
    expiresTsMs: Date.now() + LOGON_MS,
    singleUse: true,
  });
  return logonFrame({ ticket });
}
