/** Halt, reduce and release. */
import { type TSchema, Type } from "../json-shape.js";
import { Order } from "./orders.js";
import { StrategyNumber, strict, RecordReason } from "./values.js";

const Reason = Type.Optional(RecordReason);
const Flatten = Type.Optional(Type.Boolean({ description: "Close the positions at the market afterwards" }));

/** May be absent altogether: whoever must stop in a hurry has no time for a body. */
const control = <T extends Record<string, TSchema>>(members: T) => Type.Union([Type.Object(members, strict), Type.Null()]);
export const HaltBody = control({ reason: Reason, flatten: Flatten, strategy: Type.Optional(StrategyNumber) });
export const ReleaseBody = control({ reason: Reason, strategy: Type.Optional(StrategyNumber) });
export const WideHaltBody = control({ reason: Reason, flatten: Flatten });
export const WideReleaseBody = control({ reason: Reason });

/** What a halt, reduce or release did to orders. */
export const KillReportShape = {
  canceled: Type.Array(Order, { description: "Every order that it canceled, as it ended" }),
  closing: Type.Array(Order, { description: "With flatten: the orders that close positions, and what they filled" }),
};
