/** A raw client of the binary protocol for tests: one socket, frames in and out, nothing clever. */
import { newOrderFrame } from "@jware/schemas/client-frames";
import { ExecutionReport, OrdType, Refusal, ServerBody, ServerFrame, Side, TimeInForce } from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import { WebSocket } from "undici";

export interface OrderFields {
  readonly account: number;
  readonly instrument: number;
  readonly clOrdId: string;
  readonly side: Side;
  readonly qty: number;
  /** 0 makes it a market order. */
  readonly price: number;
  readonly timeInForce?: TimeInForce;
}

/** A limit order, or a market order where the price is 0. */
export const orderFrame = ({ qty, price, timeInForce, ...order }: OrderFields): Uint8Array<ArrayBuffer> =>
  newOrderFrame({
    ...order,
    ordType: price === 0 ? OrdType.Market : OrdType.Limit,
    timeInForce: timeInForce ?? TimeInForce.Gtc,
    orderQtyLots: qty,
    priceTicks: price,
  });

/** A frame as received. */
export interface Received {
  readonly kind: ServerBody;
  readonly frame: ServerFrame;
}

export class WireClient {
  readonly received: Received[] = [];
  closed: { code: number; reason: string } | undefined;
  /** Called with each frame the moment it is there. */
  onReceive: (received: Received) => void = () => undefined;
  readonly #socket: WebSocket;
  #changed: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", (event) => {
      const view = ServerFrame.getRootAsServerFrame(new ByteBuffer(new Uint8Array(event.data as ArrayBuffer)));
      const received = { kind: view.bodyType(), frame: view };
      this.received.push(received);
      this.onReceive(received);
      this.#changed();
    });
    socket.addEventListener("close", (event) => {
      this.closed = { code: event.code, reason: event.reason };
      this.#changed();
    });
  }

  static async open(port: number, route: "orders" | "market"): Promise<WireClient> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/${route}`);
    socket.binaryType = "arraybuffer";
    const client = new WireClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve(), { once: true });
      socket.addEventListener("error", () => reject(new Error("the socket did not open")), { once: true });
    });
    return client;
  }

  send(bytes: Uint8Array | string): void {
    this.#socket.send(bytes);
  }

  close(): void {
    this.#socket.close(1000);
  }

  /** Waits until something holds of what was received. */
  async until<T>(what: string, found: () => T | undefined, waitMs = 5_000): Promise<T> {
    const deadline = Date.now() + waitMs;
    for (;;) {
      const value = found();
      if (value !== undefined) return value;
      if (Date.now() > deadline)
        throw new Error(`did not see ${what}; received ${this.received.map((r) => ServerBody[r.kind]).join(", ")}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
        setTimeout(resolve, 20);
      });
    }
  }

  count(kind: ServerBody): number {
    return this.received.filter((received) => received.kind === kind).length;
  }

  awaitKind(kind: ServerBody, nth = 1): Promise<ServerFrame> {
    return this.until(ServerBody[kind], () => this.received.filter((received) => received.kind === kind)[nth - 1]?.frame);
  }

  awaitClosed(): Promise<{ code: number; reason: string }> {
    return this.until("a close", () => this.closed);
  }

  executions(): ExecutionReport[] {
    return this.received.flatMap(({ kind, frame: view }) =>
      kind === ServerBody.ExecutionReport ? [view.body(new ExecutionReport()) as ExecutionReport] : [],
    );
  }

  refusals(): Refusal[] {
    return this.received.flatMap(({ kind, frame: view }) =>
      kind === ServerBody.Refusal ? [view.body(new Refusal()) as Refusal] : [],
    );
  }
}

export { Side };
