/** Changes of users, keys and sessions reach the core, whoever makes them and whatever is lost on the way. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type CuttingProxy, startCuttingProxy } from "../../postgres/test/cutting-proxy.js";
import { nativeCore } from "../core-port.js";
import { Fixture } from "../test/fixture.js";
import { logOn, REFUSED_LOGON, TestSocket } from "../test/test-socket.js";

const LOGGED_ON = ["LogonAck", "InstrumentList", "AccountSnapshot"];
const CLOSED = ["closed 4003"];

let fixture: Fixture;
let proxy: CuttingProxy;
let token: string;
/** What the core was told of users, by the relay alone. */
const removedUsers: number[] = [];
let failsOnce = false;
const core = {
  ...nativeCore,
  removeCredential: (sha256: string) => {
    if (failsOnce) {
      failsOnce = false;
      throw new Error("the gateway is out of order");
    }
    return nativeCore.removeCredential(sha256);
  },
  removeUserCredentials: (user: number) => {
    removedUsers.push(user);
    return nativeCore.removeUserCredentials(user);
  },
};

beforeAll(async () => {
  fixture = await Fixture.start();
  await fixture.closeGateway();
  proxy = await startCuttingProxy(fixture.databaseUrl);
  await fixture.startGateway({ gateway: { databaseUrl: proxy.url, core } });
  token = await fixture.signIn("trader");
});
afterAll(async () => {
  await fixture.closeGateway();
  await proxy.close();
  await fixture.close();
});
afterEach(async () => {
  // A user has at most eight.
  await fixture.sql`UPDATE api_keys SET revoked_ts_ms = 1 WHERE label = 'bot' AND revoked_ts_ms IS NULL`;
  await settled();
});

const traderId = async (): Promise<number> =>
  (await fixture.sql<{ id: number }[]>`SELECT user_id AS id FROM users WHERE name = 'trader'`)[0]?.id ?? 0;
const makeKey = async (scopes = ["read", "trade"]): Promise<{ id: string; apiKey: string }> =>
  (await fixture.call("POST", "/api/v1/api-keys", { token, body: { label: "bot", scopes } })).body;
const statusOf = async (path: string, credential: string): Promise<number> =>
  (await fixture.call("GET", path, { token: credential })).status;

/** Waits until nothing waits to be told. */
async function settled(): Promise<void> {
  while ((await fixture.sql`SELECT 1 FROM outbox`).length > 0) await sleep(10);
}

async function openSocket(apiKey: string): Promise<TestSocket> {
  const socket = new TestSocket();
  expect(socket.logOn({ apiKey })).toEqual(LOGGED_ON);
  return socket;
}

it("a new key is good at once, and its socket stays when the row of its making is told", async () => {
  const { apiKey } = await makeKey();
  const socket = await openSocket(apiKey);
  await settled();
  expect(socket.drain()).toEqual([]);
});

it("a key that is revoked by SQL ends its sockets", async () => {
  const { id, apiKey } = await makeKey();
  const socket = await openSocket(apiKey);
  await fixture.sql`UPDATE api_keys SET revoked_ts_ms = ${Date.now()} WHERE key_id = ${id}`;
  expect(await socket.heard()).toEqual(CLOSED);
  expect(logOn({ apiKey })).toEqual(REFUSED_LOGON);
  expect(await statusOf("/api/v1/instruments", apiKey)).toBe(401);
});

it("a revocation after whose commit the gateway fails ends the sockets all the same", async () => {
  const { id, apiKey } = await makeKey();
  await settled();
  const socket = await openSocket(apiKey);
  failsOnce = true;
  expect((await fixture.call("DELETE", `/api/v1/api-keys/${id}`, { token })).status).toBe(500);
  expect(failsOnce).toBe(false);
  expect(await socket.heard()).toEqual(CLOSED);
  expect(logOn({ apiKey })).toEqual(REFUSED_LOGON);
});

it("a key with fewer scopes ends its sockets, and logs on with what is left", async () => {
  const { id, apiKey } = await makeKey();
  const socket = await openSocket(apiKey);
  await fixture.sql`UPDATE api_keys SET scopes = '{read}' WHERE key_id = ${id}`;
  expect(await socket.heard()).toEqual(CLOSED);
  await settled();
  expect(logOn({ apiKey })).toEqual(LOGGED_ON);
});

it("a user who is disabled by SQL is out: keys, tickets, sockets; and in again when he is not", async () => {
  const { apiKey } = await makeKey();
  const socket = await openSocket(apiKey);
  const { body } = await fixture.call("POST", "/api/v1/ws-ticket", { token });
  const byTicket = new TestSocket();
  expect(byTicket.logOn({ ticket: body.ticket })).toEqual(LOGGED_ON);
  const unused = (await fixture.call("POST", "/api/v1/ws-ticket", { token })).body.ticket;
  await settled();
  await fixture.sql`UPDATE users SET disabled = true WHERE name = 'trader'`;
  expect(await socket.heard()).toEqual(CLOSED);
  expect(await byTicket.heard()).toEqual(CLOSED);
  expect(logOn({ apiKey })).toEqual(REFUSED_LOGON);
  expect(logOn({ ticket: unused })).toEqual(REFUSED_LOGON);
  expect(await statusOf("/api/v1/instruments", token)).toBe(401);
  await fixture.sql`UPDATE users SET disabled = false WHERE name = 'trader'`;
  await settled();
  expect(logOn({ apiKey })).toEqual(LOGGED_ON);
});

it("another's rights that change end nothing of his", async () => {
  const { apiKey } = await makeKey();
  const socket = await openSocket(apiKey);
  await fixture.addUser("other", "trader", "a long enough password", ["read"]);
  await fixture.sql`UPDATE users SET disabled = true WHERE name = 'other'`;
  await settled();
  expect(socket.drain()).toEqual([]);
});

it("a grant that is taken away is gone from the key; one that is given is in it", async () => {
  const { apiKey } = await makeKey();
  const socket = await openSocket(apiKey);
  await fixture.sql`DELETE FROM user_accounts WHERE user_id = ${await traderId()}`;
  expect(await socket.heard()).toEqual(CLOSED);
  await settled();
  expect(logOn({ apiKey })).toEqual(["LogonAck", "InstrumentList"]);
  await fixture.sql`
    INSERT INTO user_accounts (user_id, account_id, permissions) VALUES (${await traderId()}, 1001, '{read,trade,cancel}')`;
  await settled();
  expect(logOn({ apiKey })).toEqual(LOGGED_ON);
});

it("a session that is revoked by SQL ends its sockets", async () => {
  const own = await fixture.signIn("trader");
  const { body } = await fixture.call("POST", "/api/v1/ws-ticket", { token: own });
  const socket = new TestSocket();
  expect(socket.logOn({ ticket: body.ticket })).toEqual(LOGGED_ON);
  await fixture.sql`
    UPDATE sessions SET revoked_ts_ms = 1 WHERE session_id = (SELECT session_id FROM sessions ORDER BY created_ts_ms DESC LIMIT 1)`;
  expect(await socket.heard()).toEqual(CLOSED);
});

it("a change that is rolled back is not told", async () => {
  const { id, apiKey } = await makeKey();
  await settled();
  const socket = await openSocket(apiKey);
  await fixture.sql
    .begin(async (sql) => {
      await sql`UPDATE api_keys SET revoked_ts_ms = 1 WHERE key_id = ${id}`;
      throw new Error("never mind");
    })
    .catch(() => undefined);
  await sleep(600);
  expect(socket.drain()).toEqual([]);
});

it("a row that comes again, since its leaving was lost, is told once", async () => {
  await settled();
  removedUsers.length = 0;
  const isCut = proxy.cut("DELETE FROM outbox", "before");
  await fixture.sql`UPDATE users SET token_epoch = token_epoch + 1 WHERE name = 'admin'`;
  await isCut;
  expect((await fixture.sql`SELECT 1 FROM outbox`).length).toBe(1);
  await settled();
  expect(removedUsers).toHaveLength(1);
});

it("what was not told before the process ended is told by the next start, before it serves", async () => {
  const { id, apiKey } = await makeKey();
  await settled();
  await fixture.closeGateway();
  await fixture.sql`UPDATE api_keys SET revoked_ts_ms = 1 WHERE key_id = ${id}`;
  // This core lives on, and still knows the key: the worst case of a start.
  expect(logOn({ apiKey })).toEqual(LOGGED_ON);
  await fixture.startGateway({ gateway: { databaseUrl: proxy.url, core } });
  expect(logOn({ apiKey })).toEqual(REFUSED_LOGON);
  token = await fixture.signIn("trader");
});
