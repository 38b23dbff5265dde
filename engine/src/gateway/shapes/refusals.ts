/** What the core refused, as a part of an answer or as the whole of it; and an answer that did not come in time. */
import { type Static, Type } from "../json-shape.js";
import { LimitScope } from "./limits.js";
import { nullable, oneOf } from "./values.js";

const rule = {
  code: Type.Integer({ description: "Number of the rule; docs/refusals.md lists them" }),
  rule: Type.String({ description: "Name of the rule" }),
};
/** `limit`, `value` and `headroom` are decimals in `unit`, null where the rule has no figures. */
const figures = {
  transient: Type.Boolean({ description: "Whether the same request may pass later" }),
  unit: oneOf(["none", "price", "quantity", "money", "count"]),
  currency: nullable(Type.String()),
  limit: nullable(Type.String()),
  value: nullable(Type.String()),
  headroom: nullable(Type.String()),
  scope: nullable(LimitScope),
};

/** A refusal among other things. */
export const RefusalDetail = Type.Object(
  {
    ...rule,
    text: Type.String(),
    ...figures,
  },
  { description: "A refusal with its rule, limit, the value found and the headroom left" },
);
export type RefusalDetailJson = Static<typeof RefusalDetail>;

/** A refusal as the whole answer. */
export const RefusalProblem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    requestId: Type.String(),
    ...rule,
    ...figures,
    clOrdId: nullable(Type.String()),
  },
  { description: "A refusal (problem details with the rule, its limit, the value found and the headroom left)" },
);
export type RefusalProblemJson = Static<typeof RefusalProblem>;

export const OutcomeUnknown = Type.Object(
  {
    outcome: oneOf(["unknown"]),
    clOrdId: nullable(Type.String()),
  },
  { additionalProperties: true, description: "No answer in time: ask for the order before sending it again" },
);
