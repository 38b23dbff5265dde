/** Signing in, tickets of sockets, and API keys. */
import { Type } from "../json-shape.js";
import { ROLES } from "../permission.js";
import { NewPassword, oneOf, strict, TsMs } from "./values.js";
import { PERMISSIONS } from "./words.js";

export const SignInBody = Type.Union([
  Type.Object(
    {
      username: Type.String({ minLength: 1, maxLength: 64 }),
      password: Type.String({ minLength: 1, maxLength: 128 }),
    },
    strict,
  ),
  Type.Object({ ticket: Type.String({ minLength: 1, maxLength: 128, description: "From the sign-in link; good once" }) }, strict),
]);

const User = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  role: oneOf(ROLES),
  accounts: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String(), permissions: Type.Array(oneOf(PERMISSIONS)) })),
});

export const SignedIn = Type.Object({
  accessToken: Type.String({ description: "Send as Authorization: Bearer <token>" }),
  expiresInS: Type.Integer(),
  user: User,
});

export const OwnPasswordBody = Type.Object(
  {
    password: Type.String({ minLength: 1, maxLength: 128, description: "The present one" }),
    newPassword: NewPassword,
  },
  strict,
);

export const WsTicket = Type.Object({
  ticket: Type.String({ description: "For Logon.ticket, once" }),
  expiresInS: Type.Integer(),
});

export const NewApiKeyBody = Type.Object(
  {
    label: Type.String({ minLength: 1, maxLength: 64 }),
    scopes: Type.Array(oneOf(PERMISSIONS), { minItems: 1, maxItems: 4, uniqueItems: true }),
    expiresInDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 365, description: "90 where absent" })),
  },
  strict,
);

export const ApiKey = Type.Object({
  id: Type.String(),
  number: Type.Integer({ description: "What limits and audits name it by" }),
  label: Type.String(),
  scopes: Type.Array(oneOf(PERMISSIONS)),
  createdTsMs: TsMs,
  expiresTsMs: TsMs,
});

export const NewApiKey = Type.Object({
  ...ApiKey.properties,
  apiKey: Type.String({ description: "The key itself; shown here and never again" }),
});

export const KeyParams = Type.Object({ id: Type.String({ pattern: "^[A-Za-z0-9]{12}$" }) }, strict);
