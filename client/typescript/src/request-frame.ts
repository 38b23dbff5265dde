/** Requests as ClientFrames: one function per kind, bytes out. */
import {
  AccountControl,
  ClientBody,
  ClientFrame,
  type ControlAction,
  Heartbeat,
  Logon,
  Logout,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  type OrdType,
  type Side,
  Subscribe,
  type TimeInForce,
  Unsubscribe,
} from "@jware/schemas/wire";
import { Builder } from "flatbuffers";

const INITIAL_BYTES = 256;
const builder = new Builder(INITIAL_BYTES);

/** Ends a frame. The bytes are a copy: the builder is used again for the next one. */
function finish(kind: ClientBody, body: number): Uint8Array {
  builder.finish(ClientFrame.createClientFrame(builder, kind, body));
  const bytes = builder.asUint8Array().slice();
  builder.clear();
  return bytes;
}

/** How a session identifies itself: a one-time ticket, or an API key. */
export type LogonSecret = { readonly ticket: string } | { readonly apiKey: string };

export function logonFrame(
  secret: LogonSecret,
  heartbeatMs: number,
  cancelOnDisconnect: boolean,
  clientName: string,
): Uint8Array {
  const ticket = "ticket" in secret ? builder.createString(secret.ticket) : 0;
  const apiKey = "apiKey" in secret ? builder.createString(secret.apiKey) : 0;
  const name = builder.createString(clientName);
  return finish(ClientBody.Logon, Logon.createLogon(builder, ticket, apiKey, heartbeatMs, cancelOnDisconnect, name));
}

/** A goodbye that leaves the session's orders alone. */
export function logoutFrame(): Uint8Array {
  const text = builder.createString("");
  return finish(ClientBody.Logout, Logout.createLogout(builder, 0, text, true));
}

export const heartbeatFrame = (clientTsNs: bigint): Uint8Array =>
  finish(ClientBody.Heartbeat, Heartbeat.createHeartbeat(builder, clientTsNs, 0n));

export interface NewOrderTerms {
  readonly account: number;
  readonly instrument: number;
  readonly clOrdId: string;
  readonly side: Side;
  readonly ordType: OrdType;
  readonly timeInForce: TimeInForce;
  readonly orderQtyLots: bigint;
  readonly priceTicks: bigint;
}

export function newOrderFrame(terms: NewOrderTerms): Uint8Array {
  const { account, instrument, side, ordType, timeInForce, orderQtyLots, priceTicks } = terms;
  const clOrdId = builder.createString(terms.clOrdId);
  return finish(
    ClientBody.NewOrderSingle,
    NewOrderSingle.createNewOrderSingle(
      builder,
      account,
      instrument,
      clOrdId,
      side,
      ordType,
      timeInForce,
      orderQtyLots,
      priceTicks,
    ),
  );
}

export function cancelFrame(account: number, clOrdId: string, origClOrdId: string, orderId: number): Uint8Array {
  const name = builder.createString(clOrdId);
  const orig = builder.createString(origClOrdId);
  return finish(
    ClientBody.OrderCancelRequest,
    OrderCancelRequest.createOrderCancelRequest(builder, account, name, orig, BigInt(orderId)),
  );
}

export interface ReplaceTerms {
  readonly account: number;
  readonly clOrdId: string;
  readonly origClOrdId: string;
  readonly orderId: number;
  readonly orderQtyLots: bigint;
  readonly priceTicks: bigint;
}

export function replaceFrame({ account, clOrdId, origClOrdId, orderId, orderQtyLots, priceTicks }: ReplaceTerms): Uint8Array {
  const name = builder.createString(clOrdId);
  const orig = builder.createString(origClOrdId);
  return finish(
    ClientBody.OrderCancelReplaceRequest,
    OrderCancelReplaceRequest.createOrderCancelReplaceRequest(
      builder,
      account,
      name,
      orig,
      BigInt(orderId),
      orderQtyLots,
      priceTicks,
    ),
  );
}

export function massCancelFrame(account: number, clOrdId: string, instrument: number, side: Side): Uint8Array {
  const name = builder.createString(clOrdId);
  return finish(
    ClientBody.OrderMassCancelRequest,
    OrderMassCancelRequest.createOrderMassCancelRequest(builder, account, name, instrument, side),
  );
}

export function controlFrame(account: number, action: ControlAction, reason: string, clOrdId: string): Uint8Array {
  const why = builder.createString(reason);
  const name = builder.createString(clOrdId);
  return finish(ClientBody.AccountControl, AccountControl.createAccountControl(builder, account, action, why, name));
}

export function subscriptionFrame(
  isSubscribe: boolean,
  instruments: readonly number[],
  channels: number,
  barIntervalS: number,
): Uint8Array {
  if (isSubscribe) {
    const ids = Subscribe.createInstrumentsVector(builder, [...instruments]);
    return finish(ClientBody.Subscribe, Subscribe.createSubscribe(builder, ids, channels, barIntervalS));
  }
  const ids = Unsubscribe.createInstrumentsVector(builder, [...instruments]);
  return finish(ClientBody.Unsubscribe, Unsubscribe.createUnsubscribe(builder, ids, channels, barIntervalS));
}
