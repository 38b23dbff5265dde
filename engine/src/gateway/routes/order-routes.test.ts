import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { REFUSAL_CODE } from "@jware/schemas";
import { BTC, Fixture } from "../test/fixture.js";

let fixture: Fixture;
let token: string;
let count = 0;

beforeAll(async () => {
  fixture = await Fixture.start();
  token = await fixture.signIn("trader");
});
afterAll(async () => {
  await fixture.close();
});
beforeEach(async () => {
  await fixture.call("DELETE", "/api/v1/orders?account=PAPER-1", { token });
});

/** What an order without any further terms says of them. */
const PLAIN = {
  ...{ triggerPrice: null, triggerSource: null, trailAmount: null, trailBps: null, displayQty: null, cashQty: null },
  ...{ expireTsMs: null, postOnly: null, reduceOnly: false, strategy: null, deadlineTsMs: null },
  ...{ listId: null, contingency: null, refusal: null, queueAheadQty: null },
};

const order = (change: Record<string, unknown> = {}) => ({
  account: "PAPER-1",
  clOrdId: `o-${++count}`,
  symbol: "BTCUSDT",
  side: "buy",
  ordType: "limit",
  timeInForce: "gtc",
  orderQty: "0.01",
  price: "61000.00",
  ...change,
});
const send = (change: Record<string, unknown> = {}) => fixture.call("POST", "/api/v1/orders", { token, body: order(change) });
const openOrders = async () => (await fixture.call("GET", "/api/v1/orders?account=PAPER-1&status=open", { token })).body.orders;

describe("a new order", () => {
  it("is answered with 201 and the order, exact", async () => {
    const answer = await send({ clOrdId: "first", orderQty: "0.01", price: "61000" });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      orderId: expect.stringMatching(/^\d+$/),
      clOrdId: "first",
      account: "PAPER-1",
      symbol: "BTCUSDT",
      side: "buy",
      ordType: "limit",
      timeInForce: "gtc",
      ordStatus: "new",
      reason: "none",
      orderQty: "0.01000",
      price: "61000.00",
      cumQty: "0.00000",
      leavesQty: "0.01000",
      avgPx: null,
      createdTsMs: expect.any(Number),
      ...PLAIN,
      selfTradePrevention: "cancelNewest",
      working: true,
    });
    expect(await openOrders()).toEqual([{ ...answer.body, queueAheadQty: "0.00000" }]);
  });

  it("that rests is told with what is ahead of it: the house's and the account's own", async () => {
    await send({ clOrdId: "in-front", price: "61000.00", orderQty: "0.02" });
    await send({ clOrdId: "behind", price: "61000.00" });
    await send({ clOrdId: "waits", ordType: "stop", price: undefined, triggerPrice: "70000.00" });
    const ahead = (await openOrders()).map((each: { clOrdId: string; queueAheadQty?: string }) => [
      each.clOrdId,
      each.queueAheadQty,
    ]);
    expect(ahead).toEqual([
      ["waits", null],
      ["behind", "0.02000"],
      ["in-front", "0.00000"],
    ]);
  });

  it("is on disk when it is answered", async () => {
    const answer = await send();
    expect(answer.status).toBe(201);
    const { seq, durableSeq } = fixture.core.coreStatus();
    expect(Number(answer.body.orderId)).toBeLessThanOrEqual(durableSeq);
    expect(durableSeq).toBeLessThanOrEqual(seq);
  });

  it("that trades at once is answered with its last state", async () => {
    const answer = await send({ ordType: "market", timeInForce: "ioc", price: undefined, orderQty: "1.5" });
    expect(answer.status).toBe(201);
    // One level holds 1 BTC at .64, the next the rest at .65.
    expect(answer.body).toMatchObject({
      ordStatus: "filled",
      cumQty: "1.50000",
      leavesQty: "0.00000",
      price: null,
      avgPx: "61837.6433333333",
    });
  });

  it("without a time in force is gtc, or ioc for a market order", async () => {
    expect((await send({ timeInForce: undefined })).body.timeInForce).toBe("gtc");
    const market = await send({ ordType: "market", timeInForce: undefined, price: undefined, orderQty: "0.001" });
    expect(market.body.timeInForce).toBe("ioc");
  });

  it("that cannot fill whole expires whole as fok", async () => {
    const answer = await send({ timeInForce: "fok", orderQty: "9", price: "61837.70" });
    expect(answer).toMatchObject({ status: 201, body: { ordStatus: "expired", reason: "fokUnfillable", cumQty: "0.00000" } });
  });
});

describe("an order that is sent again", () => {
  it("is answered with its present state, and is not sent twice", async () => {
    const first = await send({ clOrdId: "again" });
    const told = { ...first.body, queueAheadQty: "0.00000" };
    expect(await send({ clOrdId: "again" })).toMatchObject({ status: 201, body: told });
    expect(await openOrders()).toHaveLength(1);
    await fixture.call("DELETE", "/api/v1/orders/again?account=PAPER-1", { token });
    expect(await send({ clOrdId: "again" })).toMatchObject({
      status: 201,
      body: { orderId: first.body.orderId, ordStatus: "canceled", reason: "requested", working: false },
    });
    expect(await openOrders()).toEqual([]);
  });

  it("as a replace, too", async () => {
    await send({ clOrdId: "ra" });
    const body = { orderQty: "0.02", price: "60999.99", clOrdId: "rb" };
    const replace = () => fixture.call("PUT", "/api/v1/orders/ra?account=PAPER-1", { token, body });
    const first = await replace();
    expect(await replace()).toMatchObject({ status: 200, body: { ...first.body, queueAheadQty: "0.00000" } });
  });
});

describe("an order that waits", () => {
  const stop = { ordType: "stop", side: "sell", price: undefined, triggerPrice: "60000", orderQty: "0.5" };

  it("is held with its trigger, and can be moved and canceled", async () => {
    const held = await send({ ...stop, clOrdId: "s1", triggerSource: "mark", strategy: 4, timeInForce: "day" });
    expect(held).toMatchObject({
      status: 201,
      body: {
        ...{ ordStatus: "held", working: false, ordType: "stop", price: null, timeInForce: "day", strategy: 4 },
        ...{ triggerPrice: "60000.00", triggerSource: "mark", leavesQty: "0.50000" },
      },
    });
    expect(await openOrders()).toEqual([held.body]);
    const body = { orderQty: "0.4", triggerPrice: "59999.99", clOrdId: "s2" };
    expect(await fixture.call("PUT", "/api/v1/orders/s1?account=PAPER-1", { token, body })).toMatchObject({
      status: 200,
      body: { clOrdId: "s2", ordStatus: "held", orderQty: "0.40000", triggerPrice: "59999.99" },
    });
    // What is not given stays.
    const less = { orderQty: "0.3", clOrdId: "s3" };
    expect(await fixture.call("PUT", "/api/v1/orders/s2?account=PAPER-1", { token, body: less })).toMatchObject({
      status: 200,
      body: { clOrdId: "s3", orderQty: "0.30000", triggerPrice: "59999.99" },
    });
    expect(await fixture.call("DELETE", "/api/v1/orders?account=PAPER-1&strategy=5", { token })).toMatchObject({
      body: { canceledCount: 0 },
    });
    expect(await fixture.call("DELETE", "/api/v1/orders?account=PAPER-1&strategy=4&side=sell", { token })).toMatchObject({
      body: { canceledCount: 1 },
    });
  });

  it("goes to work at once where its trigger was passed already", async () => {
    expect(await send({ ...stop, triggerPrice: "61837.70" })).toMatchObject({
      status: 201,
      body: { ordStatus: "filled", cumQty: "0.50000", triggerPrice: "61837.70" },
    });
  });

  it("takes a trail, an end, a display quantity and cash in their own forms", async () => {
    const expireTsMs = Date.now() + 3_600_000;
    expect(
      await send({
        ...stop,
        ordType: "trailingStop",
        triggerPrice: undefined,
        trailAmount: "12.5",
        timeInForce: "gtd",
        expireTsMs,
      }),
    ).toMatchObject({ status: 201, body: { trailAmount: "12.50", trailBps: null, timeInForce: "gtd", expireTsMs } });
    expect(await send({ ...stop, ordType: "trailingStop", triggerPrice: undefined, trailBps: 50 })).toMatchObject({
      status: 201,
      body: { trailAmount: null, trailBps: 50 },
    });
    expect(await send({ orderQty: "0.5", displayQty: "0.1", postOnly: "reprice" })).toMatchObject({
      status: 201,
      body: { displayQty: "0.10000", postOnly: "reprice" },
    });
    expect(
      await send({ ordType: "market", timeInForce: undefined, price: undefined, orderQty: undefined, cashQty: "1000" }),
    ).toMatchObject({ status: 201, body: { ordStatus: "filled", orderQty: "0.01617", cashQty: "1000.00000000" } });
  });

  it.each([
    ["a trigger off the tick", { ...stop, triggerPrice: "60000.001" }, "PRICE_OFF_TICK"],
    ["no trigger", { ...stop, triggerPrice: undefined }, "TRIGGER_INVALID"],
    ["a trigger that a limit order cannot have", { triggerPrice: "60000" }, "TRIGGER_INVALID"],
    [
      "both trails",
      { ...stop, ordType: "trailingStop", triggerPrice: undefined, trailAmount: "1", trailBps: 1 },
      "TRIGGER_INVALID",
    ],
    ["an end in the past", { timeInForce: "gtd", expireTsMs: 1 }, "EXPIRE_TIME_INVALID"],
    ["a deadline that has passed", { deadlineTsMs: 1 }, "DEADLINE_PASSED"],
    [
      "cash with too many decimals",
      { ordType: "market", price: undefined, timeInForce: undefined, cashQty: "1.000000001" },
      "CASH_QTY_INVALID",
    ],
    ["a display off the lot", { displayQty: "0.0000001" }, "QTY_OFF_LOT"],
    ["post-only that would take", { price: "61837.68", postOnly: "reject" }, "POST_ONLY_WOULD_TAKE"],
  ])("is refused for %s", async (_name, change, rule) => {
    expect(await send(change)).toMatchObject({ status: 422, body: { rule } });
  });
});

describe("a refusal is 422 with the rule, its limit, the value and the headroom", () => {
  const cases: [string, Record<string, unknown>, keyof typeof REFUSAL_CODE, Record<string, unknown>][] = [
    ["a price off the tick", { price: "61000.005" }, "PRICE_OFF_TICK", { unit: "price", limit: "0.01", value: "61000.005" }],
    [
      "a quantity off the lot",
      { orderQty: "0.000015" },
      "QTY_OFF_LOT",
      { unit: "quantity", limit: "0.00001", value: "0.000015" },
    ],
    ["a price far beyond numbers", { price: "99999999999999999999" }, "PRICE_INVALID", {}],
    ["a quantity far beyond numbers", { orderQty: "99999999999999999999" }, "QTY_ABOVE_MAX", { limit: "100.00000" }],
    ["a quantity below the minimum", { orderQty: "0.00001" }, "QTY_BELOW_MIN", { limit: "0.00010", value: "0.00001" }],
    ["nothing", { orderQty: "0" }, "QTY_BELOW_MIN", {}],
    ["less than nothing", { orderQty: "-1" }, "QTY_BELOW_MIN", { value: "-1.00000" }],
    ["a quantity above the maximum", { orderQty: "100.00001" }, "QTY_ABOVE_MAX", { value: "100.00001", headroom: "100.00000" }],
    [
      "an unknown symbol",
      { symbol: "DOGEUSDT" },
      "UNKNOWN_INSTRUMENT",
      { unit: "none", limit: null, value: null, headroom: null },
    ],
    ["a price outside the collar", { price: "70000.00" }, "PRICE_COLLAR", { unit: "price", value: "70000.00" }],
    ["a limit order without a price", { price: undefined }, "PRICE_INVALID", {}],
    ["a market order with a price", { ordType: "market", timeInForce: "ioc" }, "PRICE_INVALID", {}],
    [
      "more than there is money for",
      { orderQty: "100", price: "61000" },
      "INSUFFICIENT_FUNDS",
      { unit: "money", currency: "USDT" },
    ],
  ];

  it.each(cases)("%s", async (_name, change, rule, figures) => {
    const answer = await send({ clOrdId: "refused", ...change });
    expect(answer.status).toBe(422);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({ code: REFUSAL_CODE[rule], rule, status: 422, clOrdId: "refused", ...figures });
    expect(answer.body.requestId).toBe(answer.headers.get("x-request-id"));
    expect(await openOrders()).toEqual([]);
  });

  it("money is in decimals of its currency", async () => {
    const { body } = await send({ orderQty: "100", price: "61000" });
    expect(body.value).toMatch(/^\d+\.\d{8}$/);
    expect(Number(body.value)).toBeGreaterThan(Number(body.limit));
  });

  it("a ClOrdID that was used for something else", async () => {
    await send({ clOrdId: "twice" });
    expect(await send({ clOrdId: "twice", orderQty: "0.02" })).toMatchObject({
      status: 422,
      body: { rule: "DUPLICATE_CLORDID" },
    });
  });
});

describe("a malformed order is 400 and never reaches the core", () => {
  it.each([
    ["a number for a decimal", { price: 61000 }],
    ["an exponent", { price: "6e4" }],
    ["a comma", { orderQty: "1,000" }],
    ["an unknown side", { side: "hold" }],
    ["an unknown field", { stopPx: "1" }],
    ["no account", { account: undefined }],
    ["a space in the ClOrdID", { clOrdId: "a b" }],
    ["37 characters of ClOrdID", { clOrdId: "x".repeat(37) }],
    ["an empty symbol", { symbol: "" }],
  ])("%s", async (_name, change) => {
    const before = fixture.core.coreMetrics().frames_in_total;
    const answer = await send(change);
    expect(answer).toMatchObject({ status: 400, body: { code: "VALIDATION_FAILED", status: 400 } });
    expect(fixture.core.coreMetrics().frames_in_total).toBe(before);
  });

  it.each([
    ["no JSON", "{"],
    ["a poisoned prototype", '{"__proto__":{"admin":true},"account":"PAPER-1"}'],
    ["an array", "[]"],
  ])("%s", async (_name, body) => {
    expect(await fixture.call("POST", "/api/v1/orders", { token, body })).toMatchObject({ status: 400 });
  });
});

describe("cancel, replace, mass cancel", () => {
  it("cancels by name", async () => {
    await send({ clOrdId: "c1" });
    const answer = await fixture.call("DELETE", "/api/v1/orders/c1?account=PAPER-1", { token });
    expect(answer).toMatchObject({
      status: 200,
      body: { clOrdId: "c1", ordStatus: "canceled", reason: "requested", leavesQty: "0.00000" },
    });
    expect(await fixture.call("DELETE", "/api/v1/orders/c1?account=PAPER-1", { token })).toMatchObject({
      status: 422,
      body: { rule: "ORDER_CLOSED" },
    });
    expect(await fixture.call("DELETE", "/api/v1/orders/never?account=PAPER-1", { token })).toMatchObject({
      status: 404,
      body: { rule: "UNKNOWN_ORDER" },
    });
  });

  it("replaces quantity and price, under the given name", async () => {
    await send({ clOrdId: "r1" });
    const body = { orderQty: "0.02", price: "60999.99", clOrdId: "r2" };
    const answer = await fixture.call("PUT", "/api/v1/orders/r1?account=PAPER-1", { token, body });
    expect(answer).toMatchObject({
      status: 200,
      body: { clOrdId: "r2", ordStatus: "new", orderQty: "0.02000", price: "60999.99" },
    });
    expect(await openOrders()).toHaveLength(1);
  });

  it("replaces under a name of its own where none is given", async () => {
    await send({ clOrdId: "n".repeat(36) });
    const body = { orderQty: "0.02", price: "60999.99" };
    const answer = await fixture.call("PUT", `/api/v1/orders/${"n".repeat(36)}?account=PAPER-1`, { token, body });
    expect(answer.status).toBe(200);
    expect(answer.body.clOrdId).toMatch(/^n{27}~[A-Za-z0-9]{8}$/);
  });

  it("refuses to replace off the tick, and what is not working", async () => {
    await send({ clOrdId: "r9" });
    const off = { orderQty: "0.02", price: "60999.999" };
    expect(await fixture.call("PUT", "/api/v1/orders/r9?account=PAPER-1", { token, body: off })).toMatchObject({
      status: 422,
      body: { rule: "PRICE_OFF_TICK" },
    });
    expect(await fixture.call("PUT", "/api/v1/orders/gone?account=PAPER-1", { token, body: off })).toMatchObject({
      status: 404,
      body: { rule: "UNKNOWN_ORDER" },
    });
  });

  it("a replace that crosses is answered with the fill", async () => {
    await send({ clOrdId: "x1", symbol: "ETHUSDT" });
    const body = { orderQty: "0.01", price: "61837.70", clOrdId: "x2" };
    expect(await fixture.call("PUT", "/api/v1/orders/x1?account=PAPER-1", { token, body })).toMatchObject({
      status: 200,
      body: { ordStatus: "filled", cumQty: "0.01000" },
    });
  });

  it("cancels all, or those of one symbol", async () => {
    for (const symbol of ["BTCUSDT", "BTCUSDT", "ETHUSDT"]) await send({ symbol });
    expect(await fixture.call("DELETE", "/api/v1/orders?account=PAPER-1&symbol=BTCUSDT", { token })).toMatchObject({
      status: 200,
      body: { account: "PAPER-1", canceledCount: 2 },
    });
    expect(await openOrders()).toHaveLength(1);
    expect(await fixture.call("DELETE", "/api/v1/orders?account=PAPER-1", { token })).toMatchObject({
      body: { canceledCount: 1 },
    });
    expect(await fixture.call("DELETE", "/api/v1/orders?account=PAPER-1", { token })).toMatchObject({
      body: { canceledCount: 0 },
    });
    expect(await fixture.call("DELETE", "/api/v1/orders?account=PAPER-1&symbol=NONE", { token })).toMatchObject({
      status: 422,
      body: { rule: "UNKNOWN_INSTRUMENT" },
    });
  });
});

describe("listing", () => {
  it("joins working orders from the core with closed ones from the database, newest first", async () => {
    const working = await send({ clOrdId: "live" });
    const createdTsNs = BigInt(working.body.createdTsMs - 1000) * 1_000_000n;
    await fixture.sql`
      INSERT INTO orders VALUES (1, 1001, ${BTC}, 'old', 2, 2, 1, 4, 1, 5000, 6200000, 2000, 0, 12400000000, 7, ${createdTsNs},
        ${createdTsNs}, 1)
      ON CONFLICT DO NOTHING`;
    await fixture.catchUp();
    const { body } = await fixture.call("GET", "/api/v1/orders?account=PAPER-1&status=all", { token });
    expect(body.orders.map((each: { clOrdId: string }) => each.clOrdId)).toEqual(["live", "old"]);
    expect(body.orders[1]).toEqual({
      orderId: "1",
      clOrdId: "old",
      account: "PAPER-1",
      symbol: "BTCUSDT",
      side: "sell",
      ordType: "limit",
      timeInForce: "gtc",
      ordStatus: "canceled",
      reason: "requested",
      orderQty: "0.05000",
      price: "62000.00",
      cumQty: "0.02000",
      leavesQty: "0.00000",
      avgPx: "62000.00",
      createdTsMs: working.body.createdTsMs - 1000,
      ...PLAIN,
      selfTradePrevention: null,
      working: false,
    });
    const closed = await fixture.call("GET", "/api/v1/orders?account=PAPER-1&status=closed&limit=1", { token });
    expect(closed.body.orders.map((each: { clOrdId: string }) => each.clOrdId)).toEqual(["old"]);
  });

  it("waits for the projection, but not for long", async () => {
    await send();
    await fixture.sql`UPDATE projection_watermark SET last_seq = 0`;
    expect((await fixture.call("GET", "/api/v1/orders?account=PAPER-1", { token })).status).toBe(200);
  });

  it.each(["status=done", "limit=0", "limit=1001", "limit=x", "other=1"])("refuses %s", async (query) => {
    expect((await fixture.call("GET", `/api/v1/orders?account=PAPER-1&${query}`, { token })).status).toBe(400);
  });
});
