/** Fee schedules, and what an account pays by them. */
import { type Static, Type } from "../json-shape.js";
import { AccountName, Decimal, nullable, oneOf, strict, CurrencyCode, RecordReason } from "./values.js";

const FeeRates = {
  makerFeePpm: Type.Integer({ description: "Of a resting order, parts per million of the value; negative is a rebate" }),
  takerFeePpm: Type.Integer({ description: "Of an incoming order, parts per million of the value" }),
};

export const FeeTier = Type.Object({
  notionalMin: Type.String({ description: "Volume of 30 days from which on it holds, in the currency" }),
  ...FeeRates,
});
export type FeeTierJson = Static<typeof FeeTier>;

export const FeeScheduleBody = Type.Object(
  {
    account: Type.Optional({
      ...AccountName,
      description: "Whose; the firm's where absent, for accounts without one of their own",
    }),
    currency: CurrencyCode,
    tiers: Type.Array(Type.Object({ notionalMin: Decimal, ...FeeRates }, strict), {
      maxItems: 16,
      description: "Ascending, the first from 0; none: the schedule is taken away",
    }),
    reason: RecordReason,
  },
  strict,
);

export const FeeSchedule = Type.Object({
  account: nullable(Type.String({ description: "null: the firm's" })),
  currency: Type.String(),
  tiers: Type.Array(FeeTier),
});

export const AccountFees = Type.Object({
  currency: Type.String(),
  schedule: oneOf(["account", "firm"], "Whose schedule it is"),
  volume: Type.String({ description: "Traded on the 30 UTC days before today; corrections may make it negative" }),
  today: Type.String({ description: "Traded today: counts from tomorrow on" }),
  tier: Type.Integer({ description: "Number of the tier that is paid, from 1" }),
  ...FeeRates,
  nextTier: nullable(
    Type.Object({ notionalMin: Type.String(), missing: Type.String({ description: "What the volume lacks" }), ...FeeRates }),
  ),
  tiers: Type.Array(FeeTier),
});
