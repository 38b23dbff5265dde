/** What an order asks for, as the page counts it: lots, ticks, milliseconds. Absent = none, or the server's own choice. */
import type { OrdType, PostOnly, SelfTradePrevention, Side, TimeInForce, TriggerSource } from "@jware/schemas/wire";

export interface MoreTerms {
  readonly triggerTicks?: number;
  readonly triggerSource?: TriggerSource;
  /** How far a trailing stop stays behind: one of the two. */
  readonly trailTicks?: number;
  readonly trailBps?: number;
  readonly displayLots?: number;
  readonly expireMs?: number;
  readonly postOnly?: PostOnly;
  readonly reduceOnly?: boolean;
  readonly selfTradePrevention?: SelfTradePrevention;
}

export interface Terms extends MoreTerms {
  readonly side: Side;
  readonly ordType: OrdType;
  readonly timeInForce: TimeInForce;
  readonly lots: number;
  /** 0 for types without a limit. */
  readonly ticks: number;
}
