/** Limits: whose (every scope that an order is in holds), of what, and how much is left. Units and rules: core-native/core/RULES.md, "Limits". */
import type { LimitKindName, LimitScopeRef } from "@jware/schemas/limit-names";
import { native } from "./native.js";

/** One limit. */
export interface LimitInput {
  readonly scope: LimitScopeRef;
  readonly limit: LimitKindName;
  /** 0 or absent: all of them. */
  readonly instrument?: number;
  /** Code, for limits of money. */
  readonly currency?: string;
  /** Lots, a count, or minor units, in digits; absent takes the limit away. */
  readonly max?: string;
  /** For rates. */
  readonly windowMs?: number;
}

/** A limit that is set. */
export interface LimitView {
  readonly scope: LimitScopeRef;
  readonly limit: LimitKindName;
  readonly instrument: number;
  readonly currency: string | null;
  readonly max: string;
  readonly windowMs: number;
  /** What a rate would let pass now. */
  readonly remaining: string | null;
  /** Whether a throttle or a loss limit was passed; until it is set again. */
  readonly isTripped: boolean;
}

/** Every limit that is set. */
export const queryLimits = (): readonly LimitView[] => JSON.parse(native.queryLimits()) as LimitView[];

/** How many new orders and replaces would pass every message rate now; undefined where none holds for them. 0 is no strategy or key. */
export const messagesLeft = (account: number, strategy: number, user: number, key: number): number | undefined =>
  native.messagesLeft(account, strategy, user, key) ?? undefined;
