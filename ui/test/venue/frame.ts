/** What every server frame of the scripted venue is made by. */
import { type ServerBody, ServerFrame } from "@jware/schemas/wire";
import { Builder } from "flatbuffers";

/** Milliseconds as nanoseconds. */
export const ns = (ms: number): bigint => BigInt(Math.round(ms * 1000)) * 1000n;

export function frame(type: ServerBody, write: (builder: Builder) => number): Uint8Array {
  const builder = new Builder(1024);
  const body = write(builder);
  builder.finish(ServerFrame.createServerFrame(builder, type, body));
  return builder.asUint8Array();
}
