/** Users as administrators make and change them. */
import { Type } from "../json-shape.js";
import { ROLES } from "../permission.js";
import { AccountName, NewPassword, nullable, oneOf, RecordReason, strict, TsMs } from "./values.js";
import { PERMISSIONS } from "./words.js";

const UserName = Type.String({
  pattern: "^[a-z0-9][a-z0-9._-]{0,31}$",
  description: "1 to 32 of a-z, 0-9, dot, underscore and hyphen; it never changes",
});

export const UserParams = Type.Object({ name: UserName }, strict);

export const NewUserBody = Type.Object(
  {
    name: UserName,
    role: oneOf(ROLES),
    password: Type.Optional({ ...NewPassword, description: "Made where absent, and shown in the answer" }),
    reason: RecordReason,
  },
  strict,
);

export const ChangeUserBody = Type.Object(
  {
    role: Type.Optional(oneOf(ROLES)),
    disabled: Type.Optional(Type.Boolean()),
    password: Type.Optional(NewPassword),
    generatePassword: Type.Optional(Type.Literal(true, { description: "Makes one, and shows it in the answer" })),
    reason: RecordReason,
  },
  { ...strict, minProperties: 2 },
);

export const GrantParams = Type.Object({ name: UserName, account: AccountName }, strict);

export const GrantBody = Type.Object(
  {
    permissions: Type.Array(oneOf(PERMISSIONS), { minItems: 1, maxItems: 4, uniqueItems: true }),
    reason: RecordReason,
  },
  strict,
);

export const WithdrawQuery = Type.Object({ reason: RecordReason }, strict);

export const UserRow = Type.Object({
  id: Type.Integer({ description: "What limits name him by" }),
  name: Type.String(),
  role: oneOf(ROLES),
  disabled: Type.Boolean(),
  createdTsMs: TsMs,
  accounts: Type.Array(
    Type.Object({
      account: Type.String(),
      id: Type.Integer(),
      permissions: Type.Array(oneOf(PERMISSIONS), { description: "As given; what the role cannot use is of no use" }),
    }),
  ),
});

export const ChangedUser = Type.Object({
  ...UserRow.properties,
  generatedPassword: nullable(Type.String({ description: "Shown here and never again; null where none was made" })),
});
