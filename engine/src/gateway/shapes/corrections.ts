/** Trades that are bust or corrected, and money that is paid in or out. */
import { Type } from "../json-shape.js";
import { Balance } from "./accounts.js";
import { CurrencyCode, Decimal, GivenReason, oneOf, strict } from "./values.js";
import { SIDES } from "./words.js";

export const ExecIdParams = Type.Object({ execId: Type.String({ pattern: "^[1-9]\\d{0,18}$" }) }, strict);
export const BustBody = Type.Object({ reason: GivenReason }, strict);
export const CorrectBody = Type.Object({ qty: Decimal, price: Decimal, reason: GivenReason }, strict);

export const CorrectedTrade = Type.Object({
  tradeId: Type.String(),
  symbol: Type.String(),
  bust: Type.Boolean(),
  sides: Type.Array(
    Type.Object({
      account: Type.String(),
      execId: Type.String(),
      side: oneOf(SIDES),
      qty: Decimal,
      price: Decimal,
      fee: Decimal,
    }),
    { description: "The maker's first; one where the other was the venue's" },
  ),
});

export const FundsBody = Type.Object(
  {
    currency: CurrencyCode,
    amount: Decimal,
    reference: Type.String({
      pattern: "^[!-~]{1,36}$",
      description:
        "1 to 36 printable ASCII characters, unique per account: a second request of the same reference and content moves nothing",
    }),
    reason: GivenReason,
  },
  strict,
);

export const MovedFunds = Type.Object({
  ...Balance.properties,
  reference: Type.String(),
  repeated: Type.Boolean({ description: "Whether it had been done before; nothing was moved now" }),
});
