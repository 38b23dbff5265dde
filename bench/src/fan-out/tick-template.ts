/** A tick as the core encodes it, to be published by others: the same bytes, with only their sequence and time written anew. */
import { join } from "node:path";
import { MarketBatch, openSession, Outbox, putCredential, ROUTE, readRecords, stopCore, submit } from "@jware/core-native";
import { logonFrame, subscribeFrame } from "@jware/schemas/client-frames";
import { BookDelta, ServerBody, ServerFrame } from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import { BID_TICKS, INSTRUMENT, startCoreUnderTest } from "../core-under-test.js";
import { removeFolder, scratchFolder } from "../scratch.js";
import { TICKET, ticketCredential } from "./ticket.js";

const BUFFER_BYTES = 1 << 20;
const BOOK_CHANNEL = 1;

export class TickTemplate {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #seqAt: number;
  readonly #tsAt: number;
  #seq = 0;

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const delta = deltaOf(bytes);
    if (delta === undefined) throw new Error("a tick is a change of the book");
    this.#seqAt = onlyPlace(bytes, delta.seq());
    this.#tsAt = onlyPlace(bytes, delta.tsEventNs());
  }

  /** Lets the core of this process encode one, and ends it. */
  static fromCore(): TickTemplate {
    const folder = scratchFolder("tick");
    try {
      startCoreUnderTest(join(folder, "journal"), "paper");
      const outbox = new Outbox(() => undefined);
      const buffer = new Uint8Array(BUFFER_BYTES);
      const session = openSession(outbox, "market");
      putCredential(ticketCredential());
      submit(session, 0, logonFrame({ ticket: TICKET }), buffer);
      submit(session, 0, subscribeFrame([INSTRUMENT], BOOK_CHANNEL), buffer);
      while (outbox.drain(buffer) > 0);
      // Many: a small sequence might stand at several places of a frame by chance.
      const batch = new MarketBatch();
      for (let qty = 1; qty < 300; qty++) {
        batch.level(INSTRUMENT, 1, BID_TICKS - 1, qty, Date.now());
        batch.flush();
      }
      let last: Uint8Array | undefined;
      readRecords(new DataView(buffer.buffer), outbox.drain(buffer), (route, _target, _token, start, end) => {
        if (route === ROUTE.TOPIC) last = buffer.slice(start, end);
      });
      if (last === undefined) throw new Error("the core published no tick");
      return new TickTemplate(last);
    } finally {
      stopCore();
      removeFolder(folder);
    }
  }

  /** The next tick's bytes, in place. */
  next(tsMs: number): Uint8Array {
    this.#seq += 1;
    this.#view.setUint32(this.#seqAt, this.#seq, true);
    this.#view.setUint32(this.#seqAt + 4, 0, true);
    this.#view.setBigUint64(this.#tsAt, BigInt(Math.round(tsMs * 1e3)) * 1_000n, true);
    return this.bytes;
  }
}

function deltaOf(bytes: Uint8Array): BookDelta | undefined {
  const frame = ServerFrame.getRootAsServerFrame(new ByteBuffer(bytes));
  if (frame.bodyType() !== ServerBody.BookDelta) return undefined;
  return (frame.body(new BookDelta()) as BookDelta | null) ?? undefined;
}

function onlyPlace(bytes: Uint8Array, value: bigint): number {
  const wanted = new Uint8Array(new BigUint64Array([value]).buffer);
  const at = Buffer.from(bytes).indexOf(wanted);
  if (at < 0 || Buffer.from(bytes).indexOf(wanted, at + 1) >= 0) throw new Error(`${value} does not stand once in a tick`);
  return at;
}
