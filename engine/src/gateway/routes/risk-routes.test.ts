import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Fixture } from "../test/fixture.js";

/** No test lasts as long: how fast requests come must not decide. */
const LONG_MS = 3_600_000;

let fixture: Fixture;
let trader: string;
let admin: string;
let traderId: number;
let count = 0;

beforeAll(async () => {
  fixture = await Fixture.start();
  [trader, admin] = [await fixture.signIn("trader"), await fixture.signIn("admin")];
  const [row] = await fixture.sql<{ userId: number }[]>`SELECT user_id AS "userId" FROM users WHERE name = 'trader'`;
  traderId = row?.userId ?? 0;
  fixture.core.execute({ kind: "openAccount", account: 1002, name: "FOREIGN" });
});
afterAll(async () => {
  await fixture.close();
});

const limits = async () => (await fixture.call("GET", "/api/v1/limits", { token: admin })).body.limits;
const put = (limit: object, token = admin) =>
  fixture.call("PUT", "/api/v1/limits", { token, body: { reason: "a test", ...limit } });
const order = (change: Record<string, unknown> = {}) =>
  fixture.call("POST", "/api/v1/orders", {
    token: trader,
    body: {
      ...{ account: "PAPER-1", clOrdId: `l-${++count}`, symbol: "BTCUSDT", side: "buy", ordType: "limit" },
      ...{ orderQty: "0.01", price: "61000", ...change },
    },
  });
const cancelAll = () => fixture.call("DELETE", "/api/v1/orders?account=PAPER-1", { token: trader });
const release = () => fixture.call("POST", "/api/v1/accounts/PAPER-1/release", { token: admin, body: {} });

const firm = { of: "firm" };
const account = { of: "account", account: "PAPER-1" };
const strategy = { of: "strategy", account: "PAPER-1", strategy: 7 };
const user = () => ({ of: "user", user: traderId });
const firstKey = async () => (await fixture.call("GET", "/api/v1/api-keys", { token: trader })).body.apiKeys[0].number as number;

afterEach(async () => {
  await cancelAll();
  for (const { scope, limit, symbol, currency } of await limits()) {
    const named = { ...(symbol === null ? {} : { symbol }), ...(currency === null ? {} : { currency }) };
    expect(await put({ scope, limit, ...named, max: null })).toMatchObject({ status: 200, body: { max: null } });
  }
});

describe("a limit that was set refuses the next order, and says what is left", () => {
  it("of quantity, in the symbol's decimals", async () => {
    const set = { scope: account, limit: "orderQty", symbol: "BTCUSDT", max: "0.5" };
    const limit = {
      ...{ scope: account, limit: "orderQty", symbol: "BTCUSDT", currency: null, unit: "quantity", max: "0.50000" },
      ...{ windowMs: null, remaining: null, tripped: false },
    };
    expect(await put(set)).toMatchObject({ status: 200, body: limit });
    expect(await limits()).toEqual([limit]);
    expect(await order({ orderQty: "0.6" })).toMatchObject({
      status: 422,
      body: {
        ...{ code: 513, rule: "ORDER_QTY_LIMIT", unit: "quantity" },
        ...{ limit: "0.50000", value: "0.60000", headroom: "0.50000" },
      },
    });
    expect((await order({ orderQty: "0.5" })).status).toBe(201);
    expect((await order({ orderQty: "0.6", symbol: "ETHUSDT" })).status).toBe(201);
  });

  it("of lots, where no symbol is named", async () => {
    expect(await put({ scope: firm, limit: "orderQty", max: "50000" })).toMatchObject({
      body: { symbol: null, unit: "lots", max: "50000" },
    });
    expect(await order({ orderQty: "0.6" })).toMatchObject({ status: 422, body: { rule: "ORDER_QTY_LIMIT", limit: "0.50000" } });
  });

  it("of money, in the currency's decimals", async () => {
    expect(await put({ scope: strategy, limit: "orderNotional", currency: "USDT", max: "609.99999999" })).toMatchObject({
      body: { scope: strategy, currency: "USDT", unit: "money", max: "609.99999999" },
    });
    expect(await order({ strategy: 7 })).toMatchObject({
      status: 422,
      body: {
        ...{ rule: "ORDER_NOTIONAL_LIMIT", unit: "money", currency: "USDT" },
        ...{ limit: "609.99999999", value: "610.00000000", headroom: "609.99999999" },
      },
    });
    expect((await order()).status).toBe(201);
  });

  it("of a rate, whatever the account", async () => {
    expect(await put({ scope: user(), limit: "messageRate", max: "2", windowMs: LONG_MS })).toMatchObject({
      body: { scope: user(), unit: "count", max: "2", windowMs: LONG_MS, remaining: "2" },
    });
    expect((await order()).status).toBe(201);
    expect(await limits()).toMatchObject([{ remaining: "1", tripped: false }]);
    expect((await order()).status).toBe(201);
    const refused = await order();
    expect(refused).toMatchObject({ status: 429, body: { rule: "RATE_LIMIT", unit: "count", limit: "2", headroom: "0" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    // Set again, it begins anew.
    await put({ scope: user(), limit: "messageRate", max: "2", windowMs: LONG_MS });
    expect((await order()).status).toBe(201);
  });

  it("of an API key, whatever else its owner sends", async () => {
    const scope = { of: "key", key: await firstKey() };
    expect(await put({ scope, limit: "messageRate", max: "1", windowMs: LONG_MS })).toMatchObject({
      body: { scope, max: "1", remaining: "1" },
    });
    const body = (clOrdId: string) => ({
      ...{ account: "PAPER-1", clOrdId, symbol: "BTCUSDT", side: "buy", ordType: "limit", orderQty: "0.01", price: "61000" },
    });
    const byKey = (clOrdId: string) =>
      fixture.call("POST", "/api/v1/orders", { token: fixture.credentials().apiKey, body: body(clOrdId) });
    const first = await byKey("by-key-1");
    expect([first.status, first.headers.get("x-order-rate-remaining")]).toEqual([201, "0"]);
    const refused = await byKey("by-key-2");
    expect(refused).toMatchObject({ status: 429, body: { rule: "RATE_LIMIT", scope, limit: "1", headroom: "0" } });
    expect(refused.headers.get("x-order-rate-remaining")).toBe("0");
    const signedIn = await order();
    expect([signedIn.status, signedIn.headers.get("x-order-rate-remaining")]).toEqual([201, null]);
  });

  it("names the scope of the rule that refused, and none where it is of nobody", async () => {
    await put({ scope: strategy, limit: "orderQty", symbol: "BTCUSDT", max: "0.005" });
    expect(await order({ strategy: 7 })).toMatchObject({ status: 422, body: { rule: "ORDER_QTY_LIMIT", scope: strategy } });
    expect(await order({ price: "99999999" })).toMatchObject({ status: 422, body: { scope: null } });
    const validated = await fixture.call("POST", "/api/v1/orders/validate", {
      token: trader,
      body: {
        ...{ account: "PAPER-1", clOrdId: "v", symbol: "BTCUSDT", side: "buy", ordType: "limit" },
        ...{ orderQty: "0.01", price: "61000", strategy: 7 },
      },
    });
    expect(validated.body).toMatchObject({ accepted: false, refusals: [{ rule: "ORDER_QTY_LIMIT", scope: strategy }] });
  });

  it("and no more when it is taken away, by null or by leaving the most out", async () => {
    for (const removal of [{ max: null }, {}]) {
      await put({ scope: account, limit: "openOrders", max: "0" });
      expect(await order()).toMatchObject({ status: 422, body: { rule: "OPEN_ORDER_LIMIT", limit: "0" } });
      expect(await put({ scope: account, limit: "openOrders", ...removal })).toMatchObject({
        status: 200,
        body: { scope: account, limit: "openOrders", max: null, remaining: null },
      });
      expect(await limits()).toEqual([]);
      expect((await order()).status).toBe(201);
    }
  });
});

describe("what was passed stays passed until it is set again", () => {
  it("a throttle", async () => {
    const set = { scope: account, limit: "repeatedExecution", max: "1", windowMs: LONG_MS };
    await put(set);
    expect((await order()).status).toBe(201);
    expect(await order()).toMatchObject({ status: 422, body: { rule: "REPEATED_EXECUTION", transient: false } });
    expect(await limits()).toMatchObject([{ limit: "repeatedExecution", tripped: true }]);
    expect(await put(set)).toMatchObject({ body: { tripped: false } });
    expect((await order()).status).toBe(201);
  });

  it("a loss limit, which halts the account", async () => {
    await put({ scope: account, limit: "lossHalt", currency: "USDT", max: "1" });
    // The fee alone is more than that.
    expect((await order({ ordType: "market", price: undefined, orderQty: "0.1" })).body).toMatchObject({ ordStatus: "filled" });
    expect(await limits()).toMatchObject([{ limit: "lossHalt", max: "1.00000000", tripped: true }]);
    expect(await order()).toMatchObject({ status: 422, body: { rule: "ACCOUNT_HALTED" } });
    expect((await release()).status).toBe(200);
    expect((await order()).status).toBe(201);
  });
});

describe("what cannot be set", () => {
  it.each([
    [404, "ACCOUNT_NOT_PERMITTED", { scope: { of: "account", account: "NONE" }, limit: "openOrders", max: "1" }],
    [422, "UNKNOWN_INSTRUMENT", { scope: firm, limit: "orderQty", symbol: "NONE", max: "1" }],
    [422, "FIELD_INVALID", { scope: strategy, limit: "position", symbol: "BTCUSDT", max: "1" }],
    [422, "FIELD_INVALID", { scope: firm, limit: "lossHalt", currency: "USDT", max: "1" }],
    [422, "FIELD_INVALID", { scope: firm, limit: "position", max: "1" }],
    [422, "FIELD_INVALID", { scope: firm, limit: "messageRate", max: "1" }],
    [422, "FIELD_INVALID", { scope: firm, limit: "messageRate", max: "0", windowMs: 1000 }],
    [422, "FIELD_INVALID", { scope: firm, limit: "grossNotional", max: "1" }],
    [422, "FIELD_INVALID", { scope: firm, limit: "grossNotional", currency: "XXX", max: "1" }],
    [422, "FIELD_INVALID", { scope: firm, limit: "grossNotional", currency: "USDT", max: "0.000000001" }],
    [422, "FIELD_INVALID", { scope: firm, limit: "grossNotional", currency: "USDT", max: "99999999999999999999" }],
    [422, "FIELD_INVALID", { scope: firm, limit: "orderQty", symbol: "BTCUSDT", max: "0.000001" }],
    [422, "FIELD_INVALID", { scope: firm, limit: "orderQty", max: "0.5" }],
    [422, "FIELD_INVALID", { scope: firm, limit: "orderQty", max: "-1" }],
    // 200 characters of two bytes.
    [422, "FIELD_INVALID", { scope: firm, limit: "orderQty", max: "1", reason: "é".repeat(200) }],
  ])("is %i %s: %j", async (status, rule, limit) => {
    expect(await put(limit)).toMatchObject({ status, body: { status, rule, clOrdId: null } });
    expect(await limits()).toEqual([]);
  });

  it.each([
    { scope: firm, limit: "nothing", max: "1" },
    { scope: { of: "account" }, limit: "openOrders", max: "1" },
    { scope: { of: "firm", account: "PAPER-1" }, limit: "openOrders", max: "1" },
    { scope: { of: "user", user: 0 }, limit: "orderQty", max: "1" },
    { scope: { of: "key", key: 0 }, limit: "orderQty", max: "1" },
    { scope: firm, limit: "orderQty", max: 1 },
    { scope: firm, limit: "messageRate", max: "1", windowMs: 604_800_001 },
    { scope: firm, limit: "orderQty", max: "1", reason: undefined },
    { scope: firm, limit: "orderQty", max: "1", reason: "" },
  ])("is malformed: %j", async (limit) => {
    expect(await put(limit)).toMatchObject({ status: 400, body: { code: "VALIDATION_FAILED" } });
  });
});

describe("who may see and set", () => {
  it("risk managers and administrators, on every account; the trader neither", async () => {
    const password = "a long enough password";
    await fixture.addUser("rita", "risk", password, ["read", "risk"]);
    await fixture.addUser("ron", "risk", password, ["read"]);
    const tokenOf = async (username: string) =>
      (await fixture.call("POST", "/api/v1/session", { body: { username, password } })).body.accessToken;
    const [rita, ron] = [await tokenOf("rita"), await tokenOf("ron")];
    for (const scope of [firm, account, strategy, user()]) await put({ scope, limit: "orderQty", max: "1000000" });
    const ofAccount = (token: string, name = "PAPER-1") => fixture.call("GET", `/api/v1/accounts/${name}/limits`, { token });
    const seen = await ofAccount(rita);
    expect(seen.status).toBe(200);
    expect(seen.body.limits.map((each: { scope: object }) => each.scope)).toEqual([firm, account, strategy]);
    expect((await limits()).map((each: { scope: object }) => each.scope)).toEqual([firm, account, strategy, user()]);
    expect((await ofAccount(rita, "FOREIGN")).status).toBe(200);
    expect((await ofAccount(rita, "NONE")).status).toBe(404);
    expect((await ofAccount(ron)).status).toBe(200);
    expect((await ofAccount(trader)).status).toBe(403);
    expect((await fixture.call("GET", "/api/v1/limits", { token: trader })).status).toBe(403);
    expect((await put({ scope: firm, limit: "orderQty", max: "1" }, trader)).status).toBe(403);
    const foreign = { scope: { of: "account", account: "FOREIGN" }, limit: "openOrders" };
    expect(await put({ ...foreign, max: "1" }, rita)).toMatchObject({ status: 200, body: { scope: foreign.scope, max: "1" } });
    const halted = await fixture.call("POST", "/api/v1/accounts/FOREIGN/halt", { token: rita, body: { reason: "drill" } });
    expect(halted).toMatchObject({ status: 200, body: { account: "FOREIGN", state: "halted" } });
    expect((await fixture.call("POST", "/api/v1/accounts/FOREIGN/release", { token: admin, body: {} })).status).toBe(200);
    expect((await fixture.call("POST", "/api/v1/accounts/FOREIGN/halt", { token: trader, body: {} })).status).toBe(404);
  });

  it("who set it and why is in the log", async () => {
    await put({ scope: firm, limit: "orderQty", max: "1000000", reason: "fat fingers" });
    const lines = fixture.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.findLast((line) => line.msg === "a limit was set")).toMatchObject({
      ...{ userName: "admin", reason: "fat fingers", limit: "orderQty", max: "1000000" },
    });
  });
});

describe("the kind of an account", () => {
  const setKind = (kind: string, token = admin, name = "PAPER-1") =>
    fixture.call("PUT", `/api/v1/accounts/${name}/kind`, { token, body: { kind, reason: "asked" } });
  const kindNow = async () =>
    (await fixture.call("GET", "/api/v1/account?account=PAPER-1", { token: trader })).body.kind as string;

  it("changes only while there are neither positions nor live orders", async () => {
    await fixture.call("POST", "/api/v1/accounts/PAPER-1/halt", { token: trader, body: { flatten: true } });
    await release();
    await order();
    expect(await setKind("cash")).toMatchObject({ status: 422, body: { code: 423, rule: "ACCOUNT_IN_USE", transient: true } });
    expect(await kindNow()).toBe("standard");
    await cancelAll();
    expect(await setKind("cash")).toMatchObject({ status: 200, body: { account: "PAPER-1", kind: "cash" } });
    expect(await kindNow()).toBe("cash");
    expect(await order({ side: "sell", price: "63000" })).toMatchObject({
      status: 422,
      body: { rule: "SHORT_SALE", unit: "quantity", value: "0.01000", headroom: "0.00000" },
    });
    for (const kind of ["margin", "standard"]) {
      expect((await setKind(kind)).status).toBe(200);
      expect(await kindNow()).toBe(kind);
    }
    expect((await order({ side: "sell", price: "63000" })).status).toBe(201);
  });

  it("comes with how many positions it has in a symbol, which stays where it is not given", async () => {
    await fixture.call("POST", "/api/v1/accounts/PAPER-1/halt", { token: trader, body: { flatten: true } });
    await release();
    const set = (body: object) =>
      fixture.call("PUT", "/api/v1/accounts/PAPER-1/kind", { token: admin, body: { reason: "asked", ...body } });
    const held = async () => {
      const { body } = await fixture.call("GET", "/api/v1/positions?account=PAPER-1", { token: trader });
      const open = body.positions.filter((row: { qty: string }) => Number(row.qty) !== 0);
      return open.map((row: { leg: string; qty: string }) => [row.leg, row.qty]);
    };
    expect(await set({ kind: "standard", positionMode: "hedging" })).toMatchObject({
      ...{ status: 200, body: { account: "PAPER-1", kind: "standard", positionMode: "hedging" } },
    });
    expect((await set({ kind: "margin" })).body.positionMode).toBe("hedging");
    expect(await set({ kind: "cash" })).toMatchObject({ status: 422, body: { rule: "FIELD_INVALID" } });
    expect((await set({ kind: "standard" })).status).toBe(200);
    const market = { ordType: "market", price: undefined };
    await order({ ...market, side: "buy" });
    await order({ ...market, side: "sell", orderQty: "0.004" });
    expect(await held()).toEqual([
      ["long", "0.01000"],
      ["short", "-0.00400"],
    ]);
    expect(await set({ kind: "standard", positionMode: "netting" })).toMatchObject({ body: { rule: "ACCOUNT_IN_USE" } });
    await order({ ...market, side: "sell", orderQty: "0.01", reduceOnly: true });
    await order({ ...market, side: "buy", orderQty: "0.004", reduceOnly: true });
    expect(await held()).toEqual([]);
    expect((await set({ kind: "standard", positionMode: "netting" })).status).toBe(200);
  });

  it("is the administrator's, of every account, for a reason", async () => {
    expect((await setKind("cash", trader)).status).toBe(403);
    expect((await setKind("standard", admin, "FOREIGN")).status).toBe(200);
    expect(await setKind("cash", admin, "NONE")).toMatchObject({ status: 404, body: { code: "ACCOUNT_NOT_FOUND" } });
    const path = "/api/v1/accounts/PAPER-1/kind";
    expect((await fixture.call("PUT", path, { token: admin, body: { kind: "cash" } })).status).toBe(400);
    expect((await setKind("prime")).status).toBe(400);
  });
});

describe("a self-trade group", () => {
  const setGroup = (group: number, token = admin) =>
    fixture.call("PUT", "/api/v1/accounts/PAPER-1/self-trade-group", { token, body: { group, reason: "one desk" } });
  const groupNow = async () =>
    (await fixture.call("GET", "/api/v1/account?account=PAPER-1", { token: trader })).body.selfTradeGroup as number | null;

  it("is set for a reason, and taken away by 0", async () => {
    expect(await setGroup(4)).toMatchObject({ status: 200, body: { account: "PAPER-1", group: 4 } });
    expect(await groupNow()).toBe(4);
    expect(await setGroup(0)).toMatchObject({ status: 200, body: { group: null } });
    expect(await groupNow()).toBeNull();
    expect((await setGroup(4, trader)).status).toBe(403);
    expect((await setGroup(-1)).status).toBe(400);
  });
});

describe("a kill", () => {
  it("lists each order that it canceled or sent, and stays until it is released", async () => {
    const kept = [await order(), await order({ symbol: "ETHUSDT" })].map(({ body }) => body.clOrdId as string);
    await order({ ordType: "market", price: undefined });
    const halt = (body: object) => fixture.call("POST", "/api/v1/accounts/PAPER-1/halt", { token: trader, body });
    const killed = await halt({ reason: "stop", flatten: true });
    expect(killed).toMatchObject({ status: 200, body: { state: "halted" } });
    expect(killed.body.canceled.map((each: { clOrdId: string }) => each.clOrdId)).toEqual(kept);
    expect(killed.body.canceled).toMatchObject([{ ordStatus: "canceled", reason: "halted" }, { symbol: "ETHUSDT" }]);
    expect(killed.body.closing).toMatchObject([{ clOrdId: "", side: "sell", ordStatus: "filled", reason: "none" }]);
    expect(await order()).toMatchObject({ status: 422, body: { rule: "ACCOUNT_HALTED" } });
    expect((await halt({})).body).toMatchObject({ canceled: [], closing: [] });
    expect(await order()).toMatchObject({ status: 422, body: { rule: "ACCOUNT_HALTED" } });
    expect((await fixture.call("POST", "/api/v1/accounts/PAPER-1/release", { token: trader, body: {} })).status).toBe(403);
    expect((await release()).status).toBe(200);
    expect((await order()).status).toBe(201);
  });

  it("of all trading lists the orders of every account", async () => {
    const { clOrdId } = (await order()).body;
    const killed = await fixture.call("POST", "/api/v1/firm/halt", { token: admin, body: { reason: "stop" } });
    expect(killed.body).toMatchObject({ state: "halted", canceled: [{ clOrdId, account: "PAPER-1" }], closing: [] });
    expect((await fixture.call("POST", "/api/v1/firm/release", { token: admin, body: {} })).status).toBe(200);
  });
});

describe("instruments", () => {
  it("say their collar, margin, session, and the limits on them to who may see limits", async () => {
    await put({ scope: account, limit: "orderQty", symbol: "BTCUSDT", max: "0.5" });
    const read = async (token: string) =>
      (await fixture.call("GET", "/api/v1/instruments", { token })).body.instruments.find(
        (each: { symbol: string }) => each.symbol === "BTCUSDT",
      );
    expect(await read(admin)).toMatchObject({
      collar: { bps: 500, reference: "mark", ticks: null, windowBps: null, windowMs: null },
      margin: { initialPpm: 1_000_000, maintenancePpm: 500_000 },
      session: { openMinute: 0, closeMinute: 0, weekdays: 127 },
      limits: [{ scope: account, limit: "orderQty", max: "0.50000" }],
    });
    expect((await read(trader)).limits).toEqual([]);
  });
});

describe("an account's base currency", () => {
  const put = (path: string, body: object) => fixture.call("PUT", `/api/v1/${path}`, { token: admin, body });
  const admins = async (path: string) => (await fixture.call("GET", `/api/v1/${path}`, { token: admin })).body;

  it("counts the whole equity, and the limits without a currency", async () => {
    const base = (currency: string | null) => put("accounts/PAPER-1/base-currency", { currency, reason: "desk" });
    expect((await admins("account?account=PAPER-1")).baseEquity).toBeNull();
    expect(await base("NONE")).toMatchObject({ status: 422, body: { rule: "FIELD_INVALID" } });
    expect(await base("USDT")).toMatchObject({ status: 200, body: { account: "PAPER-1", currency: "USDT" } });
    const { baseEquity, balances } = await admins("account?account=PAPER-1");
    const others = balances.filter(
      ({ currency, cash }: { currency: string; cash: string }) => currency !== "USDT" && Number(cash) !== 0,
    );
    expect(baseEquity).toMatchObject({
      currency: "USDT",
      unconverted: others.map((each: { currency: string }) => each.currency),
    });
    if (others.length === 0) expect(baseEquity.equity).toMatch(/^\d+\.\d{8}$/);
    else expect(baseEquity.equity).toBeNull();
    expect(await base(null)).toMatchObject({ status: 200, body: { currency: null } });
  });
});
