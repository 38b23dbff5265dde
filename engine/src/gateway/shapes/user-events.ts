/** The record of what was changed about users. */
import { type Static, Type } from "../json-shape.js";
import { ROLES } from "../permission.js";
import { LimitText, nullable, oneOf, strict, TsMs } from "./values.js";
import { PERMISSIONS } from "./words.js";

export const UserEvent = Type.Object({
  id: Type.String({ description: "Newer ones have greater numbers" }),
  tsMs: TsMs,
  kind: oneOf(["made", "changed", "passwordChanged", "granted", "withdrawn", "keyMade", "keyRevoked"]),
  user: Type.String({ description: "Whom it is about" }),
  by: Type.String({ description: "Who did it" }),
  role: nullable(oneOf(ROLES, "After it; null: it stayed")),
  disabled: nullable(Type.Boolean({ description: "After it; null: it stayed" })),
  passwordReset: Type.Boolean({ description: "Whether somebody else gave him a new password" }),
  account: nullable(Type.String()),
  permissions: nullable(Type.Array(oneOf(PERMISSIONS), { description: "On the account after it; of a key that was made" })),
  key: nullable(Type.Integer({ description: "Number of the API key" })),
  reason: Type.String({ description: "Empty for what people do about themselves" }),
});
export type UserEventJson = Static<typeof UserEvent>;

export const UserEventsQuery = Type.Object(
  {
    user: Type.Optional(Type.String({ minLength: 1, maxLength: 32, description: "Of one user; of all where absent" })),
    limit: Type.Optional(LimitText),
    before: Type.Optional(Type.String({ pattern: "^\\d{1,18}$", description: "`next` of the page before" })),
  },
  strict,
);
