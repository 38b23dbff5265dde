/**
 * Users, made and changed by administrators: roles, passwords, who is disabled, and what each may do with which account.
 *
 * Every change says why; who, what and why is in the record and in the log, never a password.
 */
import { Type } from "../json-shape.js";
import type { FastifyReply, FastifyRequest } from "fastify";
import { generatePassword } from "../auth/password.js";
import type { UserListing } from "../auth/user-admin.js";
import type { By } from "../auth/user-events.js";
import { principalOf } from "../permission.js";
import { ApiError } from "../problem.js";
import type { App, Services } from "../services.js";
import {
  ChangedUser,
  ChangeUserBody,
  GrantBody,
  GrantParams,
  NewUserBody,
  UserParams,
  UserRow,
  WithdrawQuery,
} from "../shapes/users.js";
import { UserEvent, UserEventsQuery } from "../shapes/user-events.js";
import { nullable } from "../shapes/values.js";
import { problems, SIGNED } from "./documented.js";

const access = { kind: "user", action: "users.manage" } as const;
const EVENTS_DEFAULT = 100;
const CHANGE_PROBLEMS = problems(400, 401, 403, 404, 409, 503);

export function addUserRoutes(app: App, services: Services): void {
  const { core, hasher, userAdmin, userEvents } = services;

  const userJson = async (name: string) => {
    const [user] = await userAdmin.list(name);
    if (user === undefined) throw new ApiError("NOT_FOUND", "There is no user of this name.");
    return listingJson(user);
  };
  const accountOf = (name: string): number => {
    const account = core.accountNamed(name);
    if (account === undefined) throw new ApiError("ACCOUNT_NOT_FOUND", "There is no such account.");
    return account;
  };

  app.get(
    "/api/v1/users",
    {
      config: { access },
      schema: {
        ...{ tags: ["users"], summary: "List users", description: "With what each was given.", security: SIGNED },
        response: { 200: Type.Object({ users: Type.Array(UserRow) }), ...problems(401, 403, 503) },
      },
    },
    async () => ({ users: (await userAdmin.list()).map(listingJson) }),
  );

  app.post(
    "/api/v1/users",
    {
      config: { access },
      schema: {
        ...{ tags: ["users"], summary: "Make a user", security: SIGNED },
        description: "He may do nothing with any account until he is given something there.",
        body: NewUserBody,
        response: { 201: ChangedUser, ...problems(400, 401, 403, 409, 503) },
      },
    },
    async (request, reply) => {
      const { name, role, password, reason } = request.body;
      const generated = password === undefined ? generatePassword() : null;
      await userAdmin.create({ name, role, passwordHash: await hasher.hash(password ?? generated ?? "") }, byOf(request, reason));
      request.log.warn({ userName: principalOf(request).userName, user: name, role, reason }, "a user was made");
      showOnce(reply, generated);
      return reply.code(201).send({ ...(await userJson(name)), generatedPassword: generated });
    },
  );

  app.patch(
    "/api/v1/users/:name",
    {
      config: { access },
      schema: {
        ...{ tags: ["users"], summary: "Change a user", security: SIGNED },
        description:
          "At once. Disabling ends his sessions and sockets and revokes his API keys for good; a new password ends his sessions; another role closes his sockets, which log on again with what it allows. The last administrator stays one.",
        ...{ params: UserParams, body: ChangeUserBody },
        response: { 200: ChangedUser, ...CHANGE_PROBLEMS },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const { role, disabled, password, generatePassword: isGenerated, reason } = request.body;
      if (password !== undefined && isGenerated === true) {
        throw new ApiError("VALIDATION_FAILED", "body has password or generatePassword, not both");
      }
      const generated = isGenerated === true ? generatePassword() : null;
      const word = password ?? generated;
      const passwordHash = word === null ? undefined : await hasher.hash(word);
      await userAdmin.change(name, { role, disabled, passwordHash }, byOf(request, reason));
      const what = { user: name, role, disabled, password: word === null ? undefined : "reset" };
      request.log.warn({ userName: principalOf(request).userName, ...what, reason }, "a user was changed");
      showOnce(reply, generated);
      return { ...(await userJson(name)), generatedPassword: generated };
    },
  );

  app.put(
    "/api/v1/users/:name/accounts/:account",
    {
      config: { access },
      schema: {
        ...{ tags: ["users"], summary: "Set what a user may do with an account", security: SIGNED },
        description:
          "In place of what he was given there before. Other permissions than before close his sockets at once; an account more closes nothing, and is on sockets from the next logon.",
        ...{ params: GrantParams, body: GrantBody },
        response: { 200: UserRow, ...CHANGE_PROBLEMS },
      },
    },
    async (request) => {
      const { name, account } = request.params;
      const { permissions, reason } = request.body;
      await userAdmin.grant(name, accountOf(account), permissions, byOf(request, reason));
      const what = { user: name, account, permissions, reason };
      request.log.warn({ userName: principalOf(request).userName, ...what }, "permissions on an account were given");
      return userJson(name);
    },
  );

  app.delete(
    "/api/v1/users/:name/accounts/:account",
    {
      config: { access },
      schema: {
        ...{ tags: ["users"], summary: "Take an account from a user", security: SIGNED },
        description: "At once: his sockets are closed, his requests for it answered as for one that does not exist.",
        ...{ params: GrantParams, querystring: WithdrawQuery },
        response: { 200: UserRow, ...CHANGE_PROBLEMS },
      },
    },
    async (request) => {
      const { name, account } = request.params;
      const { reason } = request.query;
      await userAdmin.withdraw(name, accountOf(account), byOf(request, reason));
      const what = { user: name, account, reason };
      request.log.warn({ userName: principalOf(request).userName, ...what }, "permissions on an account were taken away");
      return userJson(name);
    },
  );

  app.get(
    "/api/v1/user-events",
    {
      config: { access },
      schema: {
        ...{ tags: ["users"], summary: "List what was changed about users", security: SIGNED },
        description:
          "Who changed whom, how and why; who changed his own password, and made and revoked keys. Newest first, in pages: give `next` as `before` to read on. The users of the first start are made by nobody.",
        querystring: UserEventsQuery,
        response: {
          200: Type.Object({ events: Type.Array(UserEvent), next: nullable(Type.String()) }),
          ...problems(400, 401, 403, 503),
        },
      },
    },
    async ({ query: { user, limit, before } }) =>
      userEvents.page(user, limit === undefined ? EVENTS_DEFAULT : Number(limit), before),
  );
}

const byOf = (request: FastifyRequest, reason: string): By => ({ userId: principalOf(request).userId, reason });

const listingJson = ({ userId, accounts, ...user }: UserListing) => ({
  id: userId,
  ...user,
  accounts: accounts.map(({ account, name, permissions }) => ({ account: name, id: account, permissions })),
});

function showOnce(reply: FastifyReply, generated: string | null): void {
  if (generated !== null) reply.header("cache-control", "no-store");
}
