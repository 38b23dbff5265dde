/**
 * What an order costs inside the process: bytes in, one native call, bytes out, no socket. Memory mode. One by one, and in the protocol's
 * batches of 8 and 64 requests (64 are the most that it allows): orders and their cancels in turn.
 *
 * Frames are encoded once and the names in them patched in place, so that JavaScript adds next to nothing to what is measured.
 */
import { join } from "node:path";
import { closeSession, coreStatus, openSession, Outbox, ROUTE, readRecords, stopCore, submit } from "@jware/core-native";
import { batchFrame, cancelFrame, heartbeatFrame, newOrderFrame } from "@jware/schemas/client-frames";
import { ExecType, ExecutionReport, OrdType, ServerBody, ServerFrame, Side, TimeInForce } from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import { ACCOUNT, INSTRUMENT, startCoreUnderTest } from "../core-under-test.js";
import { type Check, figureOf, ratiosOf, type SuiteResult } from "../figure.js";
import { removeFolder, scratchFolder } from "../scratch.js";
import type { RunOptions } from "../suite.js";
import { NamedFrame, placeholder } from "./named-frame.js";
import { type Task, timeInTurn } from "./rounds.js";

const BUFFER_BYTES = 1 << 20;
const BATCHES = [8, 64] as const;
const CALLS_PER_SAMPLE = 100;
const ORDER = { side: Side.Buy, ordType: OrdType.Limit, timeInForce: TimeInForce.Gtc, orderQtyLots: 1, priceTicks: 100 } as const;

export async function frames(rounds: number, options: RunOptions): Promise<SuiteResult> {
  const folder = scratchFolder("native");
  startCoreUnderTest(join(folder, "journal"), "internal");
  const outbox = new Outbox(() => undefined);
  try {
    const accounts = [{ account: ACCOUNT, permissions: ["read", "trade", "cancel"] as const }];
    const session = openSession(outbox, "gateway", { user: 2, accounts });
    const result = await measure(session, rounds, options);
    closeSession(session);
    return result;
  } finally {
    outbox.close();
    stopCore();
    removeFolder(folder);
  }
}

async function measure(session: number, rounds: number, options: RunOptions): Promise<SuiteResult> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  const place = new NamedFrame(newOrderFrame({ account: ACCOUNT, instrument: INSTRUMENT, clOrdId: placeholder(0), ...ORDER }), 1);
  const cancel = new NamedFrame(cancelFrame({ account: ACCOUNT, origClOrdId: placeholder(0) }), 1);
  const heartbeat = heartbeatFrame(1n);
  let placed = 0;
  const one: Task[] = [
    {
      name: "heartbeat",
      per: CALLS_PER_SAMPLE,
      run: () => {
        for (let call = 0; call < CALLS_PER_SAMPLE; call++) submit(session, 0, heartbeat, buffer);
      },
    },
    {
      name: "order or cancel",
      per: CALLS_PER_SAMPLE,
      run: () => {
        for (let call = 0; call < CALLS_PER_SAMPLE; call += 2) {
          submit(session, 0, place.name(placed), buffer);
          submit(session, 0, cancel.name(placed), buffer);
          placed += 1;
        }
      },
    },
  ];
  const batches = BATCHES.map((size): Task & { readonly frame: NamedFrame } => {
    const frame = pairsFrame(size / 2);
    const run = () => {
      submit(session, 0, frame.name(placed), buffer);
      placed += size / 2;
    };
    return { name: `order or cancel, in batches of ${size}`, per: size, run, frame };
  });
  // Before the rounds: what is asked is answered, each by each.
  const checks = [answersRight("one", [place, cancel], 1)];
  for (const { name, frame, per } of batches) checks.push(answersRight(name, [frame], per / 2));
  const timed = await timeInTurn([...one, ...batches], rounds, options);
  const single = timed[1]?.ns ?? [];
  const open = coreStatus().openOrderCount;
  return {
    figures: timed.flatMap(({ name, ns, n }) => [
      figureOf(`frame in, answers out: ${name}`, "ns", ns, undefined, { n }),
      ...(name.includes("batches")
        ? [figureOf(`frame in, answers out: ${name} / one by one`, "ratio", ratiosOf(ns, single), { better: "lower" })]
        : []),
    ]),
    checks: [...checks, { name: "frames leave no order", passed: open === 0, detail: `${placed} placed, ${open} open` }],
  };

  /** Orders of a name of their own each, placed and canceled, and the reports that came of it. */
  function answersRight(name: string, sent: readonly NamedFrame[], pairCount: number): Check {
    const types = sent.flatMap((frame) => executionTypes(buffer, submit(session, 0, frame.name(placed), buffer)));
    placed += pairCount;
    const count = (type: ExecType) => types.filter((other) => other === type).length;
    const detail = `${count(ExecType.New)} acknowledged, ${count(ExecType.Canceled)} canceled, of ${pairCount}`;
    const passed = count(ExecType.New) === pairCount && count(ExecType.Canceled) === pairCount && types.length === 2 * pairCount;
    return { name: `frames, ${name}: answers`, passed, detail };
  }
}

/** A batch of so many orders, each followed by its cancel. */
function pairsFrame(pairCount: number): NamedFrame {
  const pairs = Array.from({ length: pairCount }, (_, index) => [
    { kind: "new", instrument: INSTRUMENT, clOrdId: placeholder(index), ...ORDER } as const,
    { kind: "cancel", origClOrdId: placeholder(index) } as const,
  ]);
  return new NamedFrame(batchFrame({ account: ACCOUNT, atomic: false, requests: pairs.flat() }), pairCount);
}

function executionTypes(buffer: Uint8Array, byteCount: number): ExecType[] {
  const types: ExecType[] = [];
  readRecords(new DataView(buffer.buffer), byteCount, (route, _target, _token, start, end) => {
    if (route !== ROUTE.SESSION) return;
    const frame = ServerFrame.getRootAsServerFrame(new ByteBuffer(buffer.subarray(start, end)));
    if (frame.bodyType() !== ServerBody.ExecutionReport) return;
    const report = frame.body(new ExecutionReport()) as ExecutionReport | null;
    if (report !== null) types.push(report.execType());
  });
  return types;
}
