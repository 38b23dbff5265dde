/** A raw client of the binary protocol for tests: one socket, frames in and out, nothing clever. */
import {
  AccountControl,
  ClientBody,
  ClientFrame,
  ExecutionReport,
  Heartbeat,
  Logon,
  Logout,
  NewOrderSingle,
  OrderCancelRequest,
  OrdType,
  Refusal,
  ServerBody,
  ServerFrame,
  Side,
  Subscribe,
  TimeInForce,
} from "@jware/schemas/wire";
import { Builder, ByteBuffer } from "flatbuffers";
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

function frame(kind: ClientBody, body: (builder: Builder) => number): Uint8Array {
  const builder = new Builder(256);
  const offset = body(builder);
  builder.finish(ClientFrame.createClientFrame(builder, kind, offset));
  return builder.asUint8Array();
}

export const logonFrame = (
  secret: { readonly ticket?: string; readonly apiKey?: string },
  cancelOnDisconnect = false,
): Uint8Array =>
  frame(ClientBody.Logon, (builder) => {
    const ticket = secret.ticket === undefined ? 0 : builder.createString(secret.ticket);
    const apiKey = secret.apiKey === undefined ? 0 : builder.createString(secret.apiKey);
    Logon.startLogon(builder);
    if (ticket !== 0) Logon.addTicket(builder, ticket);
    if (apiKey !== 0) Logon.addApiKey(builder, apiKey);
    Logon.addCancelOnDisconnect(builder, cancelOnDisconnect);
    return Logon.endLogon(builder);
  });

export const orderFrame = (order: OrderFields): Uint8Array =>
  frame(ClientBody.NewOrderSingle, (builder) => {
    const clOrdId = builder.createString(order.clOrdId);
    NewOrderSingle.startNewOrderSingle(builder);
    NewOrderSingle.addAccount(builder, order.account);
    NewOrderSingle.addInstrument(builder, order.instrument);
    NewOrderSingle.addClOrdId(builder, clOrdId);
    NewOrderSingle.addSide(builder, order.side);
    NewOrderSingle.addOrdType(builder, order.price === 0 ? OrdType.Market : OrdType.Limit);
    NewOrderSingle.addTimeInForce(builder, order.timeInForce ?? TimeInForce.Gtc);
    NewOrderSingle.addOrderQtyLots(builder, BigInt(order.qty));
    NewOrderSingle.addPriceTicks(builder, BigInt(order.price));
    return NewOrderSingle.endNewOrderSingle(builder);
  });

export const cancelFrame = (account: number, origClOrdId: string): Uint8Array =>
  frame(ClientBody.OrderCancelRequest, (builder) => {
    const name = builder.createString(origClOrdId);
    OrderCancelRequest.startOrderCancelRequest(builder);
    OrderCancelRequest.addAccount(builder, account);
    OrderCancelRequest.addOrigClOrdId(builder, name);
    return OrderCancelRequest.endOrderCancelRequest(builder);
  });

export const controlFrame = (account: number, action: number): Uint8Array =>
  frame(ClientBody.AccountControl, (builder) => {
    const reason = builder.createString("test");
    AccountControl.startAccountControl(builder);
    AccountControl.addAccount(builder, account);
    AccountControl.addAction(builder, action);
    AccountControl.addReason(builder, reason);
    return AccountControl.endAccountControl(builder);
  });

export const heartbeatFrame = (clientTsNs: bigint): Uint8Array =>
  frame(ClientBody.Heartbeat, (builder) => Heartbeat.createHeartbeat(builder, clientTsNs, 0n));

export const logoutFrame = (keepOrders: boolean): Uint8Array =>
  frame(ClientBody.Logout, (builder) => Logout.createLogout(builder, 0, builder.createString(""), keepOrders));

export const subscribeFrame = (instruments: readonly number[], channels: number, barIntervalS = 0): Uint8Array =>
  frame(ClientBody.Subscribe, (builder) => {
    const list = Subscribe.createInstrumentsVector(builder, [...instruments]);
    Subscribe.startSubscribe(builder);
    Subscribe.addInstruments(builder, list);
    Subscribe.addChannels(builder, channels);
    Subscribe.addBarIntervalS(builder, barIntervalS);
    return Subscribe.endSubscribe(builder);
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
