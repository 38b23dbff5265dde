import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ACTIONS,
  type Access,
  type Action,
  type Principal,
  ROLE_ACTIONS,
  ROLES,
  authoriseAccount,
  authoriseAction,
} from "./permission.js";
import { Fixture } from "./test/fixture.js";

/** Requests that are well formed; what they do does not matter here. `{account}` is filled in. */
const REQUESTS: Record<string, { readonly path: string; readonly body?: Record<string, unknown> }> = {
  "DELETE /api/v1/session": { path: "/api/v1/session" },
  "POST /api/v1/ws-ticket": { path: "/api/v1/ws-ticket" },
  "POST /api/v1/api-keys": { path: "/api/v1/api-keys", body: { label: "m", scopes: ["read"], expiresInDays: 1 } },
  "GET /api/v1/api-keys": { path: "/api/v1/api-keys" },
  "DELETE /api/v1/api-keys/:id": { path: "/api/v1/api-keys/AAAAAAAAAAAA" },
  // Too short: who may change it hears of that.
  "PUT /api/v1/session/password": { path: "/api/v1/session/password", body: { password: "known", newPassword: "short" } },
  "POST /api/v1/orders": {
    path: "/api/v1/orders",
    body: {
      account: "{account}",
      clOrdId: "m",
      symbol: "BTCUSDT",
      side: "buy",
      ordType: "limit",
      orderQty: "0.01",
      price: "61000.00",
    },
  },
  "POST /api/v1/orders/lists": {
    path: "/api/v1/orders/lists",
    body: {
      ...{ account: "{account}", symbol: "BTCUSDT", contingency: "oco" },
      orders: [
        { clOrdId: "m-1", side: "buy", ordType: "limit", orderQty: "0.01", price: "61000.00" },
        { clOrdId: "m-2", side: "buy", ordType: "stop", orderQty: "0.01", triggerPrice: "63000.00" },
      ],
    },
  },
  "POST /api/v1/orders/batches": {
    path: "/api/v1/orders/batches",
    body: { account: "{account}", requests: [{ kind: "cancel", origClOrdId: "m" }] },
  },
  "POST /api/v1/orders/validate": {
    path: "/api/v1/orders/validate",
    body: {
      ...{ account: "{account}", clOrdId: "m-3", symbol: "BTCUSDT", side: "buy", ordType: "market", orderQty: "0.01" },
    },
  },
  "PUT /api/v1/orders/:clOrdId": { path: "/api/v1/orders/m?account={account}", body: { orderQty: "0.01", price: "61000.01" } },
  "DELETE /api/v1/orders/:clOrdId": { path: "/api/v1/orders/m?account={account}" },
  "DELETE /api/v1/orders": { path: "/api/v1/orders?account={account}" },
  "GET /api/v1/orders": { path: "/api/v1/orders?account={account}" },
  "GET /api/v1/account": { path: "/api/v1/account?account={account}" },
  "GET /api/v1/positions": { path: "/api/v1/positions?account={account}" },
  "GET /api/v1/balances": { path: "/api/v1/balances?account={account}" },
  "GET /api/v1/executions": { path: "/api/v1/executions?account={account}" },
  "GET /api/v1/ledger": { path: "/api/v1/ledger?account={account}" },
  "POST /api/v1/accounts/:name/halt": { path: "/api/v1/accounts/{account}/halt", body: {} },
  "POST /api/v1/accounts/:name/reduce": { path: "/api/v1/accounts/{account}/reduce", body: { strategy: 99 } },
  "POST /api/v1/accounts/:name/release": { path: "/api/v1/accounts/{account}/release", body: {} },
  "POST /api/v1/firm/halt": { path: "/api/v1/firm/halt", body: {} },
  "POST /api/v1/firm/reduce": { path: "/api/v1/firm/reduce", body: {} },
  "POST /api/v1/firm/release": { path: "/api/v1/firm/release", body: {} },
  "POST /api/v1/instruments/:symbol/halt": { path: "/api/v1/instruments/BTCUSDT/halt", body: {} },
  "POST /api/v1/instruments/:symbol/reduce": { path: "/api/v1/instruments/BTCUSDT/reduce", body: {} },
  "POST /api/v1/instruments/:symbol/release": { path: "/api/v1/instruments/BTCUSDT/release", body: {} },
  "POST /api/v1/executions/:execId/bust": { path: "/api/v1/executions/999999/bust", body: { reason: "m" } },
  "POST /api/v1/executions/:execId/correct": {
    path: "/api/v1/executions/999999/correct",
    body: { qty: "1", price: "1", reason: "m" },
  },
  "POST /api/v1/accounts/:name/deposit": {
    path: "/api/v1/accounts/{account}/deposit",
    body: { currency: "USDT", amount: "1", reference: "m-deposit", reason: "m" },
  },
  "POST /api/v1/accounts/:name/withdraw": {
    path: "/api/v1/accounts/{account}/withdraw",
    body: { currency: "USDT", amount: "1", reference: "m-withdraw", reason: "m" },
  },
  "GET /api/v1/accounts": { path: "/api/v1/accounts" },
  "POST /api/v1/accounts": { path: "/api/v1/accounts", body: { name: "M-1", reason: "m" } },
  "GET /api/v1/users": { path: "/api/v1/users" },
  "POST /api/v1/users": {
    path: "/api/v1/users",
    body: { name: "m-user", role: "viewer", password: "a long enough password", reason: "m" },
  },
  "PATCH /api/v1/users/:name": { path: "/api/v1/users/m-other", body: { role: "viewer", reason: "m" } },
  "PUT /api/v1/users/:name/accounts/:account": {
    path: "/api/v1/users/m-other/accounts/FOREIGN",
    body: { permissions: ["read"], reason: "m" },
  },
  "DELETE /api/v1/users/:name/accounts/:account": { path: "/api/v1/users/m-other/accounts/FOREIGN?reason=m" },
  "GET /api/v1/user-events": { path: "/api/v1/user-events" },
  "GET /api/v1/limits": { path: "/api/v1/limits" },
  "PUT /api/v1/limits": { path: "/api/v1/limits", body: { scope: { of: "firm" }, limit: "orderQty", max: null, reason: "m" } },
  "PUT /api/v1/instruments/:symbol/paper": { path: "/api/v1/instruments/BTCUSDT/paper", body: { queue: "conservative" } },
  "GET /api/v1/fees": { path: "/api/v1/fees?account={account}" },
  "GET /api/v1/fee-schedules": { path: "/api/v1/fee-schedules" },
  "PUT /api/v1/fee-schedules": {
    path: "/api/v1/fee-schedules",
    body: { currency: "USDT", tiers: [], reason: "m" },
  },
  "GET /api/v1/accounts/:name/limits": { path: "/api/v1/accounts/{account}/limits" },
  "PUT /api/v1/accounts/:name/kind": { path: "/api/v1/accounts/{account}/kind", body: { kind: "standard", reason: "m" } },
  "PUT /api/v1/accounts/:name/self-trade-group": {
    path: "/api/v1/accounts/{account}/self-trade-group",
    body: { group: 0, reason: "m" },
  },
  "GET /api/v1/risk-events": { path: "/api/v1/risk-events" },
  "GET /api/v1/accounts/:name/risk-events": { path: "/api/v1/accounts/{account}/risk-events" },
  "PUT /api/v1/accounts/:name/base-currency": {
    path: "/api/v1/accounts/{account}/base-currency",
    body: { currency: null, reason: "m" },
  },
  "GET /api/v1/instruments": { path: "/api/v1/instruments" },
  "GET /api/v1/book": { path: "/api/v1/book?symbol=BTCUSDT" },
  "GET /api/v1/bars": { path: "/api/v1/bars?symbol=BTCUSDT&interval=1m" },
};

/** What each role may do, written out once more by hand: the test must not take the code's word for it. */
const MATRIX: Record<Action, string> = {
  "market.read": "viewer trader risk admin service",
  "account.read": "viewer trader risk admin service",
  "order.trade": "trader service",
  "order.cancel": "trader risk admin service",
  "account.halt": "trader risk admin service",
  "account.release": "risk admin",
  "limits.read": "risk admin",
  "trading.control": "risk admin",
  "risk.configure": "risk admin",
  "audit.read": "risk admin",
  "trade.correct": "admin",
  "funds.move": "admin",
  "account.open": "admin",
  "users.manage": "admin",
  "session.own": "viewer trader risk admin",
  "keys.own": "viewer trader risk admin",
};

/** What is done on every account, whoever it was given to; and by whom. */
const WIDE = ["account.halt", "account.release", "limits.read", "risk.configure", "funds.move"];
const isWide = (role: string, action: string): boolean => WIDE.includes(action) && ["risk", "admin"].includes(role);

let fixture: Fixture;

beforeAll(async () => {
  fixture = await Fixture.start();
  fixture.core.execute({ kind: "openAccount", account: 1002, name: "FOREIGN" });
  for (const role of ROLES) {
    const id = await fixture.addUser(`a-${role}`, role, "a long enough password", ["read", "trade", "cancel", "risk"]);
    const foreign = await fixture.addUser(`f-${role}`, role, "a long enough password", undefined);
    await fixture.sql`INSERT INTO user_accounts VALUES (${foreign}, 1002, ARRAY['read', 'trade', 'cancel', 'risk'])`;
    expect(id).toBeLessThan(foreign);
  }
  const other = await fixture.addUser("m-other", "viewer", "a long enough password", undefined);
  await fixture.sql`INSERT INTO user_accounts VALUES (${other}, 1002, ARRAY['read'])`;
  // Nobody projects here: reads of history must not wait for it.
  await fixture.sql`UPDATE projection_watermark SET last_seq = 1000000000`;
});
afterAll(async () => {
  await fixture.close();
});

const tokenOf = async (username: string): Promise<string> =>
  (await fixture.call("POST", "/api/v1/session", { body: { username, password: "a long enough password" } })).body.accessToken;

function send(name: string, account: string, token: string | undefined) {
  const request = REQUESTS[name];
  if (request === undefined) throw new Error(`no request for ${name}`);
  const fill = (text: string) => text.replaceAll("{account}", account);
  return fixture.call(name.split(" ")[0] ?? "", fill(request.path), {
    ...(token === undefined ? {} : { token }),
    ...(request.body === undefined ? {} : { body: JSON.parse(fill(JSON.stringify(request.body))) }),
  });
}

it("knows a request for every route that demands somebody", async () => {
  const documented: string[] = [];
  const { paths } = (await fixture.call("GET", "/docs/json")).body;
  for (const [path, methods] of Object.entries(paths as Record<string, Record<string, { security?: unknown }>>)) {
    for (const [method, operation] of Object.entries(methods)) {
      const name = `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`;
      if (operation.security !== undefined) expect(Object.keys(REQUESTS)).toContain(name);
      documented.push(name);
    }
  }
  for (const name of Object.keys(REQUESTS)) expect(documented).toContain(name);
  expect(Object.keys(ACTION_OF)).toEqual(Object.keys(REQUESTS).filter((name) => name !== "DELETE /api/v1/session"));
});

const ACTION_OF: Record<string, Action> = {
  "POST /api/v1/ws-ticket": "session.own",
  "POST /api/v1/api-keys": "keys.own",
  "GET /api/v1/api-keys": "keys.own",
  "DELETE /api/v1/api-keys/:id": "keys.own",
  "PUT /api/v1/session/password": "session.own",
  "POST /api/v1/orders": "order.trade",
  "POST /api/v1/orders/lists": "order.trade",
  "POST /api/v1/orders/batches": "order.cancel",
  "POST /api/v1/orders/validate": "account.read",
  "PUT /api/v1/orders/:clOrdId": "order.trade",
  "DELETE /api/v1/orders/:clOrdId": "order.cancel",
  "DELETE /api/v1/orders": "order.cancel",
  "GET /api/v1/orders": "account.read",
  "GET /api/v1/account": "account.read",
  "GET /api/v1/positions": "account.read",
  "GET /api/v1/balances": "account.read",
  "GET /api/v1/executions": "account.read",
  "GET /api/v1/ledger": "account.read",
  "POST /api/v1/accounts/:name/halt": "account.halt",
  "POST /api/v1/accounts/:name/reduce": "account.halt",
  "POST /api/v1/accounts/:name/release": "account.release",
  "POST /api/v1/firm/halt": "trading.control",
  "POST /api/v1/firm/reduce": "trading.control",
  "POST /api/v1/firm/release": "trading.control",
  "POST /api/v1/instruments/:symbol/halt": "trading.control",
  "POST /api/v1/instruments/:symbol/reduce": "trading.control",
  "POST /api/v1/instruments/:symbol/release": "trading.control",
  "POST /api/v1/executions/:execId/bust": "trade.correct",
  "POST /api/v1/executions/:execId/correct": "trade.correct",
  "POST /api/v1/accounts/:name/deposit": "funds.move",
  "POST /api/v1/accounts/:name/withdraw": "funds.move",
  "GET /api/v1/accounts": "account.read",
  "POST /api/v1/accounts": "account.open",
  "GET /api/v1/users": "users.manage",
  "POST /api/v1/users": "users.manage",
  "PATCH /api/v1/users/:name": "users.manage",
  "PUT /api/v1/users/:name/accounts/:account": "users.manage",
  "DELETE /api/v1/users/:name/accounts/:account": "users.manage",
  "GET /api/v1/user-events": "users.manage",
  "GET /api/v1/limits": "risk.configure",
  "PUT /api/v1/limits": "risk.configure",
  "PUT /api/v1/instruments/:symbol/paper": "risk.configure",
  "GET /api/v1/fees": "account.read",
  "GET /api/v1/fee-schedules": "risk.configure",
  "PUT /api/v1/fee-schedules": "risk.configure",
  "GET /api/v1/accounts/:name/limits": "limits.read",
  "PUT /api/v1/accounts/:name/kind": "risk.configure",
  "PUT /api/v1/accounts/:name/self-trade-group": "risk.configure",
  "GET /api/v1/risk-events": "audit.read",
  "GET /api/v1/accounts/:name/risk-events": "account.read",
  "PUT /api/v1/accounts/:name/base-currency": "risk.configure",
  "GET /api/v1/instruments": "market.read",
  "GET /api/v1/book": "market.read",
  "GET /api/v1/bars": "market.read",
};

describe.each(ROLES)("%s", (role) => {
  it("may do with his own account what the matrix says, and nothing with another's or none", async () => {
    const token = await tokenOf(`a-${role}`);
    const foreigner = await tokenOf(`f-${role}`);
    for (const [name, action] of Object.entries(ACTION_OF)) {
      const allowed = MATRIX[action].split(" ").includes(role);
      const own = await send(name, "PAPER-1", token);
      const label = `${role} ${name}`;
      // Allowed means that the judgement let it pass: the core or the database may still say no.
      if (allowed) expect([label, own.status]).not.toEqual([label, expect.toBeOneOf([401, 403])]);
      else expect([label, own.status]).toEqual([label, 403]);
      const isOfAccount = JSON.stringify(REQUESTS[name]).includes("{account}");
      if (allowed && !isOfAccount) continue;
      const foreign = await send(name, "PAPER-1", foreigner);
      const unknown = await send(name, "NO-SUCH", token);
      const isOfAll = allowed && isWide(role, action);
      if (isOfAll) expect([label, foreign.status]).not.toEqual([label, expect.toBeOneOf([401, 403, 404])]);
      const expected = allowed ? [isOfAll ? foreign.status : 404, 404] : [403, 403];
      expect([label, foreign.status, unknown.status]).toEqual([label, ...expected]);
      if (allowed && !isOfAll) expect({ ...foreign.body, requestId: "" }).toEqual({ ...unknown.body, requestId: "" });
    }
  });
});

it("turns strangers away from everything, whatever they send", async () => {
  for (const name of Object.keys(REQUESTS)) {
    for (const token of [undefined, "nonsense", `jw_${"A".repeat(12)}_${"B".repeat(43)}`]) {
      const answer = await send(name, "PAPER-1", token);
      expect([name, answer.status]).toEqual([name, 401]);
    }
  }
});

it("refuses to start with a route that declares no access", () => {
  const route = { method: "GET" as const, url: "/hole", handler: async () => "in" };
  expect(() => fixture.gateway.app.route(route)).toThrow();
});

describe("the judgement by itself", () => {
  it("needs the role, the grant and the permission to agree, for every combination", () => {
    for (const role of ROLES) {
      for (const action of Object.keys(ACTIONS) as Action[]) {
        expect(ROLE_ACTIONS[role].has(action)).toBe(MATRIX[action].split(" ").includes(role));
        const principal: Principal = {
          userId: 1,
          userName: "x",
          role,
          accounts: [{ account: 1, name: "A", permissions: [] }],
        };
        const access: Access = { kind: "account", action, account: "query" };
        const definition: { readonly byKey: boolean; readonly anyOf?: readonly string[] } = ACTIONS[action];
        if (definition.anyOf === undefined) continue;
        const findAccount = (name: string) => (name === "C" ? 3 : undefined);
        const judged = (name: string, who = principal) => authoriseAccount(access, who, name, findAccount);
        expect(() => judged("B")).toThrow("no such account");
        if (isWide(role, action)) {
          expect([judged("A"), judged("C")]).toMatchObject([{ account: 1 }, { account: 3, name: "C" }]);
          // A key has what was given, and no more.
          expect(() => judged("C", { ...principal, keyId: "k" })).toThrow("no such account");
          continue;
        }
        expect(() => judged("A")).toThrow("permission");
        expect(() => judged("C")).toThrow("no such account");
      }
    }
  });

  it("keeps keys away from sessions, keys, controls and limits", () => {
    const principal: Principal = { userId: 1, userName: "x", role: "admin", keyId: "k", accounts: [] };
    for (const action of [
      "session.own",
      "keys.own",
      "trading.control",
      "risk.configure",
      "trade.correct",
      "funds.move",
      "account.open",
      "users.manage",
    ] as const) {
      expect(() => authoriseAction({ kind: "user", action }, principal)).toThrow("API key");
    }
  });
});
