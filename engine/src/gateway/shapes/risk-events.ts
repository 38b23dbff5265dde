/** The record of what was decided about risk, by people and by the engine. */
import { type Static, Type } from "../json-shape.js";
import { FeeTier } from "./fees.js";
import { LimitKind, LimitScope } from "./limits.js";
import { LimitText, nullable, oneOf, strict, TsMs } from "./values.js";
import { ACCOUNT_KINDS, POSITION_MODES, TRADING_STATES } from "./words.js";

export const RiskEvent = Type.Object({
  id: Type.String({ description: "Unique; newer ones sort after it by its two numbers" }),
  tsMs: TsMs,
  kind: oneOf(["tradingState", "limit", "accountConfigured", "lossLimitPassed", "liquidation", "feeSchedule"]),
  user: nullable(Type.String({ description: "Who asked; null: the engine itself" })),
  key: nullable(Type.Integer({ description: "Number of the API key that it came by" })),
  scope: nullable(LimitScope),
  symbol: nullable(Type.String({ description: "Of an instrument's state, or of the limit" })),
  state: nullable(oneOf(TRADING_STATES, "Of a tradingState: after it")),
  canceledCount: Type.Integer({ description: "Orders that it ended" }),
  limit: nullable(LimitKind),
  currency: nullable(Type.String()),
  max: nullable(Type.String({ description: "The limit, null where it was taken away; of a liquidation: what must be kept" })),
  value: nullable(Type.String({ description: "The loss; of a liquidation: the equity" })),
  windowMs: nullable(Type.Integer()),
  accountKind: nullable(oneOf(ACCOUNT_KINDS)),
  positionMode: nullable(oneOf(POSITION_MODES)),
  selfTradeGroup: nullable(Type.Integer()),
  reason: Type.String(),
  feeTiers: nullable(Type.Array(FeeTier, { description: "Of a feeSchedule: what it is from then on; none: it was taken away" })),
});
export type RiskEventJson = Static<typeof RiskEvent>;

export const RiskEventsQuery = Type.Object(
  {
    limit: Type.Optional(LimitText),
    before: Type.Optional(Type.String({ pattern: "^\\d{1,19}\\.\\d{1,9}$", description: "`next` of the page before" })),
  },
  strict,
);
