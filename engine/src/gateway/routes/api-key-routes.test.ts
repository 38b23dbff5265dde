import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Fixture } from "../test/fixture.js";
import { logOn, REFUSED_LOGON, TestSocket } from "../test/test-socket.js";

let fixture: Fixture;
let token: string;
let skewMs = 0;

beforeAll(async () => {
  fixture = await Fixture.start({ gateway: { now: () => Date.now() + skewMs } });
  token = await fixture.signIn("trader");
});
afterAll(async () => {
  await fixture.close();
});

const make = (scopes: string[], label = "bot") => fixture.call("POST", "/api/v1/api-keys", { token, body: { label, scopes } });

describe("API keys", () => {
  it("are shown once and kept as a hash", async () => {
    const answer = await make(["read", "trade"]);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[A-Za-z0-9]{12}$/),
      number: expect.any(Number),
      label: "bot",
      scopes: ["read", "trade"],
      createdTsMs: expect.any(Number),
      expiresTsMs: answer.body.createdTsMs + 90 * 86_400_000,
      apiKey: expect.stringMatching(new RegExp(`^jw_${answer.body.id}_[\\w-]{43}$`)),
    });
    const listed = await fixture.call("GET", "/api/v1/api-keys", { token });
    expect(JSON.stringify(listed.body)).not.toContain(answer.body.apiKey);
    expect(listed.body.apiKeys.map((key: { id: string }) => key.id)).toContain(answer.body.id);
    const [row] = await fixture.sql<{ sha256: Uint8Array }[]>`SELECT sha256 FROM api_keys WHERE key_id = ${answer.body.id}`;
    expect(Buffer.from(row?.sha256 ?? []).toString("hex")).toBe(createHash("sha256").update(answer.body.apiKey).digest("hex"));
  });

  it("open REST and the WebSocket within their scopes", async () => {
    const { body } = await make(["read"]);
    const call = (method: string, path: string, options = {}) => fixture.call(method, path, { token: body.apiKey, ...options });
    expect((await call("GET", "/api/v1/balances?account=PAPER-1")).status).toBe(200);
    expect((await call("GET", "/api/v1/instruments")).status).toBe(200);
    expect(await call("DELETE", "/api/v1/orders?account=PAPER-1")).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
    expect((await call("POST", "/api/v1/ws-ticket")).status).toBe(403);
    expect((await call("GET", "/api/v1/api-keys")).status).toBe(403);
    expect(logOn({ apiKey: body.apiKey })).toEqual(["LogonAck", "InstrumentList", "AccountSnapshot"]);
  });

  it("end at once when they are revoked", async () => {
    const { body } = await make(["read"]);
    expect((await fixture.call("GET", "/api/v1/instruments", { token: body.apiKey })).status).toBe(200);
    expect((await fixture.call("DELETE", `/api/v1/api-keys/${body.id}`, { token })).status).toBe(204);
    expect((await fixture.call("GET", "/api/v1/instruments", { token: body.apiKey })).status).toBe(401);
    expect(logOn({ apiKey: body.apiKey })).toEqual(REFUSED_LOGON);
    expect((await fixture.call("DELETE", `/api/v1/api-keys/${body.id}`, { token })).status).toBe(404);
  });

  it("are one's own: another's cannot be revoked", async () => {
    const { body } = await make(["read"]);
    const admin = await fixture.signIn("admin");
    expect((await fixture.call("DELETE", `/api/v1/api-keys/${body.id}`, { token: admin })).status).toBe(404);
    expect((await fixture.call("GET", "/api/v1/instruments", { token: body.apiKey })).status).toBe(200);
  });

  it("never give more than the owner has", async () => {
    const admin = await fixture.signIn("admin");
    const { body } = await fixture.call("POST", "/api/v1/api-keys", {
      token: admin,
      body: { label: "greedy", scopes: ["read", "trade", "cancel", "risk"] },
    });
    const order = {
      account: "PAPER-1",
      clOrdId: "g",
      symbol: "BTCUSDT",
      side: "buy",
      ordType: "limit",
      orderQty: "1",
      price: "1",
    };
    expect((await fixture.call("POST", "/api/v1/orders", { token: body.apiKey, body: order })).status).toBe(403);
    expect((await fixture.call("POST", "/api/v1/accounts/PAPER-1/release", { token: body.apiKey, body: {} })).status).toBe(403);
  });

  it("expire", async () => {
    const { body } = await fixture.call("POST", "/api/v1/api-keys", {
      token,
      body: { label: "short", scopes: ["read"], expiresInDays: 1 },
    });
    expect((await fixture.call("GET", "/api/v1/instruments", { token: body.apiKey })).status).toBe(200);
    skewMs = 86_400_000;
    expect((await fixture.call("GET", "/api/v1/instruments", { token: body.apiKey })).status).toBe(401);
    skewMs = 0;
  });

  it("are at most eight a user", async () => {
    await fixture.addUser("keymaker", "trader", "a long enough password", ["read"]);
    const { body } = await fixture.call("POST", "/api/v1/session", {
      body: { username: "keymaker", password: "a long enough password" },
    });
    const makeOne = () =>
      fixture.call("POST", "/api/v1/api-keys", { token: body.accessToken, body: { label: "x", scopes: ["read"] } });
    const statuses = (await Promise.all(Array.from({ length: 10 }, makeOne))).map((answer) => answer.status).sort();
    expect(statuses).toEqual([...Array(8).fill(201), 409, 409]);
  });

  it.each([
    { label: "", scopes: ["read"] },
    { label: "x", scopes: [] },
    { label: "x", scopes: ["root"] },
    { label: "x", scopes: ["read"], expiresInDays: 366 },
  ])("refuses %j", async (body) => {
    expect((await fixture.call("POST", "/api/v1/api-keys", { token, body })).status).toBe(400);
  });

  it("are known to the core again after a restart of the gateway, the first one included", async () => {
    const { apiKey } = fixture.credentials();
    const before = fixture.credentials();
    await fixture.closeGateway();
    fixture.core.removeCredential(createHash("sha256").update(apiKey).digest("hex"));
    expect(logOn({ apiKey })).toEqual(REFUSED_LOGON);
    await fixture.startGateway();
    expect(fixture.gateway.madeFirstUsers).toBe(false);
    expect(fixture.credentials()).toEqual(before);
    expect(logOn({ apiKey })).toEqual(["LogonAck", "InstrumentList", "AccountSnapshot"]);
    expect((await fixture.call("GET", "/api/v1/balances?account=PAPER-1", { token: apiKey })).status).toBe(200);
  });
});

describe("WebSocket tickets", () => {
  it("log on once", async () => {
    const token = await fixture.signIn("trader");
    const { body } = await fixture.call("POST", "/api/v1/ws-ticket", { token });
    expect(logOn({ ticket: body.ticket })).toEqual(["LogonAck", "InstrumentList", "AccountSnapshot"]);
    expect(logOn({ ticket: body.ticket })).toEqual(REFUSED_LOGON);
  });

  it("end their sockets when the session is signed out", async () => {
    const token = await fixture.signIn("trader");
    const { body } = await fixture.call("POST", "/api/v1/ws-ticket", { token });
    const socket = new TestSocket();
    expect(socket.logOn({ ticket: body.ticket })).toEqual(["LogonAck", "InstrumentList", "AccountSnapshot"]);
    await fixture.call("DELETE", "/api/v1/session", { token });
    expect(socket.drain()).toEqual(["closed 4003"]);
  });

  it("not used yet go out of force with their session", async () => {
    const token = await fixture.signIn("trader");
    const { body } = await fixture.call("POST", "/api/v1/ws-ticket", { token });
    await fixture.call("DELETE", "/api/v1/session", { token });
    expect(logOn({ ticket: body.ticket })).toEqual(REFUSED_LOGON);
  });
});
