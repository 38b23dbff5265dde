/**
 * What one order costs inside the process: bytes in, one native call, bytes out, no socket. Memory mode.
 *
 * The frame is encoded once and its name patched in place, so that JavaScript adds next to nothing to what is measured.
 */
import { closeSession, coreStatus, openSession, Outbox, ROUTE, readRecords, stopCore, submit } from "@jware/core-native";
import { cancelFrame, heartbeatFrame, newOrderFrame } from "@jware/schemas/client-frames";
import { ExecType, OrdType, ServerBody, ServerFrame, ExecutionReport, Side, TimeInForce } from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import { Bench } from "tinybench";
import { join } from "node:path";
import { ACCOUNT, INSTRUMENT, startCoreUnderTest } from "./core-under-test.js";
import { removeFolder, scratchFolder } from "./scratch.js";
import { type Check, figureOf, type SuiteResult } from "./figure.js";
import type { Parts } from "./suite.js";

const NAME_DIGITS = 12;
const NAME_PLACEHOLDER = "#".repeat(NAME_DIGITS);
const BUFFER_BYTES = 1 << 20;
const MEASURE_MS = 1_000;
/** Calls per sample: a clock read costs as much as a call. */
const CALLS_PER_SAMPLE = 100;

/** A frame whose name can be changed without encoding it again. */
class NamedFrame {
  readonly bytes: Uint8Array;
  readonly #at: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#at = Buffer.from(bytes).indexOf(NAME_PLACEHOLDER);
    if (this.#at < 0) throw new Error("the frame has no name to change");
  }

  /** Writes a number as decimal digits where the name is. */
  name(value: number): Uint8Array {
    let rest = value;
    for (let digit = NAME_DIGITS - 1; digit >= 0; digit--) {
      const next = Math.floor(rest / 10);
      this.bytes[this.#at + digit] = 48 + rest - next * 10;
      rest = next;
    }
    return this.bytes;
  }
}

export const NATIVE_CALL_PARTS: Parts = { call: nativeCall };

async function nativeCall(rounds: number): Promise<SuiteResult> {
  const folder = scratchFolder("native");
  startCoreUnderTest(join(folder, "journal"), "internal");
  try {
    const outbox = new Outbox(() => undefined);
    const session = openSession(outbox, "gateway", {
      user: 2,
      accounts: [{ account: ACCOUNT, permissions: ["read", "trade", "cancel"] }],
    });
    const result = await measure(session, rounds);
    closeSession(session);
    outbox.close();
    return result;
  } finally {
    stopCore();
    removeFolder(folder);
  }
}

async function measure(session: number, rounds: number): Promise<SuiteResult> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  const place = new NamedFrame(newOrderFrame(PLACE));
  const cancel = new NamedFrame(cancelFrame({ account: ACCOUNT, origClOrdId: NAME_PLACEHOLDER }));
  const heartbeat = heartbeatFrame(1n);
  let name = 0;
  const placeAndCancel = () => {
    name += 1;
    submit(session, 0, place.name(name), buffer);
    submit(session, 0, cancel.name(name), buffer);
  };
  const check = answersRight(session, place, cancel, buffer);
  const perCall = { heartbeat: [] as number[], order: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const bench = new Bench({ time: MEASURE_MS });
    bench.add("heartbeat", () => {
      for (let call = 0; call < CALLS_PER_SAMPLE; call++) submit(session, 0, heartbeat, buffer);
    });
    bench.add("order", () => {
      for (let call = 0; call < CALLS_PER_SAMPLE; call += 2) placeAndCancel();
    });
    await bench.run();
    for (const [kind, values] of Object.entries(perCall)) values.push(medianNs(bench, kind) / CALLS_PER_SAMPLE);
  }
  const open = coreStatus().openOrderCount;
  return {
    figures: [
      figureOf("native call: heartbeat, in and out", "ns", perCall.heartbeat),
      figureOf("native call: order or cancel, in and out", "ns", perCall.order),
    ],
    checks: [check, { name: "native call leaves no order", passed: open === 0, detail: `${name} placed, ${open} open` }],
  };
}

function medianNs(bench: Bench, task: string): number {
  const result = bench.getTask(task)?.result;
  if (result === undefined || !("latency" in result)) throw new Error(`${task} was not measured`);
  return result.latency.p50 * 1e6;
}

/** Places and cancels one order and reads the answers. */
function answersRight(session: number, place: NamedFrame, cancel: NamedFrame, buffer: Uint8Array): Check {
  const answers = [place, cancel].map((frame) => executionTypes(buffer, submit(session, 0, frame.name(0), buffer)));
  const expected = [[ExecType.New], [ExecType.Canceled]];
  return {
    name: "native call answers",
    passed: JSON.stringify(answers) === JSON.stringify(expected),
    detail: answers.map((types) => types.map((type) => ExecType[type]).join("+")).join(", "),
  };
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

const PLACE = {
  ...{ account: ACCOUNT, instrument: INSTRUMENT, clOrdId: NAME_PLACEHOLDER, side: Side.Buy },
  ...{ ordType: OrdType.Limit, timeInForce: TimeInForce.Gtc, orderQtyLots: 1, priceTicks: 100 },
} as const;
