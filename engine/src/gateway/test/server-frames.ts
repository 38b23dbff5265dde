/** Frames and records as the core would give them, for tests that say what the core answers. */
import {
  ExecutionReport,
  ExecType,
  MassCancelReport,
  OrdType,
  ServerBody,
  ServerFrame,
  Side,
  TimeInForce,
} from "@jware/schemas/wire";
import { Builder } from "flatbuffers";

const HEADER_BYTES = 16;

/** One outbox record; the layout is that of core-native/src/record.ts. */
export function record(route: number, target: number, token: number, frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + ((frame.length + 7) & ~7));
  const view = new DataView(bytes.buffer);
  [frame.length, route, target, token].forEach((value, index) => {
    view.setUint32(index * 4, value, true);
  });
  bytes.set(frame, HEADER_BYTES);
  return bytes;
}

export function executionFrame(fields: { readonly clOrdId: string; readonly ordStatus: number }): Uint8Array {
  const builder = new Builder(256);
  const clOrdId = builder.createString(fields.clOrdId);
  ExecutionReport.startExecutionReport(builder);
  ExecutionReport.addClOrdId(builder, clOrdId);
  ExecutionReport.addOrdStatus(builder, fields.ordStatus);
  ExecutionReport.addExecType(builder, ExecType.New);
  ExecutionReport.addSide(builder, Side.Buy);
  ExecutionReport.addOrdType(builder, OrdType.Limit);
  ExecutionReport.addTimeInForce(builder, TimeInForce.Gtc);
  const body = ExecutionReport.endExecutionReport(builder);
  builder.finish(ServerFrame.createServerFrame(builder, ServerBody.ExecutionReport, body));
  return builder.asUint8Array();
}

export function massCancelFrame(canceledCount: number): Uint8Array {
  const builder = new Builder(64);
  const body = MassCancelReport.createMassCancelReport(builder, 1001, builder.createString(""), canceledCount, 0n);
  builder.finish(ServerFrame.createServerFrame(builder, ServerBody.MassCancelReport, body));
  return builder.asUint8Array();
}
