import { coreMetrics } from "@jware/core-native";
import {
  batchFrame,
  cancelFrame,
  controlFrame,
  heartbeatFrame,
  logonFrame,
  massCancelFrame,
  newOrderFrame,
  newOrderListFrame,
  replaceFrame,
  traced,
  validateFrame,
} from "@jware/schemas/client-frames";
import {
  Contingency,
  ControlAction,
  LatencyTrace,
  OrdType,
  RequestKind,
  ServerBody,
  Side,
  TimeInForce,
} from "@jware/schemas/wire";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Edge, startEdge } from "../edge-app.js";
import { must, QTY_LOTS_MAX, startStage, ticketOf } from "./edge-stage.js";
import { orderFrame, WireClient } from "./wire-client.js";

const ACCOUNT = 1001;
const STRANGER = 1002;
const INSTRUMENT = 1;
/** Later than any time of sending that a test gives otherwise. */
const FENCE = 1n << 62n;
/** As the server has it. */
const PENDING_COUNT_MAX = 64;

/** Told in this order, each counted from the read. */
const stagesOf = (trace: LatencyTrace) => ({
  decoded: trace.decodedNs(),
  checked: trace.checkedNs(),
  matched: trace.matchedNs(),
  journalled: trace.journalledNs(),
  encoded: trace.encodedNs(),
  durable: trace.durableNs(),
  written: trace.writtenNs(),
});

/** Names of the stages that were reached; checks on the way that none is before the one that it follows from. */
function reached(trace: LatencyTrace): string[] {
  let last = 0;
  const names: string[] = [];
  for (const [name, at] of Object.entries(stagesOf(trace))) {
    if (at === 0) continue;
    expect(at, name).toBeGreaterThanOrEqual(last);
    last = at;
    names.push(name);
  }
  return names;
}

export function testLatencyTraces(ackMode: "memory" | "durable"): void {
  let edge: Edge;
  let endStage: () => void;
  let number = 0;
  let fenceCount = 0;
  const open: WireClient[] = [];
  const whole = [
    "decoded",
    "checked",
    "matched",
    "journalled",
    "encoded",
    ...(ackMode === "durable" ? ["durable"] : []),
    "written",
  ];
  const without = (...stages: string[]): string[] => whole.filter((stage) => !stages.includes(stage));

  const name = (): string => {
    number += 1;
    return `t-${number}`;
  };
  const buy = (clOrdId: string, qty = 1): Uint8Array<ArrayBuffer> =>
    orderFrame({ account: ACCOUNT, instrument: INSTRUMENT, clOrdId, side: Side.Buy, qty, price: 100 });
  const terms = { side: Side.Buy, ordType: OrdType.Limit, timeInForce: TimeInForce.Gtc, orderQtyLots: 1, priceTicks: 100 };

  async function logOn(): Promise<WireClient> {
    const client = await WireClient.open(edge.port, "orders");
    open.push(client);
    client.send(logonFrame({ ticket: ticketOf(ACCOUNT) }));
    await client.awaitKind(ServerBody.AccountSnapshot);
    return client;
  }
  const traceAt = async (client: WireClient, nth: number): Promise<LatencyTrace> =>
    (await client.awaitKind(ServerBody.LatencyTrace, nth)).body(new LatencyTrace()) as LatencyTrace;
  /** The times of sending of all traces that were told for what was sent before. They come in the order of the answers, so one more request tells when. */
  async function settled(client: WireClient): Promise<bigint[]> {
    fenceCount += 1;
    const fence = FENCE + BigInt(fenceCount);
    client.send(traced(fence, () => cancelFrame({ account: ACCOUNT, origClOrdId: "nobody" })));
    for (let told: bigint[] = []; ; ) {
      told.push((await traceAt(client, told.length + 1)).sentTsNs());
      if (told.at(-1) === fence) return told.filter((sentTsNs) => sentTsNs < FENCE);
    }
  }

  beforeAll(() => {
    endStage = startStage({ ackMode, instruments: [[INSTRUMENT, "INT", "internal"]], accounts: [ACCOUNT] });
    edge = startEdge({ host: "127.0.0.1", port: 0 });
  });

  afterEach(() => {
    for (const client of open.splice(0)) client.close();
  });

  afterAll(() => {
    edge.close();
    endStage();
  });

  it("tells who asked, and nobody else, where the time of an order went", async () => {
    const client = await logOn();
    const other = await logOn();
    const clOrdId = name();
    const sentTsNs = BigInt(Date.now()) * 1_000_000n;
    const startedNs = process.hrtime.bigint();
    client.send(traced(sentTsNs, () => buy(clOrdId)));
    const trace = await traceAt(client, 1);
    const tookNs = Number(process.hrtime.bigint() - startedNs);
    expect([trace.responseTo(), trace.account(), trace.clOrdId()]).toEqual([RequestKind.NewOrder, ACCOUNT, clOrdId]);
    expect(trace.sentTsNs()).toBe(sentTsNs);
    expect(Math.abs(Number(trace.readTsNs() - sentTsNs) / 1e6)).toBeLessThan(5_000);
    expect(reached(trace)).toEqual(whole);
    expect(trace.writtenNs()).toBeLessThanOrEqual(tookNs);
    const kinds = client.received.map(({ kind }) => kind);
    expect(kinds.indexOf(ServerBody.LatencyTrace)).toBeGreaterThan(kinds.indexOf(ServerBody.ExecutionReport));
    expect([await settled(client), await settled(other)]).toEqual([[sentTsNs], []]);
    expect(other.executions().map((execution) => execution.clOrdId())).toEqual([clOrdId]);
  });

  it("tells nothing of frames that do not ask, also after one that did, and nothing of those that are no requests", async () => {
    const client = await logOn();
    const before = coreMetrics().traces_total ?? 0;
    client.send(buy(name()));
    client.send(traced(5n, () => heartbeatFrame(2n)));
    expect(await settled(client)).toEqual([]);
    client.send(traced(6n, () => buy(name())));
    client.send(buy(name()));
    expect(await settled(client)).toEqual([6n]);
    // With the two fences.
    expect(coreMetrics().traces_total).toBe(before + 3);
  });

  it("tells when the disk had it, and not only when the answer left", async () => {
    const client = await logOn();
    let earlier = 0;
    for (let nth = 1; nth <= 20; nth += 1) {
      client.send(traced(BigInt(nth), () => buy(name())));
      const trace = await traceAt(client, nth);
      if (trace.durableNs() < trace.writtenNs()) earlier += 1;
    }
    // A commit that is noticed before it is told counts as the write.
    expect(earlier).toBeGreaterThan(0);
  });

  it("traces every kind of request, each as far as it came", async () => {
    const client = await logOn();
    const [resting, replaced] = [name(), name()];
    const order = { account: ACCOUNT, instrument: INSTRUMENT, ...terms };
    const linked = { ...terms, priceTicks: 90 };
    const cases: [RequestKind, string[], () => Uint8Array<ArrayBuffer>][] = [
      [RequestKind.NewOrder, whole, () => newOrderFrame({ ...order, clOrdId: resting })],
      // The same again is answered without a check.
      [RequestKind.NewOrder, without("checked"), () => newOrderFrame({ ...order, clOrdId: resting })],
      [
        RequestKind.Replace,
        whole,
        () => replaceFrame({ account: ACCOUNT, clOrdId: replaced, origClOrdId: resting, orderQtyLots: 2, priceTicks: 99 }),
      ],
      [RequestKind.Cancel, whole, () => cancelFrame({ account: ACCOUNT, origClOrdId: replaced })],
      [RequestKind.Cancel, whole, () => cancelFrame({ account: ACCOUNT, origClOrdId: "nobody" })],
      [
        RequestKind.Replace,
        whole,
        () => replaceFrame({ account: ACCOUNT, clOrdId: name(), origClOrdId: "nobody", orderQtyLots: 2, priceTicks: 99 }),
      ],
      [RequestKind.NewOrder, whole, () => buy(name(), QTY_LOTS_MAX + 1)],
      [
        RequestKind.NewOrderList,
        whole,
        () =>
          newOrderListFrame({
            ...{ account: ACCOUNT, instrument: INSTRUMENT, contingency: Contingency.Oco },
            orders: [
              { ...linked, clOrdId: name() },
              { ...linked, clOrdId: name() },
            ],
          }),
      ],
      ...[true, false].map((atomic): [RequestKind, string[], () => Uint8Array<ArrayBuffer>] => [
        RequestKind.Batch,
        whole,
        () =>
          batchFrame({
            ...{ account: ACCOUNT, atomic },
            requests: [{ kind: "new", instrument: INSTRUMENT, clOrdId: name(), ...terms }],
          }),
      ]),
      [RequestKind.MassCancel, without("checked"), () => massCancelFrame({ account: ACCOUNT, clOrdId: name() })],
      [RequestKind.Validate, without("journalled"), () => validateFrame({ ...order, clOrdId: name() })],
      [RequestKind.Control, without("checked"), () => controlFrame({ account: ACCOUNT, action: ControlAction.Halt })],
      // It may not release what it halted, nor trade for others, nor name an order so.
      [
        RequestKind.Control,
        ["decoded", "encoded", "written"],
        () => controlFrame({ account: ACCOUNT, action: ControlAction.Release }),
      ],
      [RequestKind.Cancel, ["decoded", "encoded", "written"], () => cancelFrame({ account: STRANGER, orderId: 1 })],
      [RequestKind.NewOrder, ["decoded", "encoded", "written"], () => newOrderFrame({ ...order, clOrdId: "no name" })],
    ];
    for (const [index, [kind, stages, make]] of cases.entries()) {
      const sentTsNs = BigInt(index + 1);
      client.send(traced(sentTsNs, make));
      const trace = await traceAt(client, index + 1);
      expect([index, trace.responseTo(), trace.sentTsNs()]).toEqual([index, kind, sentTsNs]);
      expect([index, reached(trace)]).toEqual([index, stages]);
    }
    must({ kind: "setTradingState", user: 0, scope: { kind: "account", account: ACCOUNT }, state: "active", reason: "test" });
  });

  it("traces no more than 64 requests of a session at a time, counts the others, and answers all", async () => {
    const client = await logOn();
    const before = coreMetrics();
    const since = (key: string): number => (coreMetrics()[key] ?? 0) - (before[key] ?? 0);
    const count = 3 * PENDING_COUNT_MAX;
    for (let index = 1; index <= count; index += 1) client.send(traced(BigInt(index), () => buy(name())));
    await client.until("every answer", () => (client.executions().length === count ? true : undefined));
    const told = await settled(client);
    // The fence is traced, too.
    expect([since("traces_total"), since("traces_total") + since("traces_dropped_total")]).toEqual([told.length + 1, count + 1]);
    // Those that wait for nothing are not under way at a time.
    if (ackMode === "memory") expect(told.length).toBe(count);
    else {
      expect(told.length).toBeGreaterThanOrEqual(PENDING_COUNT_MAX);
      expect(told.length).toBeLessThan(count);
    }
    expect(told.slice(0, 2)).toEqual([1n, 2n]);
  });

  it("goes on when a client leaves before its trace", async () => {
    const leaving = await logOn();
    for (let index = 1; index <= 10; index += 1) leaving.send(traced(BigInt(index), () => buy(name())));
    leaving.close();
    const client = await logOn();
    client.send(traced(1n, () => buy(name())));
    expect(reached(await traceAt(client, 1))).toEqual(whole);
  });
}
