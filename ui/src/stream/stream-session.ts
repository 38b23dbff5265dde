// HOT: `onMarketFrame` runs for every market message.
/**
 * The worker's whole life between sign-in and sign-out: two links, the market's picture, the queue of own events, and the batch
 * that the page pulls.
 *
 * Invariant: at most one batch is on its way; the next is made only after the page pulled. Own events are never dropped.
 */
import { Channel, Heartbeat, ServerBody, ServerFrame } from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import { AccountSequence } from "./account-sequence.js";
import { BufferPool } from "./buffer-pool.js";
import { decodeOwn } from "./decode-own.js";
import { encodeRequest, encodeSubscribe, encodeUnsubscribe } from "./encode.js";
import type { FrameBatch, StreamStatus } from "./frame-batch.js";
import { Link, wallMs } from "./link.js";
import { MarketState } from "./market-state.js";
import type { InstrumentsEvent, OwnEvent } from "./own-event.js";
import { RoundTrips } from "./round-trips.js";
import type { FromWorker, OrderRequest, RouteName, ToWorker } from "./worker-message.js";

const STATUS_EVERY_MS = 250;
const WATCHED_CHANNELS = Channel.Book | Channel.Trades;

export class StreamSession {
  private readonly orders: Link;
  private readonly market: Link;
  private readonly state = new MarketState();
  private readonly sequence = new AccountSequence();
  private readonly trips = new RoundTrips();
  private readonly pool = new BufferPool();
  private readonly frame = new ServerFrame();
  private readonly heartbeat = new Heartbeat();
  private readonly post: (message: FromWorker) => void;
  private readonly statusTimer: ReturnType<typeof setInterval>;
  private own: OwnEvent[] = [];
  private instrumentIds: readonly number[] = [];
  private pulled = false;
  private statusDue = true;
  private accountGaps = 0;
  private feedMs = -1;
  private decodedCount = 0;
  private decodedBytes = 0;

  constructor(wsUrl: string, post: (message: FromWorker) => void) {
    this.post = post;
    const base = wsUrl.replace(/\/+$/, "");
    this.orders = this.linkTo(`${base}/v1/orders`, "orders", this.onOrdersFrame);
    this.market = this.linkTo(`${base}/v1/market`, "market", this.onMarketFrame);
    this.statusTimer = setInterval(() => {
      this.statusDue = true;
      this.flush();
    }, STATUS_EVERY_MS);
    this.orders.start();
    this.market.start();
  }

  handle(message: ToWorker): void {
    switch (message.kind) {
      case "ticket":
        (message.route === "orders" ? this.orders : this.market).useTicket(message.ticket);
        return;
      case "pull":
        for (const buffer of message.spent) this.pool.give(buffer);
        this.pulled = true;
        this.flush();
        return;
      case "watch":
        this.watch(message.instrument, message.intervalS);
        return;
      case "request":
        this.request(message.request);
        return;
      case "reconnect":
        this.orders.start();
        this.market.start();
        return;
      default:
        return;
    }
  }

  stop(): void {
    clearInterval(this.statusTimer);
    this.orders.stop();
    this.market.stop();
  }

  private linkTo(url: string, route: RouteName, onFrame: (bytes: ArrayBuffer) => void): Link {
    return new Link(url, {
      needTicket: () => this.post({ kind: "need-ticket", route }),
      frame: onFrame,
      closed: () => (route === "orders" ? this.ordersClosed() : this.state.loseBook()),
      changed: () => {
        this.statusDue = true;
        this.flush();
      },
    });
  }

  private readonly onMarketFrame = (bytes: ArrayBuffer): void => {
    const frame = this.open(bytes);
    if (this.state.apply(frame)) {
      if (this.state.takeGap()) this.subscribeWatched();
      this.flush();
      return;
    }
    if (this.answerHeartbeat(frame, this.market)) return;
    const event = decodeOwn(frame);
    if (event?.kind === "logon") this.market.accepted();
    if (event?.kind === "instruments") this.learn(event, true);
    if (event?.kind === "refusal") this.queue(event);
  };

  private readonly onOrdersFrame = (bytes: ArrayBuffer): void => {
    const frame = this.open(bytes);
    if (this.answerHeartbeat(frame, this.orders)) return;
    const event = decodeOwn(frame);
    if (event === undefined) return;
    const order = this.sequence.accept(event);
    if (order === "old") return;
    if (order === "gap") {
      this.accountGaps++;
      this.orders.reset("an account report was missed");
      return;
    }
    if (event.kind === "logon") this.orders.accepted();
    if (event.kind === "exec" || event.kind === "refusal" || event.kind === "mass-cancel") {
      this.trips.answered(event.clOrdId, performance.now());
    }
    if (event.kind === "instruments") this.learn(event, false);
    else this.queue(event);
  };

  private open(bytes: ArrayBuffer): ServerFrame {
    this.decodedCount++;
    this.decodedBytes += bytes.byteLength;
    return ServerFrame.getRootAsServerFrame(new ByteBuffer(new Uint8Array(bytes)), this.frame);
  }

  private answerHeartbeat(frame: ServerFrame, link: Link): boolean {
    if (frame.bodyType() !== ServerBody.Heartbeat) return false;
    const beat = frame.body(this.heartbeat) as Heartbeat;
    link.heartbeat(beat.clientTsNs(), beat.serverTsNs());
    return true;
  }

  /** Both routes send the list; the picture is made anew only where it differs. */
  private learn(event: InstrumentsEvent, fromMarket: boolean): void {
    const ids = event.instruments.map((instrument) => instrument.id);
    if (ids.join() !== this.instrumentIds.join()) {
      this.instrumentIds = ids;
      this.state.setInstruments(ids);
    }
    this.queue(event);
    if (fromMarket && ids.length > 0) {
      this.market.send(encodeSubscribe(ids, Channel.Quote, 0));
      this.subscribeWatched();
    }
  }

  private watch(instrument: number, intervalS: number): void {
    const { watched, intervalS: oldIntervalS } = this.state;
    if (watched === instrument && oldIntervalS === intervalS) return;
    if (watched !== 0) {
      if (watched !== instrument) this.market.send(encodeUnsubscribe([watched], WATCHED_CHANNELS, 0));
      this.market.send(encodeUnsubscribe([watched], Channel.Bars, oldIntervalS));
    }
    this.state.watch(instrument, intervalS);
    if (watched !== instrument) this.market.send(encodeSubscribe([instrument], WATCHED_CHANNELS, 0));
    this.market.send(encodeSubscribe([instrument], Channel.Bars, intervalS));
  }

  private subscribeWatched(): void {
    const { watched, intervalS } = this.state;
    if (watched === 0) return;
    this.market.send(encodeSubscribe([watched], WATCHED_CHANNELS, 0));
    this.market.send(encodeSubscribe([watched], Channel.Bars, intervalS));
  }

  private request(request: OrderRequest): void {
    if (request.kind !== "halt") this.trips.sent(request.clOrdId, performance.now());
    if (!this.orders.send(encodeRequest(request))) {
      this.trips.answered(request.clOrdId, performance.now());
      this.queue({ kind: "lost", unansweredClOrdIds: [request.clOrdId] });
    }
  }

  private ordersClosed(): void {
    this.sequence.clear();
    const unansweredClOrdIds = this.trips.takeUnanswered();
    this.queue({ kind: "lost", unansweredClOrdIds });
  }

  private queue(event: OwnEvent): void {
    this.own.push(event);
    this.flush();
  }

  private flush(): void {
    if (!this.pulled) return;
    const { state, own } = this;
    if (!this.statusDue && own.length === 0 && !state.dirty) return;
    this.pulled = false;
    this.own = [];
    const { take } = this.pool;
    const status = this.statusDue ? this.status() : undefined;
    this.statusDue = false;
    const batch: FrameBatch = {
      kind: "batch",
      quotes: state.takeQuotes(take),
      book: state.takeBook(take),
      trades: state.takeTrades(take),
      bars: state.takeBars(take),
      own,
      status,
    };
    this.post(batch);
  }

  private status(): StreamStatus {
    const clockOffsetMs = this.market.clockOffsetMs === 0 ? this.orders.clockOffsetMs : this.market.clockOffsetMs;
    if (this.state.newestRecvMs > 0) this.feedMs = Math.max(0, wallMs() + clockOffsetMs - this.state.newestRecvMs);
    return {
      orders: this.orders.view(),
      market: this.market.view(),
      clockOffsetMs,
      feedMs: this.feedMs,
      orderRttP50Ms: this.trips.percentile(0.5),
      orderRttP99Ms: this.trips.percentile(0.99),
      orderRttCount: this.trips.count,
      gapCount: this.state.gapCount + this.accountGaps,
      bookReady: this.state.bookReady,
      decodedCount: this.decodedCount,
      decodedBytes: this.decodedBytes,
    };
  }
}
