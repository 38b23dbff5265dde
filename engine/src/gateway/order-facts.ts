/**
 * An order as every source gives it: live from the core, from a frame, from the database. Enumerations come as the numbers of the
 * wire and leave as words.
 */
import {
  CONTINGENCY_NAMES,
  type ContingencyName,
  EXEC_REASON_NAMES,
  type ExecReasonName,
  type Names,
  ORD_STATUS_NAMES,
  ORD_TYPE_NAMES,
  type OrdStatusName,
  type OrdTypeName,
  POST_ONLY_NAMES,
  type PostOnlyName,
  SELF_TRADE_PREVENTION_NAMES,
  type SelfTradePreventionName,
  SIDE_NAMES,
  type SideName,
  TIME_IN_FORCE_NAMES,
  type TimeInForceName,
  TRIGGER_SOURCE_NAMES,
  type TriggerSourceName,
} from "@jware/schemas/order-names";
import type { LimitScopeRef } from "@jware/schemas/limit-names";
import { LimitUnit } from "@jware/schemas/wire";

export interface RefusalFacts {
  readonly code: number;
  readonly rule: string;
  readonly text: string;
  readonly transient: boolean;
  readonly instrument: number;
  readonly clOrdId: string;
  readonly unit: "none" | "price" | "quantity" | "money" | "count";
  readonly limit: bigint;
  readonly value: bigint;
  readonly headroom: bigint;
  readonly currency: string;
  /** Whose limit it was; undefined where it is of none that was set. */
  readonly scope: LimitScopeRef | undefined;
}

export interface OrderFacts {
  readonly orderId: string;
  readonly clOrdId: string;
  readonly instrument: number;
  readonly side: SideName;
  readonly ordType: OrdTypeName;
  readonly timeInForce: TimeInForceName;
  readonly ordStatus: OrdStatusName;
  readonly reason: ExecReasonName;
  readonly orderQtyLots: bigint;
  readonly priceTicks: bigint;
  readonly cumQtyLots: bigint;
  readonly leavesQtyLots: bigint;
  readonly cumLotTicks: bigint;
  readonly createdTsNs: bigint;
  readonly triggerPriceTicks: bigint;
  readonly triggerSource: TriggerSourceName | null;
  readonly trailTicks: bigint;
  readonly trailBps: number;
  readonly displayQtyLots: bigint;
  readonly cashQtyMinor: bigint;
  readonly expireTsNs: bigint;
  readonly postOnly: PostOnlyName | null;
  readonly reduceOnly: boolean;
  readonly selfTradePrevention: SelfTradePreventionName | null;
  readonly strategy: number;
  readonly deadlineTsNs: bigint;
  readonly working: boolean;
  /** "0" where it is in no list. */
  readonly listId: string;
  readonly contingency: ContingencyName | null;
  /** Why a check refused it after it was accepted. */
  readonly refusal: RefusalFacts | undefined;
}

type Count = bigint | number | string;

/** The same in the numbers of the wire, as core and database have them. */
export interface OrderNumbers {
  readonly orderId: Count;
  readonly clOrdId: string;
  readonly instrument: Count;
  readonly side: number;
  readonly ordType: number;
  readonly timeInForce: number;
  readonly ordStatus: number;
  readonly orderQtyLots: Count;
  readonly priceTicks: Count;
  readonly cumQtyLots: Count;
  readonly leavesQtyLots: Count;
  readonly cumLotTicks: Count;
  readonly createdTsNs: Count;
  readonly triggerPriceTicks: Count;
  readonly triggerSource: number;
  readonly trailTicks: Count;
  readonly trailBps: Count;
  readonly displayQtyLots: Count;
  readonly cashQtyMinor: Count;
  readonly expireTsNs: Count;
  readonly postOnly: number;
  readonly reduceOnly: boolean;
  readonly selfTradePrevention: number;
  readonly strategy: Count;
  readonly deadlineTsNs: Count;
  readonly working: boolean;
  readonly listId: Count;
  readonly contingency: number;
}

/** Throws on a number that this version has no word for. */
export const orderFactsOf = (order: OrderNumbers, reason: number, refusal: RefusalFacts | undefined): OrderFacts => ({
  orderId: order.orderId.toString(),
  clOrdId: order.clOrdId,
  instrument: Number(order.instrument),
  side: nameOf(SIDE_NAMES, order.side),
  ordType: nameOf(ORD_TYPE_NAMES, order.ordType),
  timeInForce: nameOf(TIME_IN_FORCE_NAMES, order.timeInForce),
  ordStatus: nameOf(ORD_STATUS_NAMES, order.ordStatus),
  reason: nameOf(EXEC_REASON_NAMES, reason),
  orderQtyLots: BigInt(order.orderQtyLots),
  priceTicks: BigInt(order.priceTicks),
  cumQtyLots: BigInt(order.cumQtyLots),
  leavesQtyLots: BigInt(order.leavesQtyLots),
  cumLotTicks: BigInt(order.cumLotTicks),
  createdTsNs: BigInt(order.createdTsNs),
  triggerPriceTicks: BigInt(order.triggerPriceTicks),
  triggerSource: nameOrNull(TRIGGER_SOURCE_NAMES, order.triggerSource),
  trailTicks: BigInt(order.trailTicks),
  trailBps: Number(order.trailBps),
  displayQtyLots: BigInt(order.displayQtyLots),
  cashQtyMinor: BigInt(order.cashQtyMinor),
  expireTsNs: BigInt(order.expireTsNs),
  postOnly: nameOrNull(POST_ONLY_NAMES, order.postOnly),
  reduceOnly: order.reduceOnly,
  selfTradePrevention: nameOrNull(SELF_TRADE_PREVENTION_NAMES, order.selfTradePrevention),
  strategy: Number(order.strategy),
  deadlineTsNs: BigInt(order.deadlineTsNs),
  working: order.working,
  listId: order.listId.toString(),
  contingency: nameOrNull(CONTINGENCY_NAMES, order.contingency),
  refusal,
});

/** A name for a wire or database number; throws on one that this server does not know (a schema that ran ahead). */
export function nameOf<Name extends string>(names: Names<Name>, value: number): Name {
  const name = names[value];
  if (name === undefined) throw new Error(`no name for the number ${value}; known: ${Object.values(names).join(" ")}`);
  return name;
}

const nameOrNull = <Name extends string>(names: Names<Name>, value: number): Name | null =>
  value === 0 ? null : nameOf(names, value);

/** What a refusal's figures count, by LimitUnit. */
export const LIMIT_UNIT_NAMES: Names<RefusalFacts["unit"]> = {
  [LimitUnit.None]: "none",
  [LimitUnit.Ticks]: "price",
  [LimitUnit.Lots]: "quantity",
  [LimitUnit.Minor]: "money",
  [LimitUnit.Count]: "count",
  [LimitUnit.Bytes]: "count",
};
