/** A socket as the core sees it, without the socket: for tests of credentials. */
import { Outbox, openSession, ROUTE, readRecords, submit } from "@jware/core-native";
import { type LogonSecret, logonFrame } from "@jware/schemas/client-frames";
import { ServerBody, ServerFrame } from "@jware/schemas/wire";
import { setTimeout as sleep } from "node:timers/promises";
import { ByteBuffer } from "flatbuffers";

/** A session of the core, as an edge would open it for a socket; gives the kinds of the frames that come back. */
export class TestSocket {
  readonly #outbox = new Outbox(() => undefined);
  readonly #session = openSession(this.#outbox, "orders");
  readonly #buffer = new Uint8Array(1 << 20);

  logOn(secret: LogonSecret): string[] {
    const byteCount = submit(this.#session, 1, logonFrame(secret), this.#buffer);
    return [...this.#read(byteCount), ...this.drain()];
  }

  /** Sends any frame; gives what comes back. */
  send(frame: Uint8Array): string[] {
    const byteCount = submit(this.#session, 2, frame, this.#buffer);
    return [...this.#read(byteCount), ...this.drain()];
  }

  /** Waits until something comes, five seconds at most. */
  async heard(): Promise<string[]> {
    for (let waited_ms = 0; waited_ms < 5_000; waited_ms += 10) {
      const kinds = this.drain();
      if (kinds.length > 0) return kinds;
      await sleep(10);
    }
    return [];
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

export const REFUSED_LOGON = ["Refusal", "closed 4003"];
export const logOn = (secret: LogonSecret): string[] => new TestSocket().logOn(secret);
