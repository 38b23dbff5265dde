import { MarketBatch } from "@jware/core-native";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BTC, Fixture } from "../test/fixture.js";

const MINUTE_MS = 60_000;

let fixture: Fixture;
let trader: string;
let admin: string;

beforeAll(async () => {
  fixture = await Fixture.start();
  [trader, admin] = [await fixture.signIn("trader"), await fixture.signIn("admin")];
});
afterAll(async () => {
  await fixture.close();
});

const get = (path: string, token = trader) => fixture.call("GET", path, { token });
const buy = (clOrdId: string, change: Record<string, unknown> = {}) =>
  fixture.call("POST", "/api/v1/orders", {
    token: trader,
    body: { account: "PAPER-1", clOrdId, symbol: "BTCUSDT", side: "buy", ordType: "market", orderQty: "0.5", ...change },
  });

describe("the market", () => {
  it("lists instruments with their units and limits as decimals", async () => {
    const { body } = await get("/api/v1/instruments");
    expect(body.instruments[0]).toEqual({
      id: 101,
      symbol: "BTCUSDT",
      collar: { reference: "mark", bps: 500, ticks: null, windowBps: null, windowMs: null },
      margin: { initialPpm: 1_000_000, maintenancePpm: 500_000 },
      limits: [],
      name: "BTCUSDT",
      assetClass: "crypto",
      venue: "simulated",
      baseCurrency: "BTC",
      quoteCurrency: "USDT",
      tickSize: "0.01",
      lotSize: "0.00001",
      priceDecimals: 2,
      qtyDecimals: 5,
      minQty: "0.00010",
      maxQty: "100.00000",
      maxNotional: "1000000000.00000000",
      collarBps: 500,
      makerFeePpm: 200,
      takerFeePpm: 500,
      bookState: "synced",
      tradingState: "active",
      session: { openMinute: 0, closeMinute: 0, weekdays: 127 },
      paper: { queue: "conservative" },
      lastPx: "61837.64",
    });
  });

  it("shows a book to a depth", async () => {
    expect((await get("/api/v1/book?symbol=BTCUSDT&depth=2")).body).toMatchObject({
      symbol: "BTCUSDT",
      state: "synced",
      bids: [
        ["61837.63", "1.00000"],
        ["61837.62", "1.00000"],
      ],
      asks: [
        ["61837.64", "1.00000"],
        ["61837.65", "1.00000"],
      ],
    });
    expect((await get("/api/v1/book?symbol=BTCUSDT")).body.bids).toHaveLength(5);
    expect(await get("/api/v1/book?symbol=NONE")).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    for (const depth of ["0", "1001", "x"]) expect((await get(`/api/v1/book?symbol=BTCUSDT&depth=${depth}`)).status).toBe(400);
  });

  it("joins bars of the database with those of the core, whose word counts", async () => {
    const open = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    const batch = new MarketBatch();
    batch.trade(BTC, 1, 6_200_000, 300, open + MINUTE_MS + 1, 2);
    batch.flush();
    for (const [openTsMs, ticks, closed] of [
      [open - 10 * MINUTE_MS, 6_000_000, true],
      [open - 9 * MINUTE_MS, 6_010_000, true],
      [open + MINUTE_MS, 1, true],
      [open - 8 * MINUTE_MS, 1, false],
    ] as const) {
      await fixture.sql`
        INSERT INTO bars VALUES (${BTC}, 60, ${BigInt(openTsMs) * 1_000_000n}, to_timestamp(${openTsMs / 1000}), ${ticks},
          ${ticks + 10}, ${ticks - 10}, ${ticks}, 100, 5, ${closed}, 1)`;
    }
    const from = open - 10 * MINUTE_MS;
    const { body } = await get(`/api/v1/bars?symbol=BTCUSDT&interval=1m&from=${from}&to=${open + 5 * MINUTE_MS}`);
    expect(body.complete).toBe(true);
    expect(body.bars[0]).toEqual({
      openTsMs: from,
      open: "60000.00",
      high: "60000.10",
      low: "59999.90",
      close: "60000.00",
      volume: "0.00100",
      tradeCount: 5,
      closed: true,
    });
    expect(body.bars.at(-1)).toMatchObject({ openTsMs: open + MINUTE_MS, open: "62000.00", volume: "0.00300", closed: false });
    const opens = body.bars.map((bar: { openTsMs: number }) => bar.openTsMs);
    expect(opens).toEqual([...new Set(opens)].sort((a, b) => Number(a) - Number(b)));
    expect(opens).not.toContain(open - 8 * MINUTE_MS);
    const iso = (tsMs: number) => new Date(tsMs).toISOString();
    const same = await get(`/api/v1/bars?symbol=BTCUSDT&interval=1m&from=${iso(from)}&to=${iso(open + 5 * MINUTE_MS)}`);
    expect(same.body).toEqual(body);
  });

  it.each([
    "interval=2m",
    "interval=1m&from=5&to=5",
    "interval=1m&from=x",
    "interval=1m&to=-1",
    "interval=1m&from=2026-13-01",
    "",
  ])("refuses bars of %s", async (query) => {
    expect((await get(`/api/v1/bars?symbol=BTCUSDT&${query}`)).status).toBe(400);
  });
});

describe("an account", () => {
  it("shows its position and money after a fill, exact", async () => {
    expect((await buy("p1")).body).toMatchObject({ ordStatus: "filled", avgPx: "61837.64" });
    const { body } = await get("/api/v1/positions?account=PAPER-1");
    expect(body.positions).toEqual([
      {
        symbol: "BTCUSDT",
        leg: "net",
        qty: "0.50000",
        avgPx: "61837.64",
        cost: "30918.82000000",
        realisedPnl: "0.00000000",
        unrealisedPnl: expect.stringMatching(/^-?\d+\.\d{8}$/),
        markPx: expect.any(String),
        markSource: "middle",
        markStale: false,
        fees: "15.45941000",
        currency: "USDT",
      },
    ]);
    const usdt = (await get("/api/v1/balances?account=PAPER-1")).body.balances.find(
      (each: { currency: string }) => each.currency === "USDT",
    );
    expect(usdt).toEqual({
      currency: "USDT",
      cash: "999984.54059000",
      used: "30918.82000000",
      held: "0.00000000",
      available: "969065.72059000",
    });
  });

  it("gives all of it in one answer", async () => {
    await buy("w1", { ordType: "limit", price: "61000" });
    const { body } = await get("/api/v1/account?account=PAPER-1");
    expect(body).toMatchObject({ kind: "standard", positionMode: "netting" });
    expect(body).toMatchObject({ account: "PAPER-1", id: 1001, state: "active", permissions: ["read", "trade", "cancel"] });
    expect(body.orders).toHaveLength(1);
    expect(body.positions).toHaveLength(1);
    expect(body.balances).toHaveLength(2);
    expect(body.accountSeq).toBeGreaterThan(0);
  });

  it("pages through its executions, newest first", async () => {
    // Tables are split by time: rows are of today.
    const nowMs = Date.now();
    const nowNs = BigInt(nowMs) * 1_000_000n;
    const insert = (seq: number, idx: number, execType: number) => fixture.sql`
      INSERT INTO executions VALUES (${seq}, ${idx}, ${nowNs + BigInt(seq)}, to_timestamp(${nowMs / 1000}), 1001, ${seq},
        ${seq * 10 + idx}, ${seq}, ${BTC}, ${`e${seq}`}, '', ${execType}, ${execType === 2 ? 3 : 1}, 0, 2, 2, 1, 1000, 6183763,
        ${execType === 2 ? 1000 : 0}, ${execType === 2 ? 0 : 1000}, ${execType === 2 ? 6_183_763_000 : 0}, ${execType === 2 ? 1000 : 0},
        ${execType === 2 ? 6183763 : 0}, ${execType === 2 ? -12345 : 0}, ${execType === 2 ? 1 : 0}, 77, false, 3,
        ${nowNs})`;
    for (let seq = 1; seq <= 3; seq++) {
      await insert(seq, 0, 1);
      await insert(seq, 1, 2);
    }
    await fixture.sql`UPDATE projection_watermark SET last_seq = 1000000000`;
    const pages: string[][] = [];
    let before = "";
    for (;;) {
      const { body } = await get(`/api/v1/executions?account=PAPER-1&limit=2${before}`);
      pages.push(body.executions.map((each: { clOrdId: string; execType: string }) => `${each.clOrdId} ${each.execType}`));
      if (body.next === null) break;
      before = `&before=${body.next}`;
    }
    expect(pages).toEqual([["e3 trade", "e3 new"], ["e2 trade", "e2 new"], ["e1 trade", "e1 new"], []]);
    const { body } = await get("/api/v1/executions?account=PAPER-1&limit=1&execType=trade");
    expect(body.executions).toEqual([
      {
        execId: "31",
        orderId: "3",
        clOrdId: "e3",
        account: "PAPER-1",
        symbol: "BTCUSDT",
        side: "sell",
        execType: "trade",
        ordStatus: "filled",
        reason: "none",
        lastQty: "0.01000",
        lastPx: "61837.63",
        fee: "-0.00012345",
        feeCurrency: "USDT",
        liquidity: "maker",
        tradeId: "77",
        orderQty: "0.01000",
        price: "61837.63",
        cumQty: "0.01000",
        leavesQty: "0.00000",
        avgPx: "61837.63",
        tsMs: nowMs,
        seq: 3,
        triggerPrice: null,
        listId: null,
        refusal: null,
        execRefId: null,
        text: null,
      },
    ]);
  });

  it("is halted by its trader, takes nothing then, and is released by the admin alone", async () => {
    await buy("h1", { ordType: "limit", price: "61000" });
    const control = (verb: string, token: string, body: object = {}) =>
      fixture.call("POST", `/api/v1/accounts/PAPER-1/${verb}`, { token, body });
    expect(await control("halt", trader, { reason: "lost my keys" })).toMatchObject({
      status: 200,
      body: { account: "PAPER-1", state: "halted" },
    });
    expect((await get("/api/v1/account?account=PAPER-1")).body).toMatchObject({ state: "halted", orders: [] });
    expect(await buy("h2")).toMatchObject({ status: 422, body: { rule: "ACCOUNT_HALTED", transient: true } });
    // What the core would find first is told first, also where the gateway refuses.
    expect(await buy("h3", { ordType: "limit", price: "61000.001" })).toMatchObject({
      status: 422,
      body: { rule: "ACCOUNT_HALTED" },
    });
    expect((await fixture.call("POST", "/api/v1/accounts/PAPER-1/halt", { token: trader })).status).toBe(200);
    expect((await control("release", trader)).status).toBe(403);
    expect(await control("release", admin)).toMatchObject({ status: 200, body: { state: "active" } });
    expect((await buy("h4", { ordType: "limit", price: "61000" })).status).toBe(201);
    expect((await control("halt", trader, { reason: "x".repeat(201) })).status).toBe(400);
  });

  it("may be read and its orders canceled by the admin, who cannot trade on it", async () => {
    expect((await get("/api/v1/account?account=PAPER-1", admin)).body.permissions).toEqual(["read", "cancel", "risk"]);
    const body = { account: "PAPER-1", clOrdId: "adm", symbol: "BTCUSDT", side: "buy", ordType: "market", orderQty: "0.1" };
    expect((await fixture.call("POST", "/api/v1/orders", { token: admin, body })).status).toBe(403);
    expect((await fixture.call("DELETE", "/api/v1/orders?account=PAPER-1", { token: admin })).status).toBe(200);
  });
});

describe("without the database", () => {
  it("those who are signed in trade on; history and new sign-ins say so", async () => {
    await get("/api/v1/balances?account=PAPER-1");
    await fixture.stopDatabase();
    expect((await buy("d1", { orderQty: "0.001" })).status).toBe(201);
    // The remembered judgement has lapsed: the last known one counts.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await buy("d2", { orderQty: "0.001" })).status).toBe(201);
    expect((await get("/api/v1/bars?symbol=BTCUSDT&interval=1m")).body).toMatchObject({ complete: false });
    for (const answer of [
      await get("/api/v1/executions?account=PAPER-1"),
      await fixture.call("POST", "/api/v1/session", { body: { username: "trader", password: "whatever it is" } }),
    ]) {
      expect(answer).toMatchObject({ status: 503, body: { code: "DATABASE_UNAVAILABLE" } });
      expect(JSON.stringify(answer.body)).not.toMatch(/ECONN|ENOENT|SELECT|sock/);
    }
    const ready = await fixture.call("GET", "/health/ready");
    expect(ready.status).toBe(503);
    expect(ready.body.components).toContainEqual({ component: "database", state: "down", detail: "does not answer" });
  });
});
