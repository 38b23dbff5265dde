import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Fixture } from "../test/fixture.js";

const PATH = "/api/v1/instruments/BTCUSDT/paper";
/** Enough for the first look to come before the arrival on any machine, and soon over. */
const WAY_NS = 300_000_000;
const WAY = [{ upperNs: WAY_NS, weight: 1 }];
/** All of it drawn from its last part: a way that is never short. */
const LONG_WAY = [
  { upperNs: WAY_NS - 1, weight: 1 },
  { upperNs: WAY_NS, weight: 1_000_000 },
];

let fixture: Fixture;
let trader: string;
let admin: string;
let count = 0;

beforeAll(async () => {
  fixture = await Fixture.start();
  [trader, admin] = [await fixture.signIn("trader"), await fixture.signIn("admin")];
});
afterEach(async () => {
  await fixture.call("DELETE", "/api/v1/orders?account=PAPER-1", { token: trader });
  await put({ queue: "conservative" });
});
afterAll(async () => {
  await fixture.close();
});

const put = (body: object, token = admin) => fixture.call("PUT", PATH, { token, body });
const send = (change: Record<string, unknown> = {}) =>
  fixture.call("POST", "/api/v1/orders", {
    token: trader,
    body: {
      ...{ account: "PAPER-1", clOrdId: `p-${++count}`, symbol: "BTCUSDT", side: "buy", ordType: "limit" },
      ...{ orderQty: "0.01", price: "61000", ...change },
    },
  });
const openOrders = async () =>
  (await fixture.call("GET", "/api/v1/orders?status=open&account=PAPER-1", { token: trader })).body.orders;
/** Nobody sends anything: what is due has to come by itself. */
const until = async (isSo: (orders: { ordStatus: string }[]) => boolean) => {
  for (;;) {
    const orders = await openOrders();
    if (isSo(orders)) return orders;
    await sleep(20);
  }
};

describe("the rules of a venue", () => {
  it("are set by an administrator, and shown with the instrument", async () => {
    const rules = {
      queue: "probabilistic",
      queuePower: 3,
      latency: { seed: "18446744073709551615", inbound: WAY, outbound: [] },
    };
    expect(await put(rules)).toMatchObject({ status: 200, body: rules });
    const { instruments } = (await fixture.call("GET", "/api/v1/instruments", { token: trader })).body;
    const shown = instruments.find((each: { symbol: string }) => each.symbol === "BTCUSDT");
    expect(shown.paper).toEqual(rules);
    expect(shown).toMatchObject({ tickSize: "0.01", makerFeePpm: 200 });
    expect((await put({ queue: "probabilistic" })).body).toEqual({ queue: "probabilistic", queuePower: 2 });
    expect((await put({ queue: "conservative" }, trader)).status).toBe(403);
  });

  it.each([
    ["no queue model", {}, 400, "VALIDATION_FAILED"],
    ["a power of 4", { queue: "probabilistic", queuePower: 4 }, 400, "VALIDATION_FAILED"],
    ["a weight of 0", { queue: "conservative", latency: { inbound: [{ upperNs: 5, weight: 0 }] } }, 400, "VALIDATION_FAILED"],
    ["17 rows", { queue: "conservative", latency: { inbound: Array(17).fill(WAY[0]) } }, 400, "VALIDATION_FAILED"],
    ["a seed of words", { queue: "conservative", latency: { seed: "seven" } }, 400, "VALIDATION_FAILED"],
    ["rows out of order", { queue: "conservative", latency: { outbound: [...WAY, ...WAY] } }, 422, "FIELD_INVALID"],
    ["a seed of 65 bits", { queue: "conservative", latency: { seed: "18446744073709551616" } }, 422, "FIELD_INVALID"],
    ["a power without its queue", { queue: "conservative", queuePower: 2 }, 422, "FIELD_INVALID"],
  ])("are refused with %s", async (_, rules, status, code) => {
    const answer = await put(rules);
    expect(answer.status).toBe(status);
    expect(answer.body.code === "REFUSED" ? answer.body.rule : (answer.body.rule ?? answer.body.code)).toBe(code);
  });
});

describe("an order on its way", () => {
  it("is answered as pending, arrives by itself, and so does its cancel", async () => {
    await put({ queue: "conservative", latency: { inbound: LONG_WAY } });
    const sent = await send();
    expect(sent).toMatchObject({ status: 201, body: { ordStatus: "pendingNew", working: false, queueAheadQty: null } });
    const [there] = await until(([order]) => order?.ordStatus === "new");
    expect(there).toMatchObject({ ordStatus: "new", working: true, queueAheadQty: "0.00000" });
    const canceling = await fixture.call("DELETE", `/api/v1/orders/p-${count}?account=PAPER-1`, { token: trader });
    expect(canceling).toMatchObject({ status: 200, body: { ordStatus: "pendingCancel" } });
    await until((orders) => orders.length === 0);
  });

  it("is answered at once though its venue tells late", async () => {
    await put({ queue: "conservative", latency: { outbound: LONG_WAY } });
    expect(await send()).toMatchObject({ status: 201, body: { ordStatus: "pendingNew" } });
    await until(([order]) => order?.ordStatus === "new");
  });
});
