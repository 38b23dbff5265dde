/** What an order asks for, alone, in a list or in a batch. What goes with what, the core judges. */
import { type Static, Type } from "../json-shape.js";
import { DecimalText, oneOf, StrategyNumber } from "./values.js";
import { ORD_TYPES, POST_ONLY, SELF_TRADE_PREVENTIONS, SIDES, TIMES_IN_FORCE, TRIGGER_SOURCES } from "./words.js";

const Moment = Type.Integer({ minimum: 1, maximum: 9_007_199_254_740, description: "Milliseconds since the UNIX epoch" });

/** What an order asks for. What goes with what, the core judges. */
export const orderTerms = {
  side: oneOf(SIDES),
  ordType: oneOf(ORD_TYPES),
  timeInForce: Type.Optional(oneOf(TIMES_IN_FORCE, "ioc for market orders and gtc for all others where absent")),
  orderQty: Type.Optional(DecimalText),
  price: Type.Optional(DecimalText),
  triggerPrice: Type.Optional(DecimalText),
  triggerSource: Type.Optional(oneOf(TRIGGER_SOURCES, "The price that the trigger looks at; last where absent")),
  trailAmount: Type.Optional(DecimalText),
  trailBps: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 4_294_967_295, description: "Instead of trailAmount: basis points, at most 9999" }),
  ),
  displayQty: Type.Optional(DecimalText),
  cashQty: Type.Optional(DecimalText),
  expireTsMs: Type.Optional(Moment),
  postOnly: Type.Optional(oneOf(POST_ONLY, "Never take: refuse, or price one tick short of the other side")),
  reduceOnly: Type.Optional(Type.Boolean({ description: "Only to make a position smaller" })),
  selfTradePrevention: Type.Optional(oneOf(SELF_TRADE_PREVENTIONS, "cancelNewest where absent")),
  strategy: Type.Optional(StrategyNumber),
  deadlineTsMs: Type.Optional(Moment),
};

const OrderTermsShape = Type.Object(orderTerms);
export type OrderTermsJson = Static<typeof OrderTermsShape>;

export const replaceTerms = {
  orderQty: DecimalText,
  price: Type.Optional(DecimalText),
  triggerPrice: Type.Optional(DecimalText),
};
