/** Latency traces as a client asks for them and is told, against a scripted server; the real one is in test/live.test.ts. */
import {
  ClientBody,
  type ClientFrame,
  NewOrderSingle,
  OrderBatch,
  OrderCancelRequest,
  RequestKind,
  type BatchRequest,
} from "@jware/schemas/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LatencyTrace, OrderRefused } from "./index.js";
import { ACCOUNT } from "./test/frame-tables.js";
import { LIMIT_BUY, newOrderOf, OrderScene } from "./test/order-scene.js";

let scene: OrderScene;
let told: LatencyTrace[];
const STAGES = [2_000, 3_000, 4_500, 5_000, 6_000, 206_000, 216_000] as const;

beforeEach(() => start(false));
afterEach(() => scene.end());

async function start(trace: boolean): Promise<void> {
  scene = await OrderScene.start({ trace });
  told = [];
  scene.client.on("latencyTrace", (event) => told.push(event));
}

const nameOf = (frame: ClientFrame): string => newOrderOf(frame).clOrdId() ?? "";

test("an order that asks carries its time, and its trace tells what each stage took", async () => {
  const startedMs = performance.timeOrigin + performance.now();
  const submitted = scene.client.submit(LIMIT_BUY, { trace: true });
  const { frame } = await scene.server.next(ClientBody.NewOrderSingle);
  const sentTsNs = frame.traceSentNs();
  const clOrdId = nameOf(frame);
  expect(Number(sentTsNs) / 1e6).toBeGreaterThan(startedMs - 1);
  expect(Number(sentTsNs) / 1e6).toBeLessThan(startedMs + 5_000);
  scene.server.account.execution({ orderId: 900n, clOrdId });
  await submitted;
  await new Promise((resolve) => setTimeout(resolve, 30));
  const beforeMs = performance.timeOrigin + performance.now();
  scene.server.account.latencyTrace({ sentTsNs, clOrdId, stages: STAGES });
  await scene.settled();
  expect(told).toHaveLength(1);
  const [trace] = told as [LatencyTrace];
  expect([trace.request, trace.account, trace.clOrdId, trace.readTsMs]).toEqual([
    "newOrder",
    "PAPER-1",
    clOrdId,
    1_700_000_000_000,
  ]);
  expect(trace.stagesUs).toEqual({
    decoded: 2,
    checked: 1,
    matched: 1.5,
    journalled: 0.5,
    encoded: 1,
    durable: 200,
    written: 10,
  });
  expect(Object.values(trace.stagesUs).reduce((sum, us) => sum + us, 0)).toBeCloseTo(trace.serverUs);
  expect(trace.serverUs).toBe(216);
  // The answer's arrival counts, not the trace's.
  expect(trace.receivedTsMs).toBeLessThan(beforeMs - 15);
  expect(trace.roundTripUs).toBeCloseTo((trace.receivedTsMs - trace.sentTsMs) * 1e3, -1);
  expect(trace.outsideUs).toBeCloseTo(trace.roundTripUs - 216);
});

test("where the server took longer than it can tell, nothing is said of what was outside", async () => {
  const submitted = scene.client.submit(LIMIT_BUY, { trace: true });
  const { frame } = await scene.server.next(ClientBody.NewOrderSingle);
  scene.server.account.execution({ orderId: 900n, clOrdId: nameOf(frame) });
  await submitted;
  const stages = [2_000, 3_000, 4_500, 5_000, 6_000, 0xffff_ffff, 0xffff_ffff] as const;
  scene.server.account.latencyTrace({ sentTsNs: frame.traceSentNs(), clOrdId: nameOf(frame), stages });
  await scene.settled();
  expect(told).toMatchObject([{ serverUs: 4_294_967.295 }]);
  expect(told[0]).not.toHaveProperty("outsideUs");
});

test("what does not ask carries no time, and no trace that nobody asked for is told", async () => {
  const submitted = scene.client.submit(LIMIT_BUY);
  const { frame } = await scene.server.next(ClientBody.NewOrderSingle);
  expect(frame.traceSentNs()).toBe(0n);
  scene.server.account.execution({ orderId: 900n, clOrdId: nameOf(frame) });
  await submitted;
  scene.server.account.latencyTrace({ sentTsNs: 77n, clOrdId: nameOf(frame), stages: STAGES });
  await scene.settled();
  expect(told).toEqual([]);
});

test("a client that traces asks with every request, each at a time of its own, unless one says no", async () => {
  scene.end();
  await start(true);
  const requests = [
    scene.client.submit(LIMIT_BUY),
    scene.client.submit(LIMIT_BUY),
    scene.client.submit(LIMIT_BUY, { trace: false }),
  ];
  const frames = [];
  for (const _ of requests) frames.push((await scene.server.next(ClientBody.NewOrderSingle)).frame);
  const [first, second, third] = frames.map((frame) => frame.traceSentNs()) as [bigint, bigint, bigint];
  expect(first).toBeGreaterThan(0n);
  expect(second).toBeGreaterThan(first);
  expect(third).toBe(0n);
  for (const [index, frame] of frames.entries())
    scene.server.account.execution({ orderId: 900n + BigInt(index), clOrdId: nameOf(frame) });
  const [order] = await Promise.all(requests);
  // The first is never told, as the server had too many; once the second is, it is not waited for any more.
  scene.server.account.latencyTrace({ sentTsNs: second, clOrdId: "second", stages: STAGES });
  scene.server.account.latencyTrace({ sentTsNs: second, clOrdId: "second", stages: STAGES });
  scene.server.account.latencyTrace({ sentTsNs: first, clOrdId: "first", stages: STAGES });
  await scene.settled();
  expect(told.map(({ clOrdId }) => clOrdId)).toEqual(["second"]);
  const canceled = order === undefined ? undefined : scene.client.cancel(order).catch(() => undefined);
  const { frame } = await scene.server.next(ClientBody.OrderCancelRequest);
  expect(frame.traceSentNs()).toBeGreaterThan(second);
  expect((frame.body(new OrderCancelRequest()) as OrderCancelRequest).account()).toBe(ACCOUNT);
  scene.client.close();
  await canceled;
});

test("a refused order's trace has no stage that it did not come to", async () => {
  const submitted = scene.client.submit(LIMIT_BUY, { trace: true });
  const { frame } = await scene.server.next(ClientBody.NewOrderSingle);
  const refusal = { code: 204, rule: "PERMISSION_MISSING", text: "It may not.", clOrdId: nameOf(frame) };
  scene.server.refuse("orders", RequestKind.NewOrder, refusal);
  await expect(submitted).rejects.toBeInstanceOf(OrderRefused);
  scene.server.account.latencyTrace({
    sentTsNs: frame.traceSentNs(),
    clOrdId: nameOf(frame),
    stages: [2_000, 0, 0, 0, 3_000, 0, 4_000],
  });
  await scene.settled();
  expect(told[0]?.stagesUs).toEqual({ decoded: 2, encoded: 1, written: 1 });
});

test("a batch has one trace, without a name", async () => {
  const batch = scene.client.batch({ requests: [{ kind: "new", ...LIMIT_BUY }] }, { trace: true });
  const { frame } = await scene.server.next(ClientBody.OrderBatch);
  const request = (frame.body(new OrderBatch()) as OrderBatch).requests(0) as BatchRequest;
  scene.server.account.execution({
    orderId: 900n,
    clOrdId: (request.body(new NewOrderSingle()) as NewOrderSingle).clOrdId() ?? "",
  });
  await batch;
  scene.server.account.latencyTrace({ sentTsNs: frame.traceSentNs(), responseTo: RequestKind.Batch, stages: STAGES });
  await scene.settled();
  expect(told.map(({ request, clOrdId }) => [request, clOrdId])).toEqual([["batch", undefined]]);
});
