/** Fee schedules, and where an account stands in them. */
import { native } from "./native.js";

/** One step of a fee schedule. */
export interface FeeTier {
  /** Volume of 30 days from which on it holds, minor units in digits. */
  readonly notionalMinMinor: string;
  /** Parts per million of the value; negative is a rebate. */
  readonly makerFeePpm: number;
  readonly takerFeePpm: number;
}

/** A fee schedule that is set. */
export interface FeeScheduleView {
  /** Null: the firm's. */
  readonly account: number | null;
  readonly currency: string;
  readonly currencyDecimals: number;
  readonly tiers: readonly FeeTier[];
}

/** Every fee schedule that is set, by currency, the firm's first. */
export const queryFeeSchedules = (): readonly FeeScheduleView[] => JSON.parse(native.queryFeeSchedules()) as FeeScheduleView[];

/** Where an account stands in the schedule of a currency. Amounts are minor units in digits. */
export interface AccountFeesView {
  readonly currency: string;
  readonly currencyDecimals: number;
  /** Whether the schedule is the account's own, not the firm's. */
  readonly isOwn: boolean;
  /** What it traded on the 30 UTC days before this one; corrections may make it negative. */
  readonly volumeMinor: string;
  /** What it has traded today, which counts from tomorrow on. */
  readonly todayMinor: string;
  /** Index of its tier. */
  readonly tier: number;
  readonly tiers: readonly FeeTier[];
}

/** What an account pays in each currency in which a schedule holds for it; undefined for an unknown account. */
export const queryAccountFees = (account: number): readonly AccountFeesView[] | undefined => {
  const text = native.queryAccountFees(account);
  return text === null ? undefined : (JSON.parse(text) as AccountFeesView[]);
};
