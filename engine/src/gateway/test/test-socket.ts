/** A socket without a network: what the core answers to frames, and when it closes. */
import { Outbox, openSession, ROUTE, readRecords, submit } from "@jware/core-native";
import { type LogonSecret, logonFrame } from "@jware/schemas/client-frames";
import { ServerBody, ServerFrame } from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";

/** A session of the core, as an edge would open it for a socket; gives the kinds of the frames that come back. */
export class TestSocket {
  readonly #outbox = new Outbox(() => undefined);
  readonly #session = openSession(this.#outbox, "orders");
  readonly #buffer = new Uint8Array(1 << 20);

  logOn(secret: LogonSecret): string[] {
    return this.send(logonFrame(secret));
  }

  send(frame: Uint8Array): string[] {
    const byteCount = submit(this.#session, 1, frame, this.#buffer);
    return [...this.#read(byteCount), ...this.drain()];
  }

  drain(): string[] {
    const kinds: string[] = [];
    for (let count = this.#outbox.drain(this.#buffer); count > 0; count = this.#outbox.drain(this.#buffer)) {
      kinds.push(...this.#read(count));
    }
    return kinds;
  }

  #read(byteCount: number): string[] {
    const kinds: string[] = [];
    readRecords(new DataView(this.#buffer.buffer), byteCount, (route, _target, token, start, end) => {
      if (route === ROUTE.CLOSE) kinds.push(`closed ${token}`);
      if (route !== ROUTE.SESSION) return;
      const frame = ServerFrame.getRootAsServerFrame(new ByteBuffer(this.#buffer.subarray(start, end)));
      kinds.push(ServerBody[frame.bodyType()] ?? "");
    });
    return kinds;
  }
}
