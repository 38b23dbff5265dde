/** Requests of the page as ClientFrames. One builder, reused; the bytes are copied out by `send`. */
import {
  AccountControl,
  ClientBody,
  ClientFrame,
  ControlAction,
  Heartbeat,
  Logon,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  Subscribe,
  Unsubscribe,
  type Channel,
} from "@jware/schemas/wire";
import { Builder } from "flatbuffers";
import type { OrderRequest } from "./worker-message.js";

const builder = new Builder(512);
const CLIENT_NAME = "terminal";
/** Own heartbeats come every half second, so a server that hears nothing for 2 x 5 s may let go. */
const HEARTBEAT_MS = 5000;

function frameOf(bodyType: ClientBody, write: () => number): Uint8Array<ArrayBuffer> {
  builder.clear();
  const body = write();
  builder.finish(ClientFrame.createClientFrame(builder, bodyType, body));
  return new Uint8Array(builder.asUint8Array());
}

export const encodeLogon = (ticket: string): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.Logon, () => {
    const ticketAt = builder.createString(ticket);
    const nameAt = builder.createString(CLIENT_NAME);
    return Logon.createLogon(builder, ticketAt, 0, HEARTBEAT_MS, false, nameAt);
  });

/** `clientNs` is this machine's clock, nanoseconds; the server gives it back. */
export const encodeHeartbeat = (clientNs: bigint): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.Heartbeat, () => Heartbeat.createHeartbeat(builder, clientNs, 0n));

export const encodeSubscribe = (instruments: readonly number[], channels: number, intervalS: number): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.Subscribe, () =>
    Subscribe.createSubscribe(
      builder,
      Subscribe.createInstrumentsVector(builder, [...instruments]),
      channels as Channel,
      intervalS,
    ),
  );

export const encodeUnsubscribe = (instruments: readonly number[], channels: number, intervalS: number): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.Unsubscribe, () =>
    Unsubscribe.createUnsubscribe(
      builder,
      Unsubscribe.createInstrumentsVector(builder, [...instruments]),
      channels as Channel,
      intervalS,
    ),
  );

export function encodeRequest(request: OrderRequest): Uint8Array<ArrayBuffer> {
  switch (request.kind) {
    case "new-order":
      return frameOf(ClientBody.NewOrderSingle, () => {
        const id = builder.createString(request.clOrdId);
        return NewOrderSingle.createNewOrderSingle(
          builder,
          request.account,
          request.instrument,
          id,
          request.side,
          request.ordType,
          request.timeInForce,
          BigInt(request.lots),
          BigInt(request.ticks),
        );
      });
    case "cancel":
      return frameOf(ClientBody.OrderCancelRequest, () => {
        const id = builder.createString(request.clOrdId);
        const origId = builder.createString(request.origClOrdId);
        return OrderCancelRequest.createOrderCancelRequest(builder, request.account, id, origId, BigInt(request.orderId));
      });
    case "replace":
      return frameOf(ClientBody.OrderCancelReplaceRequest, () => {
        const id = builder.createString(request.clOrdId);
        const origId = builder.createString(request.origClOrdId);
        return OrderCancelReplaceRequest.createOrderCancelReplaceRequest(
          builder,
          request.account,
          id,
          origId,
          BigInt(request.orderId),
          BigInt(request.lots),
          BigInt(request.ticks),
        );
      });
    case "mass-cancel":
      return frameOf(ClientBody.OrderMassCancelRequest, () => {
        const id = builder.createString(request.clOrdId);
        return OrderMassCancelRequest.createOrderMassCancelRequest(
          builder,
          request.account,
          id,
          request.instrument,
          request.side,
        );
      });
    case "halt":
      return frameOf(ClientBody.AccountControl, () => {
        const id = builder.createString(request.clOrdId);
        const reason = builder.createString(request.reason);
        return AccountControl.createAccountControl(builder, request.account, ControlAction.Halt, reason, id);
      });
  }
}
