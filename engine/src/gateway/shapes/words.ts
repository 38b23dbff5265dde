/** The words of REST that are the wire's enumerations by name. */
import {
  ACCOUNT_KIND_BY_NAME,
  COLLAR_REFERENCE_BY_NAME,
  LIMIT_BY_NAME,
  POSITION_LEG_BY_NAME,
  POSITION_MODE_BY_NAME,
} from "@jware/schemas/limit-names";
import {
  CONTINGENCY_BY_NAME,
  EXEC_TYPE_NAMES,
  ORD_STATUS_NAMES,
  ORD_TYPE_BY_NAME,
  POST_ONLY_BY_NAME,
  SELF_TRADE_PREVENTION_BY_NAME,
  SIDE_BY_NAME,
  TIME_IN_FORCE_BY_NAME,
  TRADING_STATE_BY_NAME,
  TRIGGER_SOURCE_BY_NAME,
  wordsOf,
} from "@jware/schemas/order-names";
import { PERMISSION_BY_NAME } from "@jware/schemas/permission-names";

export const PERMISSIONS = wordsOf(PERMISSION_BY_NAME);
export const TRADING_STATES = wordsOf(TRADING_STATE_BY_NAME);
export const ACCOUNT_KINDS = wordsOf(ACCOUNT_KIND_BY_NAME);
export const POSITION_MODES = wordsOf(POSITION_MODE_BY_NAME);
export const POSITION_LEGS = wordsOf(POSITION_LEG_BY_NAME);
export const COLLAR_REFERENCES = wordsOf(COLLAR_REFERENCE_BY_NAME);
export const LIMITS = wordsOf(LIMIT_BY_NAME);
export const SIDES = wordsOf(SIDE_BY_NAME);
export const ORD_TYPES = wordsOf(ORD_TYPE_BY_NAME);
export const TIMES_IN_FORCE = wordsOf(TIME_IN_FORCE_BY_NAME);
export const TRIGGER_SOURCES = wordsOf(TRIGGER_SOURCE_BY_NAME);
export const POST_ONLY = wordsOf(POST_ONLY_BY_NAME);
export const SELF_TRADE_PREVENTIONS = wordsOf(SELF_TRADE_PREVENTION_BY_NAME);
export const CONTINGENCIES = wordsOf(CONTINGENCY_BY_NAME);
export const ORD_STATUSES = Object.values(ORD_STATUS_NAMES);
export const EXEC_TYPES = Object.values(EXEC_TYPE_NAMES);
