import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Fixture } from "../test/fixture.js";

let fixture: Fixture;
let admin: string;
let trader: string;

beforeAll(async () => {
  fixture = await Fixture.start();
  [admin, trader] = [await fixture.signIn("admin"), await fixture.signIn("trader")];
});
afterAll(async () => {
  await fixture.close();
});

const open = (body: object, token = admin) =>
  fixture.call("POST", "/api/v1/accounts", { token, body: { reason: "a new desk", ...body } });
const list = async (token: string): Promise<{ account: string; permissions: string[] }[]> =>
  (await fixture.call("GET", "/api/v1/accounts", { token })).body.accounts;

describe("an account", () => {
  it("is opened with its kind and its money, and who did it and why is a command of the journal", async () => {
    const deposits = [
      { currency: "USDT", amount: "2500.5" },
      { currency: "USD", amount: "10" },
    ];
    const opened = await open({ name: "DESK-1", kind: "margin", positionMode: "hedging", deposits });
    const body = { account: "DESK-1", id: 1002, kind: "margin", positionMode: "hedging", state: "active" };
    expect(opened).toMatchObject({ status: 201, body });
    const cash = Object.fromEntries(
      opened.body.balances.map((row: { currency: string; cash: string }) => [row.currency, row.cash]),
    );
    expect(cash).toEqual({ USDT: "2500.50000000", USD: "10.000000" });
    expect(fixture.core.coreStatus().durableSeq).toBe(fixture.core.coreStatus().seq);
  });

  it("is the same when it is asked for again, and refused when it is to be another", async () => {
    const deposits = [{ currency: "USDT", amount: "100" }];
    const first = await open({ name: "DESK-2", deposits });
    const seq = fixture.core.coreStatus().seq;
    const again = await open({ name: "DESK-2", kind: "standard", deposits: [{ currency: "USDT", amount: "100.00" }] });
    expect(again).toMatchObject({ status: 200, body: first.body });
    for (const other of [
      { kind: "cash", deposits },
      { positionMode: "hedging", deposits },
      { deposits: [] },
      { deposits: [{ currency: "USDT", amount: "101" }] },
      { deposits: [...deposits, { currency: "USD", amount: "1" }] },
    ]) {
      expect(await open({ name: "DESK-2", ...other })).toMatchObject({ status: 409, body: { code: "ACCOUNT_EXISTS" } });
    }
    expect(fixture.core.coreStatus().seq, "nothing was done for any of them").toBe(seq);
  });

  it("is not opened at all where its money is none, nor under a name of the engine", async () => {
    const before = fixture.core.coreStatus().seq;
    for (const wrong of [
      { currency: "NONE", amount: "1" },
      { currency: "USDT", amount: "0" },
      { currency: "USDT", amount: "-1" },
      { currency: "USDT", amount: "0.000000001" },
      { currency: "USDT", amount: "99999999999999999999" },
    ]) {
      expect(await open({ name: "DESK-3", deposits: [wrong] })).toMatchObject({ status: 422, body: { rule: "FIELD_INVALID" } });
    }
    expect(await open({ name: "DESK-3", kind: "cash", positionMode: "hedging" })).toMatchObject({ status: 422 });
    const twice = [1, 2].map((amount) => ({ currency: "USDT", amount: String(amount) }));
    expect(await open({ name: "DESK-3", deposits: twice })).toMatchObject({ status: 422 });
    expect(fixture.core.coreStatus().seq).toBe(before);
    expect(fixture.core.accountNamed("DESK-3")).toBeUndefined();
    expect(await open({ name: "HOUSE" })).toMatchObject({ status: 409, body: { code: "ACCOUNT_EXISTS" } });
    for (const name of ["", "a b", "../x", "x".repeat(33)]) expect((await open({ name })).status).toBe(400);
    expect((await open({ name: "DESK-3" }, trader)).status).toBe(403);
  });
});

it("lists to each what he was given, and all to who sees to all", async () => {
  expect(await list(trader)).toEqual([
    {
      ...{ account: "PAPER-1", id: 1001, kind: "standard", positionMode: "netting", state: "active" },
      permissions: ["read", "trade", "cancel"],
    },
  ]);
  expect((await list(fixture.credentials().apiKey)).map(({ account }) => account)).toEqual(["PAPER-1"]);
  const all = await list(admin);
  expect(all.slice(0, 2)).toMatchObject([{ account: "PAPER-1" }, { account: "DESK-1", permissions: [] }]);
  expect(all.map(({ account }) => account)).not.toContain("HOUSE");
});
