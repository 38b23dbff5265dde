/**
 * Signing in, staying signed in, signing out, and tickets for the WebSocket.
 *
 * The refresh token travels in a cookie that scripts cannot read and that other sites cannot make a browser send; besides,
 * requests that carry it are refused where they name a foreign origin.
 */
import { Type } from "../json-shape.js";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ACCESS_TOKEN_TTL_S } from "../auth/access-token.js";
import { SESSION_ABSOLUTE_MS } from "../auth/sessions.js";
import { redeemSignInTicket } from "../auth/sign-in-ticket.js";
import { SOCKET_TICKET_TTL_S } from "../auth/socket-tickets.js";
import type { UserRow } from "../auth/user-store.js";
import { principalOf } from "../permission.js";
import { ApiError } from "../problem.js";
import type { App, Services } from "../services.js";
import { OwnPasswordBody, SignedIn, SignInBody, WsTicket } from "../shapes/sessions.js";
import { problems, SIGNED } from "./documented.js";

const SECURE_COOKIE = "__Host-rt";
/** A cookie with the `__Host-` prefix needs https; on plain http (loopback, first steps) this one is used. */
const PLAIN_COOKIE = "jware-rt";
/** One sentence for every way to fail, so that none can be told from another. */
const REFUSED = "The name and password, or the ticket, are not valid.";

export function addSessionRoutes(app: App, services: Services): void {
  const { sessions, users, tokens, authenticator, socketTickets, outbox, logger, guard, hasher, userAdmin } = services;

  const endSession = async (sessionId: string, reason: string) => {
    await sessions.end(sessionId, reason);
    await outbox.relay();
  };

  const signedIn = async (user: UserRow, sessionId: string) => ({
    accessToken: tokens.sign({ userId: user.userId, sessionId, epoch: user.epoch }),
    expiresInS: ACCESS_TOKEN_TTL_S,
    user: {
      id: user.userId,
      name: user.name,
      role: user.role,
      accounts: (await users.grants(user)).map(({ account, name, permissions }) => ({
        id: account,
        name,
        permissions: [...permissions],
      })),
    },
  });

  app.post(
    "/api/v1/session",
    {
      config: { access: { kind: "public" } },
      schema: {
        tags: ["session"],
        summary: "Sign in",
        description: "With a name and password, or with the ticket of a sign-in link. Sets the refresh cookie.",
        body: SignInBody,
        response: { 200: SignedIn, ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      refuseForeignOrigin(request, services);
      const body = request.body;
      const user =
        "ticket" in body
          ? await byTicket(services, request, body.ticket)
          : await byPassword(services, request, body.username, body.password);
      const opened = await sessions.open(user.userId);
      setRefreshCookie(request, reply, opened.refreshToken);
      request.log.info({ userName: user.name, sessionId: opened.sessionId }, "signed in");
      return signedIn(user, opened.sessionId);
    },
  );

  app.post(
    "/api/v1/session/refresh",
    {
      config: { access: { kind: "cookie" } },
      schema: {
        tags: ["session"],
        summary: "Get the next access token",
        description: "With the refresh cookie, which is exchanged for its successor. A cookie used twice ends the session.",
        response: { 200: SignedIn, ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      refuseForeignOrigin(request, services);
      const token = refreshTokenOf(request);
      const outcome = token === undefined ? { kind: "refused" as const } : await sessions.refresh(token);
      if (outcome.kind === "reused") {
        logger.error(
          { requestId: request.id, sessionId: outcome.sessionId },
          "a refresh token was used twice; the session is revoked",
        );
        await endSession(outcome.sessionId, "refresh token used twice");
      }
      const user = outcome.kind === "refreshed" ? await users.byId(outcome.userId) : undefined;
      if (outcome.kind !== "refreshed" || user === undefined) {
        clearRefreshCookie(request, reply);
        throw new ApiError("AUTH_REQUIRED", "Sign in again.");
      }
      setRefreshCookie(request, reply, outcome.refreshToken);
      return signedIn(user, outcome.sessionId);
    },
  );

  app.delete(
    "/api/v1/session",
    {
      config: { access: { kind: "cookie" } },
      schema: {
        tags: ["session"],
        summary: "Sign out",
        description: "Ends the session of the access token, or else of the refresh cookie, with its sockets.",
        security: SIGNED,
        response: { 204: Type.Null(), ...problems(401, 403, 503) },
      },
    },
    async (request, reply) => {
      refuseForeignOrigin(request, services);
      const principal = await authenticator.authenticate(request.headers.authorization);
      const token = refreshTokenOf(request);
      const sessionId = principal?.sessionId ?? (token === undefined ? undefined : await sessions.sessionOf(token));
      clearRefreshCookie(request, reply);
      if (sessionId === undefined) throw new ApiError("AUTH_REQUIRED", "There is no session to end.");
      await endSession(sessionId, "signed out");
      return reply.code(204).send(null);
    },
  );

  app.put(
    "/api/v1/session/password",
    {
      config: { access: { kind: "user", action: "session.own" } },
      schema: {
        tags: ["session"],
        summary: "Change one's own password",
        description:
          "Ends all of one's sessions and their sockets, this one too, and opens a new one, as signing in does. API keys stay.",
        security: SIGNED,
        body: OwnPasswordBody,
        response: { 200: SignedIn, ...problems(400, 401, 403, 409, 503) },
      },
    },
    async (request, reply) => {
      refuseForeignOrigin(request, services);
      const { userName: name } = principalOf(request);
      const { password, newPassword } = request.body;
      await guard.admit(name, request.ip);
      const known = await users.byName(name);
      if (!(await hasher.verify(known?.passwordHash, password)) || known === undefined) {
        await guard.failed(name, request.ip);
        throw new ApiError("PASSWORD_WRONG", "The present password is another one; nothing was changed.");
      }
      await guard.succeeded(name);
      await userAdmin.changeOwnPassword(name, known.passwordHash, await hasher.hash(newPassword));
      const user = await users.byName(name);
      if (user === undefined || user.disabled) throw new ApiError("AUTH_REQUIRED", "Sign in again.");
      const opened = await sessions.open(user.userId);
      setRefreshCookie(request, reply, opened.refreshToken);
      request.log.warn({ userName: name, sessionId: opened.sessionId }, "a user changed his password");
      return signedIn(user, opened.sessionId);
    },
  );

  app.post(
    "/api/v1/ws-ticket",
    {
      config: { access: { kind: "user", action: "session.own" } },
      schema: {
        tags: ["session"],
        summary: "Get a ticket for a WebSocket logon",
        description:
          "Good once, for 30 seconds, with the rights of the session. It goes into the first frame, never into the address.",
        security: SIGNED,
        response: { 200: WsTicket, ...problems(401, 403) },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      if (principal.sessionId === undefined) throw new ApiError("FORBIDDEN", "A key logs on by itself; it needs no ticket.");
      return { ticket: socketTickets.issue(principal, principal.sessionId), expiresInS: SOCKET_TICKET_TTL_S };
    },
  );
}

async function byPassword(services: Services, request: FastifyRequest, username: string, password: string): Promise<UserRow> {
  const { guard, users, hasher } = services;
  const name = username.toLowerCase();
  await guard.admit(name, request.ip);
  const user = await users.byName(name);
  const right = await hasher.verify(user?.passwordHash, password);
  if (user === undefined || user.disabled || !right) {
    await guard.failed(name, request.ip);
    request.log.warn({ userName: name, address: request.ip }, "a sign-in was refused");
    throw new ApiError("SIGN_IN_REFUSED", REFUSED);
  }
  await guard.succeeded(name);
  if (hasher.isOutdated(user.passwordHash)) await users.setPasswordHash(user.userId, await hasher.hash(password));
  return user;
}

async function byTicket(services: Services, request: FastifyRequest, ticket: string): Promise<UserRow> {
  const name = "sign-in link";
  await services.guard.admit(`${name} ${request.ip}`, request.ip);
  const userId = await redeemSignInTicket(services.store, ticket);
  const user = userId === undefined ? undefined : await services.users.byId(userId);
  if (user === undefined || user.disabled) {
    await services.guard.failed(`${name} ${request.ip}`, request.ip);
    throw new ApiError("SIGN_IN_REFUSED", REFUSED);
  }
  return user;
}

/** Browsers name the origin of every request that changes something: one that is neither ours nor listed has no business here. */
function refuseForeignOrigin(request: FastifyRequest, services: Services): void {
  const { origin, host } = request.headers;
  if (origin === undefined) return;
  const own = `${request.protocol}://${host}`;
  if (origin !== own && !services.config.corsOrigins.includes(origin)) {
    throw new ApiError("ORIGIN_REFUSED", "This origin is not on the list.");
  }
}

const isSecure = (request: FastifyRequest): boolean => request.protocol === "https";

const refreshTokenOf = (request: FastifyRequest): string | undefined =>
  request.cookies[isSecure(request) ? SECURE_COOKIE : PLAIN_COOKIE];

const cookieFlags = (request: FastifyRequest) => ({
  httpOnly: true,
  sameSite: "strict" as const,
  path: "/",
  secure: isSecure(request),
});

function setRefreshCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  reply.setCookie(isSecure(request) ? SECURE_COOKIE : PLAIN_COOKIE, token, {
    ...cookieFlags(request),
    maxAge: SESSION_ABSOLUTE_MS / 1000,
  });
  reply.header("cache-control", "no-store");
}

function clearRefreshCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(isSecure(request) ? SECURE_COOKIE : PLAIN_COOKIE, cookieFlags(request));
}
