/** Sign-in, tickets, lost connections and silence, against a scripted server. */
import { ClientBody } from "@jware/schemas/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Client, type ConnectionEvent, ConnectionFailed, connect, NotConnected } from "./index.js";
import { ScriptedServer } from "./test/scripted-server.js";

let server: ScriptedServer;
let client: Client | undefined;
const FAST = { backoffMsMin: 5, backoffMsMax: 20 };
const user = () => ({ url: server.url, username: "trader", password: "secret", ...FAST });

beforeEach(async () => {
  server = new ScriptedServer();
  await server.start();
});
afterEach(() => {
  client?.close();
  client = undefined;
  server.stop();
});

const next = (from: Client, test: (event: ConnectionEvent) => boolean): Promise<ConnectionEvent> =>
  new Promise((resolve) => {
    const stop = from.on("connection", (event) => {
      if (!test(event)) return;
      stop();
      resolve(event);
    });
  });

test("a user signs in once and opens each socket with a ticket of its own", async () => {
  client = await connect(user());
  expect(client.isConnected).toBe(true);
  expect(server.logonCount).toEqual({ orders: 1, market: 1 });
  expect(server.signInCount).toBe(1);
  expect(client.accounts).toMatchObject([{ id: 1001, name: "PAPER-1" }]);
  expect([...(client.accounts[0]?.permissions ?? [])]).toEqual(["read", "trade", "cancel", "risk"]);
  expect(client.instruments).toMatchObject([{ symbol: "BTCUSDT", qtyMin: "0.00001", quoteCurrency: "USDT" }]);
});

test("a program logs on by its key, without REST", async () => {
  client = await connect({ wsUrl: server.wsUrl, apiKey: "jw_1_key" });
  expect(client.isConnected).toBe(true);
  expect(server.signInCount).toBe(0);
});

test("a wrong password is told in the server's words and is permanent", async () => {
  const failed = connect({ ...user(), password: "wrong" });
  await expect(failed).rejects.toThrow("POST /api/v1/session answered 401: wrong name or password");
  await expect(failed).rejects.toMatchObject({ isPermanent: true });
});

test("an address where nobody listens is told, and is not permanent", async () => {
  const { url } = server;
  server.stop();
  const failed = connect({ url, username: "trader", password: "secret" });
  await expect(failed).rejects.toBeInstanceOf(ConnectionFailed);
  await expect(failed).rejects.toMatchObject({ isPermanent: false });
});

test("a wrong key is refused in the server's words", async () => {
  await expect(connect({ wsUrl: server.wsUrl, apiKey: "jw_1_no" })).rejects.toThrow(
    /LOGON_REFUSED: The ticket or API key is unknown/,
  );
});

test("a lost connection is made again with a new ticket of the same sign-in", async () => {
  client = await connect(user());
  const up = next(client, ({ route, state }) => route === "orders" && state === "up");
  server.cut("orders");
  await up;
  expect([server.logonCount.orders, server.signInCount]).toEqual([2, 1]);
});

test("nothing is sent before a logon is complete", async () => {
  client = await connect(user());
  server.isDeaf = true;
  server.cut("orders");
  await server.next(ClientBody.Logon);
  await expect(client.cancelAll()).rejects.toBeInstanceOf(NotConnected);
  server.cut("orders");
  server.isDeaf = false;
  await next(client, ({ route, state }) => route === "orders" && state === "up");
  expect(server.received.map(({ kind }) => kind)).not.toContain(ClientBody.OrderMassCancelRequest);
});

test("a lost connection is made again with a new ticket, and with a new token where the old one ran out", async () => {
  client = await connect(user());
  server.tokens.clear();
  const up = next(client, ({ route, state }) => route === "orders" && state === "up");
  server.cut("orders");
  await up;
  expect(server.logonCount).toEqual({ orders: 2, market: 1 });
  expect(server.signInCount).toBe(2);
  expect(client.isConnected).toBe(true);
});

test("a server that falls silent is given up and asked again", async () => {
  client = await connect({ ...user(), heartbeatMs: 20 });
  const lost = next(client, ({ state }) => state === "connecting");
  server.isMute = true;
  expect((await lost).reason).toContain("nothing was received for two heartbeats");
  server.isMute = false;
  await next(client, ({ state }) => state === "up");
});

test("heartbeats measure the round trip", async () => {
  client = await connect({ ...user(), heartbeatMs: 10 });
  while (client.rttMs === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(client.rttMs).toBeGreaterThan(0);
});

test("a session that was replaced by another stays away", async () => {
  client = await connect(user());
  const closed = next(client, ({ route, state }) => route === "orders" && state === "closed");
  server.cut("orders", 4001, "replaced");
  expect((await closed).reason).toContain("4001");
  expect(client.isConnected).toBe(false);
  expect(server.logonCount.orders).toBe(1);
});

test.each([
  ["text", "hello"],
  ["garbage", new Uint8Array([255, 255, 255, 127, 1, 2, 3])],
  ["nothing", new Uint8Array(0)],
])("a server that sends %s is left and tried again", async (_, data) => {
  client = await connect(user());
  const up = next(client, ({ route, state }) => route === "market" && state === "up");
  server.sendRaw("market", data);
  await up;
  expect(server.logonCount.market).toBe(2);
});

test("closing says goodbye and connects no more", async () => {
  client = await connect(user());
  client.close();
  await server.next(ClientBody.Logout);
  expect(client.isConnected).toBe(false);
  expect(() => client?.close()).not.toThrow();
});
