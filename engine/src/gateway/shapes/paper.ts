/** How a venue that is only watched is taken to treat our orders; docs/paper-venue.md. */
import { Type } from "../json-shape.js";
import { oneOf, strict } from "./values.js";

const LATENCY_ROWS = Type.Array(
  Type.Object(
    {
      upperNs: Type.Integer({
        minimum: 0,
        maximum: 60_000_000_000,
        description: "Longest of the class; the row before bounds it below",
      }),
      weight: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    },
    strict,
  ),
  { maxItems: 16, description: "By ascending bound; none = no time" },
);

export const PAPER_RULES = {
  queue: oneOf(["conservative", "probabilistic"]),
  queuePower: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 3, description: "Of the probabilistic queue; 2 where not given" }),
  ),
  latency: Type.Optional(
    Type.Object(
      {
        seed: Type.Optional(Type.String({ pattern: "^\\d{1,20}$", description: "What the draws follow from: 64 bits, decimal" })),
        inbound: Type.Optional(LATENCY_ROWS),
        outbound: Type.Optional(LATENCY_ROWS),
      },
      strict,
    ),
  ),
};

export const PaperBody = Type.Object(PAPER_RULES, strict);
export const PaperRules = Type.Object(PAPER_RULES);
