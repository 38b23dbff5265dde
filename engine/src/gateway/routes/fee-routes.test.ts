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

const put = (schedule: object, token = admin) =>
  fixture.call("PUT", "/api/v1/fee-schedules", { token, body: { currency: "USDT", reason: "a test", ...schedule } });
const schedules = async () => (await fixture.call("GET", "/api/v1/fee-schedules", { token: admin })).body.schedules;
const fees = () => fixture.call("GET", "/api/v1/fees?account=PAPER-1", { token: trader });
const balance = async (): Promise<Record<string, string>> =>
  (await fixture.call("GET", "/api/v1/balances?account=PAPER-1", { token: trader })).body.balances.find(
    ({ currency }: { currency: string }) => currency === "USDT",
  );
const feesPaid = async (): Promise<string | undefined> =>
  (await fixture.call("GET", "/api/v1/positions?account=PAPER-1", { token: trader })).body.positions[0]?.fees;
const buy = (ordType: "market" | "limit", price?: string) =>
  fixture.call("POST", "/api/v1/orders", {
    token: trader,
    body: {
      ...{ account: "PAPER-1", clOrdId: `f-${++count}`, symbol: "BTCUSDT", side: "buy", ordType, orderQty: "0.01" },
      ...(price === undefined ? {} : { price }),
    },
  });

const [base, high] = [
  { notionalMin: "0.00000000", makerFeePpm: 100, takerFeePpm: 1_000 },
  { notionalMin: "100000.50000000", makerFeePpm: -50, takerFeePpm: 400 },
];

describe("a fee schedule", () => {
  it("is nothing at first: the instruments' rates hold", async () => {
    expect(await fees()).toMatchObject({ status: 200, body: { account: "PAPER-1", fees: [] } });
    expect(await schedules()).toEqual([]);
  });

  it("of the firm holds for an account that has none of its own, and is read with what is missing for the next tier", async () => {
    const tiers = [
      { ...base, notionalMin: "0" },
      { ...high, notionalMin: "100000.5" },
    ];
    const set = { account: null, currency: "USDT", tiers: [base, high] };
    expect(await put({ tiers })).toMatchObject({ status: 200, body: set });
    expect(await schedules()).toEqual([set]);
    expect((await fees()).body.fees).toEqual([
      {
        ...{ currency: "USDT", schedule: "firm", volume: "0.00000000", today: "0.00000000", tier: 1 },
        ...{ makerFeePpm: 100, takerFeePpm: 1_000, nextTier: { ...high, missing: "100000.50000000" }, tiers: [base, high] },
      },
    ]);
  });

  it("is what the next fill pays, and what was traded is told", async () => {
    expect((await buy("market")).status).toBe(201);
    // A hundredth of a bitcoin at 61837.64, a thousandth of it.
    expect(await feesPaid()).toBe("0.61837640");
    expect((await fees()).body.fees[0]).toMatchObject({ volume: "0.00000000", today: "618.37640000" });
  });

  it("is what working orders hold", async () => {
    expect((await buy("limit", "60000")).status).toBe(201);
    expect((await balance()).held).toBe("600.60000000");
    expect((await put({ account: "PAPER-1", tiers: [{ ...base, takerFeePpm: 2_000 }] })).status).toBe(200);
    expect((await balance()).held).toBe("601.20000000");
    expect((await fees()).body.fees[0]).toMatchObject({ schedule: "account", takerFeePpm: 2_000, nextTier: null });
    expect(await schedules()).toMatchObject([{ account: null }, { account: "PAPER-1" }]);
  });

  it("is taken away without tiers", async () => {
    expect(await put({ account: "PAPER-1", tiers: [] })).toMatchObject({ status: 200, body: { account: "PAPER-1", tiers: [] } });
    expect((await fees()).body.fees[0]).toMatchObject({ schedule: "firm", takerFeePpm: 1_000 });
    expect((await put({ tiers: [] })).status).toBe(200);
    expect(await schedules()).toEqual([]);
    expect((await balance()).held).toBe("600.30000000");
  });

  it.each([
    ["of an account that there is not", { account: "NOBODY", tiers: [base] }, 404, "ACCOUNT_NOT_PERMITTED"],
    ["of money that there is not", { currency: "XXX", tiers: [base] }, 422, "FIELD_INVALID"],
    ["that does not begin at nothing", { tiers: [high] }, 422, "FIELD_INVALID"],
    ["that does not ascend", { tiers: [base, base] }, 422, "FIELD_INVALID"],
    ["that gives back more than it takes", { tiers: [{ ...base, makerFeePpm: -1_001 }] }, 422, "FIELD_INVALID"],
    ["of more decimals than the money has", { tiers: [base, { ...high, notionalMin: "0.000000001" }] }, 422, "FIELD_INVALID"],
    ["of a volume beyond all money", { tiers: [base, { ...high, notionalMin: "99999999999999999999" }] }, 422, "FIELD_INVALID"],
  ])("%s is refused by name", async (_, schedule, status, rule) => {
    expect(await put(schedule)).toMatchObject({ status, body: { rule } });
    expect(await schedules()).toEqual([]);
  });

  it("is malformed where a rate is no whole number, or there are too many tiers", async () => {
    expect((await put({ tiers: [{ ...base, takerFeePpm: 0.5 }] })).status).toBe(400);
    expect((await put({ tiers: Array.from({ length: 17 }, (_, step) => ({ ...base, notionalMin: String(step) })) })).status).toBe(
      400,
    );
  });
});
