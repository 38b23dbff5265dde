/** The words of REST: whatever is one of a list. Those of orders are the wire's enumerations by name. */
import {
  CONTINGENCY_BY_NAME,
  EXEC_TYPE_NAMES,
  ORD_STATUS_NAMES,
  ORD_TYPE_BY_NAME,
  POST_ONLY_BY_NAME,
  SELF_TRADE_PREVENTION_BY_NAME,
  SIDE_BY_NAME,
  TIME_IN_FORCE_BY_NAME,
  TRIGGER_SOURCE_BY_NAME,
} from "@jware/schemas/order-names";

export const PERMISSIONS = ["read", "trade", "cancel", "risk"] as const;
export const TRADING_STATES = ["active", "reducing", "halted"] as const;
export const ACCOUNT_KINDS = ["standard", "cash", "margin"] as const;
export const POSITION_MODES = ["netting", "hedging"] as const;
const wordsOf = <Name extends string>(words: Readonly<Record<Name, number>>) => Object.keys(words) as Name[];
export const SIDES = wordsOf(SIDE_BY_NAME);
export const ORD_TYPES = wordsOf(ORD_TYPE_BY_NAME);
export const TIMES_IN_FORCE = wordsOf(TIME_IN_FORCE_BY_NAME);
export const TRIGGER_SOURCES = wordsOf(TRIGGER_SOURCE_BY_NAME);
export const POST_ONLY = wordsOf(POST_ONLY_BY_NAME);
export const SELF_TRADE_PREVENTIONS = wordsOf(SELF_TRADE_PREVENTION_BY_NAME);
export const CONTINGENCIES = wordsOf(CONTINGENCY_BY_NAME);
export const ORD_STATUSES = Object.values(ORD_STATUS_NAMES);
export const EXEC_TYPES = Object.values(EXEC_TYPE_NAMES);
