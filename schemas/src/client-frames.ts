/**
 * Requests as ClientFrames: one function per kind, bytes out. The only encoder of the client's half of the protocol in TypeScript.
 *
 * What is not given is left out of the frame, where it means what docs/protocol.md says. Nothing is checked here: the server
 * refuses what does not fit. The bytes are the caller's own. One builder per thread is reused; a BigInt is made per 64-bit field.
 */
import { Builder, type Offset } from "flatbuffers";
import {
  AccountControl,
  BatchBody,
  BatchRequest,
  ClientBody,
  ClientFrame,
  type Contingency,
  type ControlAction,
  Heartbeat,
  Logon,
  Logout,
  NewOrderList,
  NewOrderSingle,
  OrderBatch,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrderValidateRequest,
  type OrdType,
  type PostOnly,
  type SelfTradePrevention,
  type Side,
  Subscribe,
  type TimeInForce,
  type TriggerSource,
  Unsubscribe,
} from "../gen/ts/jware/wire.js";

/** Ticks, lots, minor units or nanoseconds; a number must be a safe integer. */
export type Units = bigint | number;
type Given<T> = T | undefined;

/** How a session identifies itself: a one-time ticket, or an API key. */
export type LogonSecret = { readonly ticket: string } | { readonly apiKey: string };

export interface LogonFields {
  readonly heartbeatMs?: Given<number>;
  readonly cancelOnDisconnect?: Given<boolean>;
  readonly clientName?: Given<string>;
}

/** What an order asks for; see NewOrderSingle in order_entry.fbs for the units and what goes with what. */
export interface OrderTerms {
  readonly side: Side;
  readonly ordType: OrdType;
  readonly timeInForce: TimeInForce;
  readonly orderQtyLots?: Given<Units>;
  readonly priceTicks?: Given<Units>;
  readonly triggerPriceTicks?: Given<Units>;
  readonly triggerSource?: Given<TriggerSource>;
  readonly trailTicks?: Given<Units>;
  readonly trailBps?: Given<number>;
  readonly displayQtyLots?: Given<Units>;
  readonly cashQtyMinor?: Given<Units>;
  readonly expireTsNs?: Given<Units>;
  readonly postOnly?: Given<PostOnly>;
  readonly reduceOnly?: Given<boolean>;
  readonly selfTradePrevention?: Given<SelfTradePrevention>;
  readonly strategy?: Given<number>;
  readonly deadlineTsNs?: Given<Units>;
}

export interface NamedOrder extends OrderTerms {
  readonly clOrdId: string;
}

export interface NewOrderFields extends NamedOrder {
  readonly account: number;
  readonly instrument: number;
}

export interface NewOrderListFields {
  readonly account: number;
  readonly instrument: number;
  readonly contingency: Contingency;
  readonly orders: readonly NamedOrder[];
}

/** By `orderId`, or by `origClOrdId` where that is 0 or absent. */
export interface CancelFields {
  readonly account: number;
  readonly clOrdId?: Given<string>;
  readonly origClOrdId?: Given<string>;
  readonly orderId?: Given<Units>;
}

export interface ReplaceFields extends CancelFields {
  readonly orderQtyLots: Units;
  readonly priceTicks?: Given<Units>;
  readonly triggerPriceTicks?: Given<Units>;
}

/** The account of a batch is the batch's. */
export type BatchItem =
  | ({ readonly kind: "new"; readonly instrument: number } & NamedOrder)
  | ({ readonly kind: "cancel" } & Omit<CancelFields, "account">)
  | ({ readonly kind: "replace" } & Omit<ReplaceFields, "account">);

export interface BatchFields {
  readonly account: number;
  readonly atomic: boolean;
  readonly requests: readonly BatchItem[];
}

/** What is absent means all. */
export interface MassCancelFields {
  readonly account: number;
  readonly clOrdId?: Given<string>;
  readonly instrument?: Given<number>;
  readonly side?: Given<Side>;
  readonly strategy?: Given<number>;
}

export interface ControlFields {
  readonly account: number;
  readonly action: ControlAction;
  readonly reason?: Given<string>;
  readonly clOrdId?: Given<string>;
  readonly strategy?: Given<number>;
  readonly flatten?: Given<boolean>;
}

const INITIAL_BYTES = 512;
const builder = new Builder(INITIAL_BYTES);
const NO_TRACE = 0n;
let traceNext = NO_TRACE;

/** Asks for a LatencyTrace of the frame that `make` makes; `sentTsNs` is the sender's clock, ns since the UNIX epoch, not 0. */
export function traced(sentTsNs: bigint, make: () => Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  traceNext = sentTsNs;
  try {
    return make();
  } finally {
    traceNext = NO_TRACE;
  }
}

export const logonFrame = (secret: LogonSecret, fields: LogonFields = {}): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.Logon, () => {
    const ticket = text("ticket" in secret ? secret.ticket : undefined);
    const apiKey = text("apiKey" in secret ? secret.apiKey : undefined);
    const clientName = text(fields.clientName);
    Logon.startLogon(builder);
    if (ticket !== 0) Logon.addTicket(builder, ticket);
    if (apiKey !== 0) Logon.addApiKey(builder, apiKey);
    Logon.addHeartbeatMs(builder, fields.heartbeatMs ?? 0);
    Logon.addCancelOnDisconnect(builder, fields.cancelOnDisconnect ?? false);
    if (clientName !== 0) Logon.addClientName(builder, clientName);
    return Logon.endLogon(builder);
  });

/** A goodbye; `keepOrders` leaves the session's orders alone whatever its logon asked for. */
export const logoutFrame = (keepOrders: boolean): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.Logout, () => {
    Logout.startLogout(builder);
    Logout.addKeepOrders(builder, keepOrders);
    return Logout.endLogout(builder);
  });

/** `clientTsNs` is the sender's clock; the server gives it back. */
export const heartbeatFrame = (clientTsNs: bigint): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.Heartbeat, () => Heartbeat.createHeartbeat(builder, clientTsNs, 0n));

export const newOrderFrame = (order: NewOrderFields): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.NewOrderSingle, () => newOrderTable(order.account, order.instrument, order));

/** Checks an order without sending it. */
export const validateFrame = (order: NewOrderFields): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.OrderValidateRequest, () => {
    const table = newOrderTable(order.account, order.instrument, order);
    return OrderValidateRequest.createOrderValidateRequest(builder, table);
  });

export const newOrderListFrame = (list: NewOrderListFields): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.NewOrderList, () => {
    const tables = list.orders.map((order) => newOrderTable(0, 0, order));
    const orders = NewOrderList.createOrdersVector(builder, tables);
    return NewOrderList.createNewOrderList(builder, list.account, list.instrument, list.contingency, orders);
  });

export const batchFrame = (batch: BatchFields): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.OrderBatch, () => {
    const tables = batch.requests.map(batchRequestTable);
    const requests = OrderBatch.createRequestsVector(builder, tables);
    return OrderBatch.createOrderBatch(builder, batch.account, batch.atomic, requests);
  });

export const cancelFrame = (request: CancelFields): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.OrderCancelRequest, () => cancelTable(request.account, request));

export const replaceFrame = (request: ReplaceFields): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.OrderCancelReplaceRequest, () => replaceTable(request.account, request));

export const massCancelFrame = (request: MassCancelFields): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.OrderMassCancelRequest, () => {
    const name = text(request.clOrdId);
    OrderMassCancelRequest.startOrderMassCancelRequest(builder);
    OrderMassCancelRequest.addAccount(builder, request.account);
    if (name !== 0) OrderMassCancelRequest.addClOrdId(builder, name);
    OrderMassCancelRequest.addInstrument(builder, request.instrument ?? 0);
    OrderMassCancelRequest.addSide(builder, request.side ?? 0);
    OrderMassCancelRequest.addStrategy(builder, request.strategy ?? 0);
    return OrderMassCancelRequest.endOrderMassCancelRequest(builder);
  });

export const controlFrame = (control: ControlFields): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.AccountControl, () => {
    const reason = text(control.reason);
    const name = text(control.clOrdId);
    AccountControl.startAccountControl(builder);
    AccountControl.addAccount(builder, control.account);
    AccountControl.addAction(builder, control.action);
    if (reason !== 0) AccountControl.addReason(builder, reason);
    if (name !== 0) AccountControl.addClOrdId(builder, name);
    AccountControl.addStrategy(builder, control.strategy ?? 0);
    AccountControl.addFlatten(builder, control.flatten ?? false);
    return AccountControl.endAccountControl(builder);
  });

/** `channels` is bits of Channel; `barIntervalS` is needed with bars. */
export const subscribeFrame = (instruments: readonly number[], channels: number, barIntervalS = 0): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.Subscribe, () => {
    const ids = Subscribe.createInstrumentsVector(builder, [...instruments]);
    return Subscribe.createSubscribe(builder, ids, channels, barIntervalS);
  });

export const unsubscribeFrame = (instruments: readonly number[], channels: number, barIntervalS = 0): Uint8Array<ArrayBuffer> =>
  frameOf(ClientBody.Unsubscribe, () => {
    const ids = Unsubscribe.createInstrumentsVector(builder, [...instruments]);
    return Unsubscribe.createUnsubscribe(builder, ids, channels, barIntervalS);
  });

function frameOf(kind: ClientBody, write: () => Offset): Uint8Array<ArrayBuffer> {
  builder.clear();
  const body = write();
  builder.finish(ClientFrame.createClientFrame(builder, kind, body, traceNext));
  return new Uint8Array(builder.asUint8Array());
}

/** An empty text is left out, so that the server sees "not given". */
const text = (given: string | undefined): Offset => (given === undefined || given === "" ? 0 : builder.createString(given));

const units = (given: Units | undefined): bigint => BigInt(given ?? 0);

function newOrderTable(account: number, instrument: number, order: NamedOrder): Offset {
  const name = text(order.clOrdId);
  NewOrderSingle.startNewOrderSingle(builder);
  NewOrderSingle.addAccount(builder, account);
  NewOrderSingle.addInstrument(builder, instrument);
  if (name !== 0) NewOrderSingle.addClOrdId(builder, name);
  NewOrderSingle.addSide(builder, order.side);
  NewOrderSingle.addOrdType(builder, order.ordType);
  NewOrderSingle.addTimeInForce(builder, order.timeInForce);
  NewOrderSingle.addOrderQtyLots(builder, units(order.orderQtyLots));
  NewOrderSingle.addPriceTicks(builder, units(order.priceTicks));
  NewOrderSingle.addTriggerPriceTicks(builder, units(order.triggerPriceTicks));
  NewOrderSingle.addTriggerSource(builder, order.triggerSource ?? 0);
  NewOrderSingle.addTrailTicks(builder, units(order.trailTicks));
  NewOrderSingle.addTrailBps(builder, order.trailBps ?? 0);
  NewOrderSingle.addDisplayQtyLots(builder, units(order.displayQtyLots));
  NewOrderSingle.addCashQtyMinor(builder, units(order.cashQtyMinor));
  NewOrderSingle.addExpireTsNs(builder, units(order.expireTsNs));
  NewOrderSingle.addPostOnly(builder, order.postOnly ?? 0);
  NewOrderSingle.addReduceOnly(builder, order.reduceOnly ?? false);
  NewOrderSingle.addSelfTradePrevention(builder, order.selfTradePrevention ?? 0);
  NewOrderSingle.addStrategy(builder, order.strategy ?? 0);
  NewOrderSingle.addDeadlineTsNs(builder, units(order.deadlineTsNs));
  return NewOrderSingle.endNewOrderSingle(builder);
}

function cancelTable(account: number, request: Omit<CancelFields, "account">): Offset {
  const name = text(request.clOrdId);
  const orig = text(request.origClOrdId);
  OrderCancelRequest.startOrderCancelRequest(builder);
  OrderCancelRequest.addAccount(builder, account);
  if (name !== 0) OrderCancelRequest.addClOrdId(builder, name);
  if (orig !== 0) OrderCancelRequest.addOrigClOrdId(builder, orig);
  OrderCancelRequest.addOrderId(builder, units(request.orderId));
  return OrderCancelRequest.endOrderCancelRequest(builder);
}

function replaceTable(account: number, request: Omit<ReplaceFields, "account">): Offset {
  const name = text(request.clOrdId);
  const orig = text(request.origClOrdId);
  OrderCancelReplaceRequest.startOrderCancelReplaceRequest(builder);
  OrderCancelReplaceRequest.addAccount(builder, account);
  if (name !== 0) OrderCancelReplaceRequest.addClOrdId(builder, name);
  if (orig !== 0) OrderCancelReplaceRequest.addOrigClOrdId(builder, orig);
  OrderCancelReplaceRequest.addOrderId(builder, units(request.orderId));
  OrderCancelReplaceRequest.addOrderQtyLots(builder, units(request.orderQtyLots));
  OrderCancelReplaceRequest.addPriceTicks(builder, units(request.priceTicks));
  OrderCancelReplaceRequest.addTriggerPriceTicks(builder, units(request.triggerPriceTicks));
  return OrderCancelReplaceRequest.endOrderCancelReplaceRequest(builder);
}

function batchRequestTable(item: BatchItem): Offset {
  switch (item.kind) {
    case "new": {
      const body = newOrderTable(0, item.instrument, item);
      return BatchRequest.createBatchRequest(builder, BatchBody.NewOrderSingle, body);
    }
    case "cancel":
      return BatchRequest.createBatchRequest(builder, BatchBody.OrderCancelRequest, cancelTable(0, item));
    case "replace":
      return BatchRequest.createBatchRequest(builder, BatchBody.OrderCancelReplaceRequest, replaceTable(0, item));
  }
}
