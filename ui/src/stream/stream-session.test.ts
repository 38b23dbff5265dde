import {
  BookState,
  ClientBody,
  ClientFrame,
  Heartbeat,
  Logon,
  NewOrderSingle,
  OrdType,
  Side,
  Subscribe,
  TimeInForce,
  TradingState,
} from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BTC } from "../../test/venue/instruments.js";
import { EXEC } from "../../test/venue/sample-events.js";
import { bookDeltaFrame, bookSnapshotFrame, quoteFrame } from "../../test/venue/market-frames.js";
import { execFrame, instrumentListFrame, logonAckFrame, snapshotFrame } from "../../test/venue/server-frames.js";
import type { FrameBatch } from "./frame-batch.js";
import { StreamSession } from "./stream-session.js";
import type { FromWorker } from "./worker-message.js";

/** The browser's WebSocket as far as the links use it; every one made is kept. */
class FakeSocket {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  readonly url: string;
  readyState = FakeSocket.OPEN;
  binaryType = "";
  onopen: (() => void) | undefined;
  onmessage: ((event: { data: ArrayBuffer }) => void) | undefined;
  onclose: ((event: { code: number; reason: string }) => void) | undefined;
  readonly sent: ClientFrame[] = [];

  constructor(url: string) {
    this.url = url;
    FakeSocket.made.push(this);
  }

  send(bytes: Uint8Array): void {
    this.sent.push(ClientFrame.getRootAsClientFrame(new ByteBuffer(new Uint8Array(bytes))));
  }

  close(): void {
    this.readyState = 3;
  }

  receive(bytes: Uint8Array): void {
    this.onmessage?.({ data: new Uint8Array(bytes).buffer });
  }

  kinds(): ClientBody[] {
    return this.sent.map((frame) => frame.bodyType());
  }
}

const socketTo = (route: string): FakeSocket => {
  const socket = FakeSocket.made.findLast(({ url }) => url.endsWith(route));
  if (socket === undefined) throw new Error(`no socket to ${route}`);
  return socket;
};

const last = (socket: FakeSocket): ClientFrame => {
  const frame = socket.sent.at(-1);
  if (frame === undefined) throw new Error("nothing was sent");
  return frame;
};

describe("the worker's session", () => {
  let posted: FromWorker[];
  let session: StreamSession;
  const batches = (): FrameBatch[] => posted.filter((message) => message.kind === "batch");
  const pull = (): void => session.handle({ kind: "pull", spent: [] });

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    FakeSocket.made = [];
    posted = [];
    session = new StreamSession("ws://host:8081/", (message) => posted.push(message));
    goLive();
  });

  afterEach(() => {
    session.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function goLive(): void {
    for (const route of ["orders", "market"] as const) {
      session.handle({ kind: "ticket", route, ticket: `ticket-${route}` });
      const socket = socketTo(`/v1/${route}`);
      socket.onopen?.();
      socket.receive(logonAckFrame("trader", [{ id: 1001, name: "PAPER-1", permissions: 7 }], 0));
      socket.receive(instrumentListFrame([BTC]));
    }
    socketTo("/v1/orders").receive(snapshotFrame(1001, 4, TradingState.Active, "netting", [], [], []));
  }

  const quote = (lastTicks: number) =>
    quoteFrame({
      instrument: 1,
      seq: 1,
      state: BookState.Synced,
      eventMs: 1,
      bid: [1, 1],
      ask: [2, 1],
      lastTicks,
      referenceTicks: 1,
      dayVolumeLots: 0,
    });

  it("asks for one ticket per line and logs on with it", () => {
    expect(posted.filter((message) => message.kind === "need-ticket")).toHaveLength(2);
    const market = socketTo("/v1/market");
    expect(market.kinds()[0]).toBe(ClientBody.Logon);
    const logon = market.sent[0]?.body(new Logon()) as Logon | undefined;
    expect(logon?.ticket()).toBe("ticket-market");
  });

  it("sends one batch per pull with the last value, however many came", () => {
    pull();
    posted.length = 0;
    for (let last = 1; last <= 50; last++) socketTo("/v1/market").receive(quote(last));
    expect(batches()).toHaveLength(0);
    pull();
    expect(batches()).toHaveLength(1);
    expect(batches()[0]?.quotes?.[5]).toBe(50);
    pull();
    expect(batches()).toHaveLength(1);
    socketTo("/v1/market").receive(quote(51));
    expect(batches()).toHaveLength(2);
  });

  it("never drops an own event, and keeps their order", () => {
    pull();
    posted.length = 0;
    for (let seq = 5; seq <= 304; seq++) socketTo("/v1/orders").receive(execFrame({ ...EXEC, accountSeq: seq }));
    pull();
    const own = batches().flatMap((batch) => batch.own);
    expect(own.map((event) => (event.kind === "exec" ? event.accountSeq : 0))).toEqual(
      Array.from({ length: 300 }, (_, index) => index + 5),
    );
  });

  it("asks for a new book after a gap", () => {
    session.handle({ kind: "watch", instrument: 1, intervalS: 60 });
    const market = socketTo("/v1/market");
    const book = { instrument: 1, state: BookState.Synced, eventMs: 1, bids: [], asks: [] };
    market.receive(bookSnapshotFrame({ ...book, seq: 1 }));
    const before = market.sent.length;
    market.receive(bookDeltaFrame({ ...book, seq: 3 }));
    const asked = market.sent.slice(before).map((frame) => frame.body(new Subscribe()) as Subscribe);
    expect(asked[0]?.instruments(0)).toBe(1);
    expect((asked[0]?.channels() ?? 0) & 1).toBe(1);
  });

  it("closes the order line and begins anew when an account report was missed", () => {
    const first = socketTo("/v1/orders");
    first.receive(execFrame({ ...EXEC, accountSeq: 5 }));
    first.receive(execFrame({ ...EXEC, accountSeq: 7 }));
    expect(first.readyState).toBe(3);
    vi.advanceTimersByTime(1000);
    session.handle({ kind: "ticket", route: "orders", ticket: "again" });
    expect(socketTo("/v1/orders")).not.toBe(first);
  });

  it("tells which requests had no answer when the line broke", () => {
    const request = {
      kind: "new-order",
      account: 1001,
      instrument: 1,
      side: Side.Buy,
      ordType: OrdType.Limit,
      timeInForce: TimeInForce.Gtc,
      lots: 3,
      ticks: 9,
    } as const;
    session.handle({ kind: "request", request: { ...request, clOrdId: "answered" } });
    session.handle({ kind: "request", request: { ...request, clOrdId: "open" } });
    const orders = socketTo("/v1/orders");
    const sent = last(orders).body(new NewOrderSingle()) as NewOrderSingle;
    expect([sent.clOrdId(), sent.orderQtyLots(), sent.priceTicks()]).toEqual(["open", 3n, 9n]);
    orders.receive(execFrame({ ...EXEC, clOrdId: "answered", accountSeq: 5 }));
    orders.onclose?.({ code: 1006, reason: "" });
    pull();
    expect(batches().flatMap((batch) => batch.own)).toContainEqual({ kind: "lost", unansweredClOrdIds: ["open"] });
  });

  it("sends nothing on a dead line, and says so", () => {
    socketTo("/v1/orders").onclose?.({ code: 1006, reason: "" });
    session.handle({ kind: "request", request: { kind: "cancel", account: 1001, clOrdId: "c", origClOrdId: "o", orderId: "1" } });
    pull();
    expect(batches().flatMap((batch) => batch.own)).toContainEqual({ kind: "lost", unansweredClOrdIds: ["c"] });
  });

  it("backs off and tries again, but not where another window took over", () => {
    const market = socketTo("/v1/market");
    market.onclose?.({ code: 1006, reason: "" });
    posted.length = 0;
    vi.advanceTimersByTime(400);
    expect(posted.filter((message) => message.kind === "need-ticket")).toEqual([{ kind: "need-ticket", route: "market" }]);
    socketTo("/v1/orders").onclose?.({ code: 4001, reason: "" });
    posted.length = 0;
    vi.advanceTimersByTime(60_000);
    expect(posted).not.toContainEqual({ kind: "need-ticket", route: "orders" });
  });

  it("beats while it is live and closes a line that fell silent", () => {
    const market = socketTo("/v1/market");
    vi.advanceTimersByTime(1000);
    expect(market.kinds().filter((kind) => kind === ClientBody.Heartbeat).length).toBeGreaterThanOrEqual(2);
    const beat = last(market).body(new Heartbeat()) as Heartbeat;
    expect(beat.clientTsNs()).toBeGreaterThan(0n);
    vi.advanceTimersByTime(6000);
    expect(market.readyState).toBe(3);
  });
});
