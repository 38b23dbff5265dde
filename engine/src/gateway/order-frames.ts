/** Order requests as ClientFrames: the bytes that a socket would have brought. */
import {
  ClientBody,
  ClientFrame,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrdType,
  Side,
  TimeInForce,
} from "@jware/schemas/wire";
import { Builder, type Offset } from "flatbuffers";

export const SIDE_BY_NAME = { buy: Side.Buy, sell: Side.Sell } as const;
export const ORD_TYPE_BY_NAME = { market: OrdType.Market, limit: OrdType.Limit } as const;
export const TIME_IN_FORCE_BY_NAME = { gtc: TimeInForce.Gtc, ioc: TimeInForce.Ioc, fok: TimeInForce.Fok } as const;

export interface NewOrderFields {
  readonly account: number;
  readonly instrument: number;
  readonly clOrdId: string;
  readonly side: keyof typeof SIDE_BY_NAME;
  readonly ordType: keyof typeof ORD_TYPE_BY_NAME;
  readonly timeInForce: keyof typeof TIME_IN_FORCE_BY_NAME;
  readonly orderQtyLots: number;
  /** 0 where no price was given. */
  readonly priceTicks: number;
}

export interface ReplaceFields {
  readonly account: number;
  readonly clOrdId: string;
  readonly origClOrdId: string;
  readonly orderQtyLots: number;
  readonly priceTicks: number;
}

const INITIAL_BYTES = 256;

const frameOf = (kind: ClientBody, make: (builder: Builder) => Offset): Uint8Array => {
  const builder = new Builder(INITIAL_BYTES);
  const body = make(builder);
  builder.finish(ClientFrame.createClientFrame(builder, kind, body));
  return builder.asUint8Array();
};

export const newOrderFrame = (fields: NewOrderFields): Uint8Array =>
  frameOf(ClientBody.NewOrderSingle, (builder) =>
    NewOrderSingle.createNewOrderSingle(
      builder,
      fields.account,
      fields.instrument,
      builder.createString(fields.clOrdId),
      SIDE_BY_NAME[fields.side],
      ORD_TYPE_BY_NAME[fields.ordType],
      TIME_IN_FORCE_BY_NAME[fields.timeInForce],
      BigInt(fields.orderQtyLots),
      BigInt(fields.priceTicks),
    ),
  );

/** Cancels the order of that name. The request itself has none. */
export const cancelFrame = (account: number, origClOrdId: string): Uint8Array =>
  frameOf(ClientBody.OrderCancelRequest, (builder) =>
    OrderCancelRequest.createOrderCancelRequest(
      builder,
      account,
      builder.createString(""),
      builder.createString(origClOrdId),
      0n,
    ),
  );

export const replaceFrame = (fields: ReplaceFields): Uint8Array =>
  frameOf(ClientBody.OrderCancelReplaceRequest, (builder) =>
    OrderCancelReplaceRequest.createOrderCancelReplaceRequest(
      builder,
      fields.account,
      builder.createString(fields.clOrdId),
      builder.createString(fields.origClOrdId),
      0n,
      BigInt(fields.orderQtyLots),
      BigInt(fields.priceTicks),
    ),
  );

/** Cancels all orders of an account, or those of one instrument (0 = all). */
export const massCancelFrame = (account: number, instrument: number): Uint8Array =>
  frameOf(ClientBody.OrderMassCancelRequest, (builder) =>
    OrderMassCancelRequest.createOrderMassCancelRequest(builder, account, builder.createString(""), instrument, Side.None),
  );
