import { newOrderFrame } from "@jware/schemas/client-frames";
import { ORD_TYPE_BY_NAME, SIDE_BY_NAME, TIME_IN_FORCE_BY_NAME } from "@jware/schemas/order-names";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BTC, Fixture } from "../test/fixture.js";
import { TestSocket } from "../test/test-socket.js";

const PASSWORD = "a long enough password";
const ALL = ["read", "trade", "cancel"];

let fixture: Fixture;
let admin: string;
let count = 0;

beforeAll(async () => {
  fixture = await Fixture.start();
  admin = await fixture.signIn("admin");
  const deposits = [{ currency: "USDT", amount: "100000" }];
  await byAdmin("POST", "accounts", { name: "DESK", deposits, reason: "a desk" });
});
afterAll(async () => {
  await fixture.close();
});

const byAdmin = (method: string, path: string, body?: object) =>
  fixture.call(method, `/api/v1/${path}`, { token: admin, ...(body === undefined ? {} : { body }) });
const make = (body: object) => byAdmin("POST", "users", { role: "trader", password: PASSWORD, reason: "joins", ...body });
const change = (name: string, body: object) => byAdmin("PATCH", `users/${name}`, { reason: "m", ...body });
const grant = (name: string, permissions: string[], account = "DESK") =>
  byAdmin("PUT", `users/${name}/accounts/${account}`, { permissions, reason: "m" });
const signIn = (username: string, password = PASSWORD) =>
  fixture.call("POST", "/api/v1/session", { body: { username, password } });
const balances = async (token: string) => (await fixture.call("GET", "/api/v1/balances?account=DESK", { token })).status;
const orderBody = () => ({
  ...{ account: "DESK", clOrdId: `u-${++count}`, symbol: "BTCUSDT", side: "buy", ordType: "limit" },
  ...{ orderQty: "0.01", price: "61000.00" },
});
const order = async (token: string) => (await fixture.call("POST", "/api/v1/orders", { token, body: orderBody() })).status;
const orderOnSocket = () =>
  newOrderFrame({
    ...{ account: 1002, instrument: BTC, clOrdId: `s-${++count}`, side: SIDE_BY_NAME.buy, ordType: ORD_TYPE_BY_NAME.limit },
    ...{ timeInForce: TIME_IN_FORCE_BY_NAME.gtc, orderQtyLots: 1000, priceTicks: 6_100_000 },
  });

/** A trader on DESK in every way: signed in, by a key, on a socket of each. */
class Colleague {
  readonly name: string;
  token = "";
  key = "";
  readonly bySession = new TestSocket();
  readonly byKey = new TestSocket();

  constructor(name: string) {
    this.name = name;
  }

  async join(): Promise<this> {
    expect(await make({ name: this.name })).toMatchObject({ status: 201, body: { generatedPassword: null, accounts: [] } });
    expect((await grant(this.name, ALL)).status).toBe(200);
    this.token = (await signIn(this.name)).body.accessToken;
    const key = await fixture.call("POST", "/api/v1/api-keys", { token: this.token, body: { label: "bot", scopes: ALL } });
    this.key = key.body.apiKey;
    const { ticket } = (await fixture.call("POST", "/api/v1/ws-ticket", { token: this.token })).body;
    expect(this.bySession.logOn({ ticket })).toContain("LogonAck");
    expect(this.byKey.logOn({ apiKey: this.key })).toContain("LogonAck");
    return this;
  }
}
const CLOSED = ["closed 4003"];

describe("a new user", () => {
  it("signs in, makes a key, and trades the account that he was given by REST and socket", async () => {
    const colleague = await new Colleague("anna").join();
    expect((await signIn("anna")).body.user).toMatchObject({
      role: "trader",
      accounts: [{ id: 1002, name: "DESK", permissions: ALL }],
    });
    expect([await order(colleague.token), await order(colleague.key)]).toEqual([201, 201]);
    colleague.byKey.drain();
    // The report may come with the call, or once its command is on disk.
    const heard = colleague.byKey.send(orderOnSocket());
    await expect.poll(() => heard.push(...colleague.byKey.drain()) && heard).toContain("ExecutionReport");
    expect((await fixture.call("GET", "/api/v1/balances?account=PAPER-1", { token: colleague.token })).status).toBe(404);
  });

  it("gets a password where none is given: once, and fit to sign in with", async () => {
    const made = await make({ name: "ben", password: undefined });
    expect(made).toMatchObject({ status: 201, body: { name: "ben", disabled: false } });
    expect(made.headers.get("cache-control")).toBe("no-store");
    expect((await signIn("ben", made.body.generatedPassword)).status).toBe(200);
    expect(JSON.stringify((await byAdmin("GET", "users")).body)).not.toContain(made.body.generatedPassword);
    expect(fixture.logLines.join()).not.toContain(made.body.generatedPassword);
  });

  it("is refused where the name is taken, no name, or the password too short", async () => {
    expect(await make({ name: "admin" })).toMatchObject({ status: 409, body: { code: "USER_EXISTS" } });
    for (const wrong of [{ name: "Upper" }, { name: "" }, { name: "cid", password: "short" }, { name: "cid", role: "god" }]) {
      expect(await make(wrong)).toMatchObject({ status: 400, body: { code: "VALIDATION_FAILED" } });
    }
    expect(await make({ name: "cid", reason: "" })).toMatchObject({ status: 400 });
  });

  it("is told with what he was given, and who made him and why is in the log", async () => {
    const { users } = (await byAdmin("GET", "users")).body;
    expect(users.find(({ name }: { name: string }) => name === "trader")).toEqual({
      id: expect.any(Number),
      ...{ name: "trader", role: "trader", disabled: false, createdTsMs: expect.any(Number) },
      accounts: [{ account: "PAPER-1", id: 1001, permissions: ALL }],
    });
    const line = fixture.logLines.find((each) => each.includes("a user was made") && each.includes("anna"));
    expect(JSON.parse(line ?? "{}")).toMatchObject({ userName: "admin", user: "anna", role: "trader", reason: "joins" });
  });
});

describe("a user who is disabled", () => {
  it("is out at once by every way, and his keys are gone for good", async () => {
    const colleague = await new Colleague("dora").join();
    colleague.bySession.drain();
    colleague.byKey.drain();
    expect(await change("dora", { disabled: true })).toMatchObject({ status: 200, body: { disabled: true } });
    expect([await order(colleague.token), await order(colleague.key), (await signIn("dora")).status]).toEqual([401, 401, 401]);
    expect(colleague.bySession.drain()).toEqual(CLOSED);
    expect(colleague.byKey.drain()).toEqual(CLOSED);
    expect(new TestSocket().logOn({ apiKey: colleague.key })).toEqual(["Refusal", ...CLOSED]);
    expect((await change("dora", { disabled: false })).status).toBe(200);
    expect((await signIn("dora")).status).toBe(200);
    expect([await order(colleague.token), await order(colleague.key)]).toEqual([401, 401]);
    expect(new TestSocket().logOn({ apiKey: colleague.key })).toEqual(["Refusal", ...CLOSED]);
  });
});

describe("rights", () => {
  it("that become fewer hold from the next request, and close the sockets that had more", async () => {
    const colleague = await new Colleague("emil").join();
    expect(await order(colleague.token)).toBe(201);
    colleague.bySession.drain();
    colleague.byKey.drain();
    expect((await grant("emil", ["read"])).body.accounts).toMatchObject([{ account: "DESK", permissions: ["read"] }]);
    expect([await order(colleague.token), await order(colleague.key)]).toEqual([403, 403]);
    expect(await balances(colleague.token)).toBe(200);
    expect([colleague.bySession.drain(), colleague.byKey.drain()]).toEqual([CLOSED, CLOSED]);
    // The key is as good as before, for what is left.
    const again = new TestSocket();
    expect(again.logOn({ apiKey: colleague.key })).toContain("LogonAck");
    expect(again.send(orderOnSocket())).toEqual(["Refusal"]);
    expect((await byAdmin("DELETE", "users/emil/accounts/DESK?reason=leaves")).body.accounts).toEqual([]);
    expect(await balances(colleague.token)).toBe(404);
    expect(again.drain()).toEqual(CLOSED);
    expect((await byAdmin("DELETE", "users/emil/accounts/DESK?reason=leaves")).status).toBe(404);
  });

  it("that become more hold from the next request, and close nothing", async () => {
    const colleague = await new Colleague("fay").join();
    colleague.bySession.drain();
    expect((await grant("fay", ["read"], "PAPER-1")).status).toBe(200);
    const read = await fixture.call("GET", "/api/v1/balances?account=PAPER-1", { token: colleague.token });
    expect(read.status).toBe(200);
    expect(colleague.bySession.drain()).toEqual([]);
  });

  it("that are given again as they are close nothing", async () => {
    const colleague = await new Colleague("ivy").join();
    colleague.bySession.drain();
    expect((await grant("ivy", ALL)).status).toBe(200);
    expect(colleague.bySession.drain()).toEqual([]);
    expect((await grant("ivy", ["read", "trade"])).status).toBe(200);
    expect(colleague.bySession.drain()).toEqual(CLOSED);
  });

  it("follow a role: a viewer trades no more, whatever he was given", async () => {
    const colleague = await new Colleague("gil").join();
    colleague.byKey.drain();
    expect(await change("gil", { role: "viewer" })).toMatchObject({ status: 200, body: { role: "viewer" } });
    expect([await order(colleague.token), await order(colleague.key), await balances(colleague.token)]).toEqual([403, 403, 200]);
    expect(colleague.byKey.drain()).toEqual(CLOSED);
  });

  it("are given on accounts and to users that there are", async () => {
    expect(await grant("nobody", ["read"])).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    expect(await grant("anna", ["read"], "NONE")).toMatchObject({ status: 404, body: { code: "ACCOUNT_NOT_FOUND" } });
    expect(await change("nobody", { disabled: true })).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    for (const wrong of [{}, { disabled: "yes" }, { password: "short" }, { password: PASSWORD, generatePassword: true }]) {
      expect(await change("anna", wrong)).toMatchObject({ status: 400, body: { code: "VALIDATION_FAILED" } });
    }
    expect((await grant("anna", [])).status).toBe(400);
  });
});

it("a new password ends the sessions, and leaves the keys", async () => {
  const colleague = await new Colleague("hal").join();
  const { body } = await change("hal", { generatePassword: true });
  expect([await order(colleague.token), await order(colleague.key)]).toEqual([401, 201]);
  expect(colleague.bySession.drain()).toContain("closed 4003");
  expect([(await signIn("hal")).status, (await signIn("hal", body.generatedPassword)).status]).toEqual([401, 200]);
});

describe("the last administrator", () => {
  beforeEach(async () => {
    admin = await fixture.signIn("admin");
  });

  it("is neither demoted nor disabled", async () => {
    for (const body of [{ role: "risk" }, { disabled: true }, { role: "trader", disabled: true }]) {
      expect(await change("admin", body)).toMatchObject({ status: 409, body: { code: "LAST_ADMINISTRATOR" } });
    }
    expect((await byAdmin("GET", "users")).status).toBe(200);
  });

  it("remains also where two demote each other at once", async () => {
    await make({ name: "second", role: "admin" });
    const second = (await signIn("second")).body.accessToken;
    const demote = (name: string, token: string) =>
      fixture.call("PATCH", `/api/v1/users/${name}`, { token, body: { role: "viewer", reason: "m" } });
    const both = await Promise.all([demote("second", admin), demote("admin", second)]);
    const [known] = await fixture.sql<{ count: bigint }[]>`SELECT count(*) FROM users WHERE role = 'admin' AND NOT disabled`;
    expect([Number(known?.count), both.filter(({ status }) => status === 200).length]).toEqual([1, 1]);
    await fixture.sql`UPDATE users SET role = 'admin' WHERE name = 'admin'`;
  });

  it("is no administrator who is disabled", async () => {
    await make({ name: "third", role: "admin" });
    await fixture.sql`UPDATE users SET disabled = true WHERE role = 'admin' AND name <> 'admin'`;
    expect(await change("admin", { role: "viewer" })).toMatchObject({ status: 409, body: { code: "LAST_ADMINISTRATOR" } });
  });
});
