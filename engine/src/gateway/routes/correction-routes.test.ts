import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

const get = async (path: string) => (await fixture.call("GET", `/api/v1/${path}`, { token: trader })).body;
const correct = (execId: string, verb: "bust" | "correct", body: object, token = admin) =>
  fixture.call("POST", `/api/v1/executions/${execId}/${verb}`, { token, body });
const money = async (): Promise<Record<string, string>> =>
  (await get("balances?account=PAPER-1")).balances.find(({ currency }: { currency: string }) => currency === "USDT");
const held = async () =>
  (await get("positions?account=PAPER-1")).positions.find((each: { symbol: string }) => each.symbol === "BTCUSDT");

/** Buys at the market; the ExecID of its fill. */
async function fill(): Promise<string> {
  const body = {
    ...{ account: "PAPER-1", clOrdId: `c-${++count}`, symbol: "BTCUSDT", side: "buy", ordType: "market" },
    ...{ orderQty: "0.01" },
  };
  const { status } = await fixture.call("POST", "/api/v1/orders", { token: trader, body });
  expect(status).toBe(201);
  let last = "";
  for (let execId = 1; execId < 200; execId++) if (fixture.core.queryTrade(String(execId)).length > 0) last = String(execId);
  return last;
}

describe("a trade", () => {
  it("is bust by an administrator, once: position, money and fee are as before", async () => {
    const before = await money();
    const execId = await fill();
    expect((await held()).qty).toBe("0.01000");
    expect(await correct(execId, "bust", { reason: "fat finger" })).toMatchObject({
      status: 200,
      body: { symbol: "BTCUSDT", bust: true, sides: [{ account: "PAPER-1", execId, side: "buy", qty: "0.01000" }] },
    });
    expect(await held()).toBeUndefined();
    expect(await money()).toEqual(before);
    expect(await correct(execId, "bust", { reason: "again" })).toMatchObject({ status: 422, body: { rule: "TRADE_BUSTED" } });
  });

  it("is corrected in decimals, and goes on being named by its report", async () => {
    const execId = await fill();
    const to = { qty: "0.02", price: "61000.01", reason: "misread" };
    expect(await correct(execId, "correct", to)).toMatchObject({
      status: 200,
      body: { bust: false, sides: [{ qty: "0.02000", price: "61000.01" }] },
    });
    expect(await held()).toMatchObject({ qty: "0.02000", avgPx: "61000.01" });
    expect(await correct(execId, "correct", { ...to, price: "61000.001" })).toMatchObject({ body: { rule: "PRICE_OFF_TICK" } });
    expect(await correct(execId, "correct", { ...to, qty: "0.000001" })).toMatchObject({ body: { rule: "QTY_OFF_LOT" } });
    expect(await correct(execId, "correct", { ...to, qty: "0" })).toMatchObject({ body: { rule: "FIELD_INVALID" } });
    expect((await correct(execId, "bust", { reason: "after all" })).status).toBe(200);
    expect(await held()).toBeUndefined();
  });

  it("that never was is not found, and nobody but an administrator corrects one", async () => {
    expect(await correct("999999", "bust", { reason: "x" })).toMatchObject({ status: 404, body: { rule: "UNKNOWN_EXECUTION" } });
    const to = { qty: "1", price: "1", reason: "x" };
    expect(await correct("999999", "correct", to)).toMatchObject({ status: 404, body: { rule: "UNKNOWN_EXECUTION" } });
    expect((await correct("1", "bust", { reason: "x" }, trader)).status).toBe(403);
    expect((await correct("1", "bust", {})).status).toBe(400);
    expect((await correct("nonsense", "bust", { reason: "x" })).status).toBe(400);
  });
});

describe("money", () => {
  const move = (verb: "deposit" | "withdraw", amount: string, more: Record<string, string> = {}, token = admin) =>
    fixture.call("POST", `/api/v1/accounts/PAPER-1/${verb}`, {
      token,
      body: { currency: "USDT", amount, reference: `r-${++count}`, reason: "a wire", ...more },
    });

  it("is paid in and out, to the last decimal", async () => {
    const before = await money();
    expect(await move("deposit", "0.00000001")).toMatchObject({ status: 200, body: { currency: "USDT", repeated: false } });
    expect(await move("withdraw", "0.00000001")).toMatchObject({ status: 200, body: { cash: before.cash } });
  });

  it("is moved once by a reference, and other money not at all", async () => {
    const reference = "wire-7";
    const once = await move("deposit", "5", { reference });
    const again = await move("deposit", "5.0", { reference });
    expect(again).toMatchObject({ status: 200, body: { cash: once.body.cash, reference, repeated: true } });
    for (const other of [await move("deposit", "6", { reference }), await move("withdraw", "5", { reference })]) {
      expect(other).toMatchObject({ status: 409, body: { rule: "DUPLICATE_REFERENCE" } });
    }
    expect((await money()).cash).toBe(once.body.cash);
    // At once, as two clients of one operator would.
    const both = await Promise.all([1, 2].map(() => move("withdraw", "5", { reference: "wire-8" })));
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(both.map(({ body }) => body.repeated).toSorted()).toEqual([false, true]);
  });

  it("is not paid out beyond what there is, nor by a trader, nor in what is no money, nor for no reason", async () => {
    expect(await move("withdraw", "9999999999")).toMatchObject({ status: 422, body: { rule: "INSUFFICIENT_FUNDS" } });
    expect((await move("deposit", "1", {}, trader)).status).toBe(403);
    for (const amount of ["0", "-1", "0.000000001"]) expect([400, 422]).toContain((await move("deposit", amount)).status);
    expect(await move("deposit", "1", { currency: "NONE" })).toMatchObject({ status: 422, body: { rule: "FIELD_INVALID" } });
    for (const wrong of [{ reason: "" }, { reference: "" }, { reference: "a b" }, { reference: "x".repeat(37) }]) {
      expect(await move("deposit", "1", wrong)).toMatchObject({ status: 400, body: { code: "VALIDATION_FAILED" } });
    }
  });
});
