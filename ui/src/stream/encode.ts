/** Requests of the page as ClientFrames: what the page counts in, put into the units of the wire. */
import {
  cancelFrame,
  controlFrame,
  heartbeatFrame,
  logonFrame,
  massCancelFrame,
  newOrderFrame,
  newOrderListFrame,
  type OrderTerms,
  replaceFrame,
  subscribeFrame,
  unsubscribeFrame,
} from "@jware/schemas/client-frames";
import { ControlAction } from "@jware/schemas/wire";
import type { Terms } from "./order-terms.js";
import type { OrderRequest } from "./worker-message.js";

const CLIENT_NAME = "terminal";
/** Own heartbeats come every half second, so a server that hears nothing for 2 x 5 s may let go. */
const HEARTBEAT_MS = 5000;
const NS_PER_MS = 1_000_000n;

export const encodeLogon = (ticket: string): Uint8Array<ArrayBuffer> =>
  logonFrame({ ticket }, { heartbeatMs: HEARTBEAT_MS, clientName: CLIENT_NAME });

/** `clientNs` is this machine's clock, nanoseconds; the server gives it back. */
export const encodeHeartbeat = heartbeatFrame;
export const encodeSubscribe = subscribeFrame;
export const encodeUnsubscribe = unsubscribeFrame;

export function encodeRequest(request: OrderRequest): Uint8Array<ArrayBuffer> {
  switch (request.kind) {
    case "new-order":
      return newOrderFrame({
        account: request.account,
        instrument: request.instrument,
        clOrdId: request.clOrdId,
        ...wireTerms(request),
      });
    case "new-list":
      return newOrderListFrame({
        account: request.account,
        instrument: request.instrument,
        contingency: request.contingency,
        orders: request.orders.map((order) => ({ clOrdId: order.clOrdId, ...wireTerms(order) })),
      });
    case "cancel":
      return cancelFrame({ ...request, orderId: BigInt(request.orderId) });
    case "replace":
      return replaceFrame({
        account: request.account,
        clOrdId: request.clOrdId,
        origClOrdId: request.origClOrdId,
        orderId: BigInt(request.orderId),
        orderQtyLots: request.lots,
        priceTicks: request.ticks,
        triggerPriceTicks: request.triggerTicks,
      });
    case "mass-cancel":
      return massCancelFrame(request);
    case "halt":
      return controlFrame({ ...request, action: ControlAction.Halt });
  }
}

const wireTerms = (terms: Terms): OrderTerms => ({
  side: terms.side,
  ordType: terms.ordType,
  timeInForce: terms.timeInForce,
  orderQtyLots: terms.lots,
  priceTicks: terms.ticks,
  triggerPriceTicks: terms.triggerTicks,
  triggerSource: terms.triggerSource,
  trailTicks: terms.trailTicks,
  trailBps: terms.trailBps,
  displayQtyLots: terms.displayLots,
  expireTsNs: terms.expireMs === undefined ? undefined : BigInt(terms.expireMs) * NS_PER_MS,
  postOnly: terms.postOnly,
  reduceOnly: terms.reduceOnly,
  selfTradePrevention: terms.selfTradePrevention,
});
