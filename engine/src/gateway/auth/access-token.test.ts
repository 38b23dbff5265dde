import { generateKeyPairSync } from "node:crypto";
import { fastify } from "fastify";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ACCESS_TOKEN_TTL_S, AccessTokens } from "./access-token.js";

const CLAIMS = { userId: 7, sessionId: "s-1", epoch: 3 };
const SKEW_S = 30;

const privatePem = (): string => generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

let tokens: AccessTokens;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
  const app = fastify();
  tokens = await AccessTokens.register(app, privatePem());
  await app.ready();
});

afterEach(() => {
  vi.useRealTimers();
});

test("a token is read again and again until it ends, and not once after", () => {
  const token = tokens.sign(CLAIMS);
  expect(tokens.verify(token)).toEqual(CLAIMS);
  vi.advanceTimersByTime((ACCESS_TOKEN_TTL_S + SKEW_S) * 1000 - 1000);
  expect(tokens.verify(token)).toEqual(CLAIMS);
  vi.advanceTimersByTime(2000);
  expect(tokens.verify(token)).toBeUndefined();
  expect(tokens.verify(token)).toBeUndefined();
});

test("a token with another's signature or content is none, also beside one that was read", async () => {
  const token = tokens.sign(CLAIMS);
  expect(tokens.verify(token)).toEqual(CLAIMS);
  const [header, payload, signature] = token.split(".");
  const changed = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload ?? "", "base64url").toString()), sub: "8" }));
  expect(tokens.verify(`${header}.${changed.toString("base64url")}.${signature}`)).toBeUndefined();
  const others = await AccessTokens.register(fastify(), privatePem());
  expect(others.verify(token)).toBeUndefined();
  expect(tokens.verify(token)).toEqual(CLAIMS);
});
