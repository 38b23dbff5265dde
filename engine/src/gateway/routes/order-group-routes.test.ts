import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Fixture } from "../test/fixture.js";

let fixture: Fixture;
let trader: string;
let admin: string;
let count = 0;

beforeAll(async () => {
  fixture = await Fixture.start();
  [trader, admin] = [await fixture.signIn("trader"), await fixture.signIn("admin")];
});
afterAll(async () => {
  await fixture.close();
});
beforeEach(async () => {
  await fixture.call("DELETE", "/api/v1/orders?account=PAPER-1", { token: trader });
});

const name = () => `g-${++count}`;
const post = (path: string, body: object, token = trader) => fixture.call("POST", `/api/v1/${path}`, { token, body });
const limit = (change: Record<string, unknown> = {}) => ({
  ...{ clOrdId: name(), side: "buy", ordType: "limit", orderQty: "0.01", price: "61000" },
  ...change,
});
const list = (contingency: string, orders: object[]) =>
  post("orders/lists", { account: "PAPER-1", symbol: "BTCUSDT", contingency, orders });
const batch = (requests: object[], atomic?: boolean) =>
  post("orders/batches", { account: "PAPER-1", requests, ...(atomic === undefined ? {} : { atomic }) });
const openOrders = async () =>
  (await fixture.call("GET", "/api/v1/orders?account=PAPER-1&status=open", { token: trader })).body.orders;

describe("a list", () => {
  it("is a bracket: its exits wait, and are worked with what the entry fills", async () => {
    const answer = await list("bracket", [
      limit({ price: "61837.70" }),
      limit({ side: "sell", price: "63000" }),
      limit({ side: "sell", ordType: "stop", price: undefined, triggerPrice: "60000" }),
    ]);
    expect(answer).toMatchObject({
      status: 201,
      body: {
        contingency: "bracket",
        orders: [
          { ordStatus: "filled", cumQty: "0.01000" },
          { ordStatus: "new", working: true, leavesQty: "0.01000", reduceOnly: true, price: "63000.00" },
          { ordStatus: "held", working: false, leavesQty: "0.01000", reduceOnly: true, triggerPrice: "60000.00" },
        ],
      },
    });
    const { listId, orders } = answer.body;
    expect(orders.map((order: { listId: string }) => order.listId)).toEqual([listId, listId, listId]);
    expect(orders[0].orderId).toBe(listId);
    // The end of one exit is the end of the other.
    const canceled = await fixture.call("DELETE", `/api/v1/orders/${orders[1].clOrdId}?account=PAPER-1`, { token: trader });
    expect(canceled).toMatchObject({ status: 200, body: { clOrdId: orders[1].clOrdId, ordStatus: "canceled" } });
    expect(await openOrders()).toEqual([]);
  });

  it("is an OCO: two legs, one quantity", async () => {
    const answer = await list("oco", [
      limit({ orderQty: "0.02" }),
      limit({ orderQty: "0.02", ordType: "stop", price: undefined, triggerPrice: "63000" }),
    ]);
    expect(answer).toMatchObject({ status: 201, body: { orders: [{ ordStatus: "new" }, { ordStatus: "held" }] } });
    expect(await openOrders()).toHaveLength(2);
  });

  it("is refused whole, under the name of the order at fault", async () => {
    const orders = [limit({ price: "61837.70" }), limit({ side: "sell", price: "63000" }), limit({ side: "sell" })];
    expect(await list("bracket", orders)).toMatchObject({ status: 422, body: { rule: "LIST_INVALID" } });
    const offTick = [limit(), limit({ ordType: "stop", price: undefined, triggerPrice: "63000.001" })];
    expect(await list("oco", offTick)).toMatchObject({
      status: 422,
      body: { rule: "PRICE_OFF_TICK", clOrdId: offTick[1]?.clOrdId },
    });
    const tooLarge = [limit({ orderQty: "1" }), limit({ orderQty: "1", price: "70000" })];
    expect(await list("oco", tooLarge)).toMatchObject({
      status: 422,
      body: { rule: "PRICE_COLLAR", clOrdId: tooLarge[1]?.clOrdId, unit: "price" },
    });
    expect(await openOrders()).toEqual([]);
    expect((await list("pair", [limit(), limit()])).status).toBe(400);
    expect((await list("oco", [])).status).toBe(400);
  });
});

describe("a batch", () => {
  it("says how each of its requests ended, in their order", async () => {
    const [a, b, c] = [limit(), limit({ price: "70000" }), limit({ orderQty: "0.02" })];
    const answer = await batch([
      { kind: "new", symbol: "BTCUSDT", ...a },
      { kind: "new", symbol: "BTCUSDT", ...b },
      { kind: "new", symbol: "ETHUSDT", ...c },
      { kind: "cancel", origClOrdId: a.clOrdId },
      { kind: "cancel", origClOrdId: "never-was" },
    ]);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        results: [
          { ok: true, order: { clOrdId: a.clOrdId, ordStatus: "canceled" } },
          { ok: false, clOrdId: b.clOrdId, refusal: { rule: "PRICE_COLLAR", unit: "price", value: "70000.00" } },
          { ok: true, order: { clOrdId: c.clOrdId, symbol: "ETHUSDT", ordStatus: "new" } },
          { ok: true, order: { clOrdId: a.clOrdId, ordStatus: "canceled", reason: "requested" } },
          { ok: false, clOrdId: "never-was", refusal: { rule: "UNKNOWN_ORDER" } },
        ],
      },
    });
    const replaced = name();
    const change = { kind: "replace", origClOrdId: c.clOrdId, clOrdId: replaced, orderQty: "0.03", price: "60000" };
    expect(await batch([change])).toMatchObject({
      body: { results: [{ ok: true, order: { clOrdId: replaced, orderQty: "0.03000", price: "60000.00" } }] },
    });
  });

  it("is all or none where it is atomic", async () => {
    const kept = limit();
    await post("orders", { account: "PAPER-1", symbol: "BTCUSDT", ...kept });
    const [good, bad] = [limit(), limit({ price: "70000" })];
    const requests = [
      { kind: "cancel", origClOrdId: kept.clOrdId },
      { kind: "new", symbol: "BTCUSDT", ...good },
      { kind: "new", symbol: "BTCUSDT", ...bad },
    ];
    expect(await batch(requests, true)).toMatchObject({
      status: 422,
      body: { rule: "PRICE_COLLAR", clOrdId: bad.clOrdId },
    });
    expect((await openOrders()).map((order: { clOrdId: string }) => order.clOrdId)).toEqual([kept.clOrdId]);
    expect((await batch(requests.slice(0, 2), true)).status).toBe(200);
    expect((await openOrders()).map((order: { clOrdId: string }) => order.clOrdId)).toEqual([good.clOrdId]);
  });

  it("has 1 to 64 requests with names that differ", async () => {
    expect((await batch([])).status).toBe(400);
    const many = (length: number) => Array.from({ length }, () => ({ kind: "new", symbol: "BTCUSDT", ...limit() }));
    expect((await batch(many(64))).body.results).toHaveLength(64);
    expect((await batch(many(65))).status).toBe(400);
    const twice = { kind: "new", symbol: "BTCUSDT", ...limit() };
    expect((await batch([twice, twice])).status).toBe(400);
  });

  it("may be sent by who may only cancel, if it only cancels", async () => {
    const kept = limit();
    await post("orders", { account: "PAPER-1", symbol: "BTCUSDT", ...kept });
    const cancels = { account: "PAPER-1", requests: [{ kind: "cancel", origClOrdId: kept.clOrdId }] };
    const trades = { account: "PAPER-1", requests: [{ kind: "new", symbol: "BTCUSDT", ...limit() }] };
    expect(await post("orders/batches", trades, admin)).toMatchObject({ status: 403, body: { rule: "PERMISSION_MISSING" } });
    expect(await post("orders/batches", cancels, admin)).toMatchObject({ status: 200, body: { results: [{ ok: true }] } });
  });
});

describe("a validation", () => {
  const validate = (change: Record<string, unknown> = {}) =>
    post("orders/validate", { account: "PAPER-1", symbol: "ETHUSDT", ...limit(change) });

  it("tells what would fill, and sends nothing", async () => {
    const { seq } = fixture.core.coreStatus();
    expect(await validate({ orderQty: "1.5", price: "61837.65" })).toMatchObject({
      status: 200,
      body: {
        ...{ accepted: true, refusals: [], price: "61837.65" },
        fills: [
          { price: "61837.64", qty: "1.00000" },
          { price: "61837.65", qty: "0.50000" },
        ],
      },
    });
    expect(fixture.core.coreStatus().seq).toBe(seq);
    expect(await openOrders()).toEqual([]);
  });

  it("tells every limit that it passes, with value and headroom", async () => {
    const { body } = await validate({ orderQty: "1.5", price: "61837.65" });
    const rule = (name: string) => body.passed.find((passed: { rule: string }) => passed.rule === name);
    expect(rule("NOTIONAL_ABOVE_MAX")).toMatchObject({ unit: "money", currency: "USDT", value: "92756.47500000" });
    const funds = rule("INSUFFICIENT_FUNDS");
    expect(funds).toMatchObject({ unit: "money", currency: "USDT", scope: null });
    expect(Number(funds.headroom)).toBeGreaterThan(Number(funds.value));
    expect(Object.keys(funds)).not.toContain("text");
    // More than that headroom is refused, so it means what it says.
    const most = String(Math.floor(Number(funds.headroom) / 61837.65) + 1);
    const { body: more } = await validate({ orderQty: most, price: "61837.65" });
    expect(more.refusals.map((refusal: { rule: string }) => refusal.rule)).toContain("INSUFFICIENT_FUNDS");
  });

  it("tells every rule that would refuse it, also one of the text", async () => {
    const { body } = await validate({ orderQty: "100", price: "70000" });
    expect(body.accepted).toBe(false);
    expect(body.refusals.map((refusal: { rule: string }) => refusal.rule)).toEqual(["PRICE_COLLAR", "INSUFFICIENT_FUNDS"]);
    expect(await validate({ price: "61000.001" })).toMatchObject({
      status: 200,
      body: { accepted: false, refusals: [{ rule: "PRICE_OFF_TICK", limit: "0.01" }], fills: [], price: null },
    });
  });
});

describe("controls", () => {
  const order = () => post("orders", { account: "PAPER-1", symbol: "BTCUSDT", ...limit({ strategy: 3 }) });

  it("a strategy is halted by its trader and released by the admin alone", async () => {
    await order();
    expect(await post("accounts/PAPER-1/halt", { strategy: 3 })).toMatchObject({
      status: 200,
      body: { account: "PAPER-1", strategy: 3, state: "halted" },
    });
    expect(await openOrders()).toEqual([]);
    expect(await order()).toMatchObject({ status: 422, body: { rule: "STRATEGY_HALTED" } });
    const account = await fixture.call("GET", "/api/v1/account?account=PAPER-1", { token: trader });
    expect(account.body.strategyStates).toEqual([{ strategy: 3, state: "halted" }]);
    // From halted to reducing is a release, if a small one.
    expect((await post("accounts/PAPER-1/reduce", { strategy: 3 })).status).toBe(403);
    expect((await post("accounts/PAPER-1/reduce", { strategy: 3 }, admin)).status).toBe(200);
    expect(await order()).toMatchObject({ status: 422, body: { rule: "REDUCING_ONLY" } });
    expect((await post("accounts/PAPER-1/release", { strategy: 3 }, admin)).status).toBe(200);
    expect((await order()).status).toBe(201);
  });

  it("a halt with flatten leaves no position", async () => {
    await post("orders", {
      ...{ account: "PAPER-1", symbol: "ETHUSDT", clOrdId: name(), side: "buy", ordType: "market", orderQty: "0.5" },
    });
    expect((await post("accounts/PAPER-1/halt", { flatten: true })).status).toBe(200);
    const { positions } = (await fixture.call("GET", "/api/v1/positions?account=PAPER-1", { token: trader })).body;
    expect(positions.map((position: { qty: string }) => Number(position.qty)).filter((qty: number) => qty !== 0)).toEqual([]);
    expect((await post("accounts/PAPER-1/release", {}, admin)).status).toBe(200);
  });

  it("an instrument and the firm are the administrator's", async () => {
    expect((await post("instruments/BTCUSDT/halt", {})).status).toBe(403);
    expect(await post("instruments/BTCUSDT/halt", {}, admin)).toMatchObject({ body: { symbol: "BTCUSDT", state: "halted" } });
    expect(await order()).toMatchObject({ status: 422, body: { rule: "INSTRUMENT_HALTED" } });
    const { instruments } = (await fixture.call("GET", "/api/v1/instruments", { token: trader })).body;
    expect(instruments.map((each: { tradingState: string }) => each.tradingState)).toEqual(["halted", "active"]);
    expect((await post("instruments/NONE/halt", {}, admin)).status).toBe(404);
    expect((await post("instruments/BTCUSDT/release", {}, admin)).status).toBe(200);
    expect(await post("firm/halt", { reason: "drill" }, admin)).toMatchObject({ status: 200, body: { state: "halted" } });
    expect(await order()).toMatchObject({ status: 422, body: { rule: "FIRM_HALTED" } });
    expect((await post("firm/release", {}, admin)).status).toBe(200);
    expect((await order()).status).toBe(201);
  });
});
