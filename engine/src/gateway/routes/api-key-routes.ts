/** A user's own API keys: make, list, revoke. */
import { Type } from "../json-shape.js";
import { KEY_DAYS_DEFAULT, type ApiKeyInfo } from "../auth/api-keys.js";
import { principalOf } from "../permission.js";
import { ApiError } from "../problem.js";
import type { App, Services } from "../services.js";
import { ApiKey, KeyParams, NewApiKey, NewApiKeyBody } from "../shapes/sessions.js";
import { problems, SIGNED } from "./documented.js";

const access = { kind: "user", action: "keys.own" } as const;

export function addApiKeyRoutes(app: App, services: Services): void {
  const { apiKeys, outbox } = services;

  app.post(
    "/api/v1/api-keys",
    {
      config: { access },
      schema: {
        tags: ["api keys"],
        summary: "Make an API key",
        description: "The key is shown in this answer and never again. It has at most its owner's rights, cut to its scopes.",
        security: SIGNED,
        body: NewApiKeyBody,
        response: { 201: NewApiKey, ...problems(400, 401, 403, 409, 503) },
      },
    },
    async (request, reply) => {
      const { label, scopes, expiresInDays } = request.body;
      const { userId, userName } = principalOf(request);
      const { key, info } = await apiKeys.create(userId, label, scopes, expiresInDays ?? KEY_DAYS_DEFAULT);
      await outbox.relay();
      request.log.info({ userName, keyId: info.keyId }, "an API key was made");
      reply.header("cache-control", "no-store");
      return reply.code(201).send({ ...keyJson(info), apiKey: key });
    },
  );

  app.get(
    "/api/v1/api-keys",
    {
      config: { access },
      schema: {
        tags: ["api keys"],
        summary: "List one's API keys",
        description: "Keys that are neither revoked nor expired, without their secrets.",
        security: SIGNED,
        response: { 200: Type.Object({ apiKeys: Type.Array(ApiKey) }), ...problems(401, 403, 503) },
      },
    },
    async (request) => ({ apiKeys: (await apiKeys.list(principalOf(request).userId)).map(keyJson) }),
  );

  app.delete(
    "/api/v1/api-keys/:id",
    {
      config: { access },
      schema: {
        tags: ["api keys"],
        summary: "Revoke an API key",
        description: "At once: its sockets are closed and its requests refused.",
        security: SIGNED,
        params: KeyParams,
        response: { 204: Type.Null(), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { userId, userName } = principalOf(request);
      if (!(await apiKeys.revoke(userId, request.params.id))) throw new ApiError("NOT_FOUND", "You have no such key.");
      await outbox.relay();
      request.log.info({ userName, keyId: request.params.id }, "an API key was revoked");
      return reply.code(204).send(null);
    },
  );
}

const keyJson = ({ keyId, number, label, scopes, createdTsMs, expiresTsMs }: ApiKeyInfo) => ({
  id: keyId,
  number,
  label,
  scopes: [...scopes],
  createdTsMs,
  expiresTsMs,
});
