/** The real core's journal in the real database: what the database says is what the core says. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as core from "@jware/core-native";
import { cancelFrame, newOrderFrame } from "@jware/schemas/client-frames";
import { OrdType, Side, TimeInForce } from "@jware/schemas/wire";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { silentLog as log } from "../observability/logger.js";
import { Seeded } from "../torture/seeded.js";
import { connectPostgres, type Sql } from "../postgres/connect.js";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "../postgres/embedded.js";
import { migrate } from "../postgres/migrate.js";
import { checkProjection } from "./check.js";
import { PROJECTED_TABLES } from "./projected-tables.js";
import { Projector } from "./projector.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ACCOUNT = 1001;
const INSTRUMENT = 7;
/** What COPY and arrays would misread. */
const INSTRUMENT_NAME = 'Acme\tInc\\\n"{é},"';
const ACCOUNT_NAME = "NULL";
const SEED = Number(process.env.JWARE_TEST_SEED ?? Math.floor(Math.random() * 1_000_000));

let dir: string;
let server: EmbeddedPostgres;
let sql: Sql;
let projector: Projector | undefined;

const random = new Seeded(SEED);
const draw = (below: number): number => random.below(below);

beforeAll(async () => {
  console.log(`real-journal.test.ts: JWARE_TEST_SEED=${SEED}`);
  dir = await mkdtemp(join(tmpdir(), "jw-real-"));
  core.startCore({ journalDir: join(dir, "journal"), ackMode: "durable" });
  server = await startEmbeddedPostgres({ dataDir: join(dir, "postgres"), log });
  await migrate({ databaseUrl: server.url, log });
  sql = connectPostgres(server.url, { max: 1 });
  await trade();
});

afterAll(async () => {
  await projector?.stop();
  await sql.end();
  await server.stop();
  core.stopCore();
  await rm(dir, { recursive: true });
});

function must(command: core.AdminCommand): void {
  const result = core.execute(command);
  if (!result.ok) throw new Error(result.text);
}

const orderFrame = (name: string, side: Side, qty: number, price: number, timeInForce: TimeInForce): Uint8Array =>
  newOrderFrame({
    ...{ account: ACCOUNT, instrument: INSTRUMENT, clOrdId: name, side, ordType: OrdType.Limit, timeInForce },
    ...{ orderQtyLots: qty, priceTicks: price },
  });

/** A market of two sides and 300 requests into it: fills, resting orders, cancels, refusals. */
async function trade(): Promise<void> {
  must({ kind: "defineCurrency", code: "USD", decimals: 6 });
  must({
    ...{ kind: "defineInstrument", instrument: INSTRUMENT, symbol: "ACME", name: INSTRUMENT_NAME, assetClass: "equity" },
    ...{ venue: "simulated", baseCurrency: "ACME", quoteCurrency: "USD", priceDecimals: 2, tickMantissa: 1, qtyDecimals: 0 },
    ...{ lotMantissa: 1, tickLotMinor: 10_000, qtyLotsMin: 1, qtyLotsMax: 1000, notionalMinorMax: "1000000000000" },
    ...{ collarBps: 1000, makerFeePpm: 100, takerFeePpm: 300 },
  });
  must({ kind: "openAccount", account: ACCOUNT, name: ACCOUNT_NAME });
  must({ kind: "deposit", user: 0, account: ACCOUNT, currency: "USD", amountMinor: "1000000000000" });
  const market = new core.MarketBatch();
  market.state(INSTRUMENT, 1, Date.now());
  for (let level = 1; level <= 20; level++) {
    market.level(INSTRUMENT, 1, 10_000 - level, 50, Date.now());
    market.level(INSTRUMENT, 2, 10_000 + level, 50, Date.now());
  }
  market.flush();

  const outbox = new core.Outbox(() => undefined);
  const session = core.openSession(outbox, "gateway", {
    user: 1,
    accounts: [{ account: ACCOUNT, permissions: ["read", "trade", "cancel"] }],
  });
  const buffer = new Uint8Array(1 << 20);
  for (let index = 0; index < 300; index++) {
    const name = `o\\${index}`;
    const [side, price] = [draw(2) === 0 ? Side.Buy : Side.Sell, 9980 + draw(40)];
    const timeInForce = [TimeInForce.Gtc, TimeInForce.Gtc, TimeInForce.Ioc, TimeInForce.Fok][draw(4)] ?? TimeInForce.Gtc;
    const bytes =
      draw(5) === 0
        ? cancelFrame({ account: ACCOUNT, origClOrdId: `o\\${draw(index + 1)}` })
        : orderFrame(name, side, 1 + draw(draw(20) === 0 ? 5000 : 8), price, timeInForce);
    core.submit(session, index, bytes, buffer);
    market.trade(INSTRUMENT, 1, 9990 + draw(20), 1 + draw(5), Date.UTC(2024, 7, 8) + index * 3_600_000, index);
    market.level(INSTRUMENT, draw(2) === 0 ? 1 : 2, 0, 0, Date.now());
    if (draw(3) === 0) market.flush();
  }
  market.flush();
  const scope = { kind: "account", account: ACCOUNT } as const;
  must({ kind: "setTradingState", user: 1, scope, state: "halted", reason: "a\ttab, a \\ and a\nline" });
  must({ kind: "setTradingState", user: 1, scope, state: "active", reason: "" });
  for (let index = 300; index < 310; index++)
    core.submit(session, index, orderFrame(`o\\${index}`, Side.Buy, 2, 9985, TimeInForce.Gtc), buffer);
  // The newest fills are corrected, bust, or both.
  const told = { user: 1, reason: "a mistake" };
  for (const [execRefId, corrected] of [
    ...[lastFill(), lastFill()].map((fill) => [fill, { qtyLots: 3, priceTicks: 9_990 }] as const),
    [lastFill(-1), undefined],
  ] as const)
    must({ kind: "correctTrade", ...told, execRefId, ...(corrected === undefined ? {} : { corrected }) });
  must({ kind: "deposit", user: 1, account: ACCOUNT, currency: "USD", amountMinor: "-7" });
  core.closeSession(session);
  outbox.close();
  await core.awaitDurable(core.coreStatus().seq);
}

/** ExecID of a late fill, found by asking: reports are numbered, and only fills are trades. */
function lastFill(offset = 0): string {
  const fills: string[] = [];
  for (let execId = 1; execId < 2_000; execId++) if (core.queryTrade(String(execId)).length > 0) fills.push(String(execId));
  return fills.at(-1 + offset) ?? "";
}

async function project(): Promise<void> {
  projector = new Projector({
    databaseUrl: server.url,
    openSource: (fromSeq) => new core.ProjectionReader(fromSeq),
    headSeq: () => core.coreMetrics().journal_durable_seq ?? 0,
    onHealth: () => undefined,
    log: { ...log, warn: (...news: unknown[]) => console.error(news) },
  });
  projector.start();
  const seq = BigInt(core.coreStatus().seq);
  while ((await sql`SELECT last_seq FROM projection_watermark`)[0]?.last_seq !== seq) await sleep(20);
}

/** One hash over every row of every table. */
async function hashOfAll(): Promise<string> {
  const hash = createHash("sha256");
  for (const table of Object.keys(PROJECTED_TABLES)) {
    const [row] = await sql.unsafe(`SELECT string_agg(t::text, E'\\n' ORDER BY t::text) AS rows FROM ${table} t`);
    hash.update(`${table}\n${row?.rows}\n`);
  }
  return hash.digest("hex");
}

it("says what the core says", async () => {
  await project();
  const account = core.queryAccount(ACCOUNT);
  if (account === undefined) throw new Error("no account");

  const working = await sql`
    SELECT order_id, cl_ord_id, ord_status, order_qty_lots, price_ticks, cum_qty_lots, leaves_qty_lots, cum_lot_ticks, created_ts_ns
    FROM orders WHERE account_id = ${ACCOUNT} AND leaves_qty_lots > 0 ORDER BY order_id`;
  expect(working.length).toBe(10);
  expect(working).toEqual(
    account.orders.map((order) => ({
      order_id: BigInt(order.orderId),
      cl_ord_id: order.clOrdId,
      ord_status: order.ordStatus,
      order_qty_lots: BigInt(order.orderQtyLots),
      price_ticks: BigInt(order.priceTicks),
      cum_qty_lots: BigInt(order.cumQtyLots),
      leaves_qty_lots: BigInt(order.leavesQtyLots),
      cum_lot_ticks: BigInt(order.cumLotTicks),
      created_ts_ns: BigInt(order.createdTsNs),
    })),
  );

  const position = account.positions[0];
  expect(await sql`SELECT qty_lots, cost_minor, realised_minor, fees_minor FROM positions WHERE account_id = ${ACCOUNT}`).toEqual(
    [
      {
        qty_lots: BigInt(position?.qtyLots ?? 0),
        cost_minor: BigInt(position?.costMinor ?? 0),
        realised_minor: BigInt(position?.realisedMinor ?? 0),
        fees_minor: BigInt(position?.feesMinor ?? 0),
      },
    ],
  );
  const balance = account.balances[0];
  expect(await sql`SELECT cash_minor, used_minor, held_minor FROM balances WHERE account_id = ${ACCOUNT}`).toEqual([
    {
      cash_minor: BigInt(balance?.cashMinor ?? 0),
      used_minor: BigInt(balance?.usedMinor ?? 0),
      held_minor: BigInt(balance?.heldMinor ?? 0),
    },
  ]);
  expect(await sql`SELECT name, state, reason FROM accounts WHERE account_id = ${ACCOUNT}`).toEqual([
    { name: ACCOUNT_NAME, state: 1, reason: "" },
  ]);
  expect(await sql`SELECT max(account_seq) AS last FROM balances WHERE account_id = ${ACCOUNT}`).toEqual([
    { last: BigInt(account.accountSeq) },
  ]);
  expect(await sql`SELECT name, symbol, tick_lot_minor FROM instruments`).toEqual([
    { name: INSTRUMENT_NAME, symbol: "ACME", tick_lot_minor: 10_000n },
  ]);
});

it("has every report once, and sums that agree", async () => {
  const [sums] = await sql`
    SELECT count(*) AS count, count(DISTINCT exec_id) AS ids, max(account_seq) AS last_account_seq,
           sum(CASE side WHEN 1 THEN now.qty ELSE -now.qty END) AS qty, sum(now.fee) AS fees
    FROM executions fill CROSS JOIN LATERAL (
      -- A fill is what the last report about it says.
      SELECT CASE exec_type WHEN 14 THEN 0 ELSE last_qty_lots END AS qty, CASE exec_type WHEN 14 THEN 0 ELSE last_fee_minor END AS fee
      FROM executions WHERE exec_id = fill.exec_id OR exec_ref_id = fill.exec_id ORDER BY exec_id DESC LIMIT 1
    ) now
    WHERE account_id = ${ACCOUNT} AND exec_ref_id = 0`;
  const [position] = await sql`SELECT qty_lots, fees_minor FROM positions WHERE account_id = ${ACCOUNT}`;
  expect(sums?.count).toBe(sums?.ids);
  expect(sums?.qty).toBe(String(position?.qty_lots));
  expect(sums?.fees).toBe(String(position?.fees_minor));
  expect(Number((await sql`SELECT count(*) AS count FROM executions WHERE exec_type = 2`)[0]?.count)).toBeGreaterThan(20);
  expect(Number((await sql`SELECT count(*) AS count FROM refusals`)[0]?.count)).toBeGreaterThan(5);
  // Nanoseconds and the moment beside them are the same.
  for (const [table, ns, ts] of [
    ["executions", "ts_ns", "ts"],
    ["ticks", "ts_event_ns", "ts"],
    ["bars", "open_ts_ns", "open_ts"],
  ] as const) {
    const wrong =
      await sql`SELECT 1 FROM ${sql(table)} WHERE (extract(epoch FROM ${sql(ts)}) * 1000000)::bigint <> ${sql(ns)} / 1000`;
    expect([table, wrong.length]).toEqual([table, 0]);
  }
});

it("has a ledger whose legs sum to zero after every command, and for each account to what it has", async () => {
  expect(await sql`SELECT DISTINCT kind FROM ledger ORDER BY kind`).toEqual([1, 2, 3, 4, 5, 6].map((kind) => ({ kind })));
  const uneven = await sql`SELECT seq FROM ledger GROUP BY seq, currency_id HAVING sum(amount_minor) <> 0`;
  expect(uneven).toEqual([]);
  const alone = await sql`SELECT seq FROM ledger GROUP BY seq, idx, leg / 2 HAVING count(*) <> 2 OR sum(amount_minor) <> 0`;
  expect(alone).toEqual([]);
  const [row] = await sql`
    SELECT (SELECT sum(amount_minor) FROM ledger WHERE account_id = ${ACCOUNT})::bigint AS ledger,
           (SELECT sum(cash_minor) FROM balances WHERE account_id = ${ACCOUNT})::bigint AS cash,
           (SELECT sum(cost_minor) FROM positions WHERE account_id = ${ACCOUNT})::bigint AS cost`;
  expect(row?.ledger).toBe(row?.cash - row?.cost);
  const [fees] = await sql`SELECT sum(amount_minor)::bigint AS ledger FROM ledger WHERE account_id = 2`;
  const [paid] = await sql`SELECT sum(fees_minor)::bigint AS fees FROM positions`;
  expect(fees?.ledger).toBe(paid?.fees);
});

it("has the bars that the core has", async () => {
  const bars = core.queryBars(INSTRUMENT, 86_400, 0, Date.now() + 86_400_000);
  expect(bars.length).toBeGreaterThan(10);
  const rows = await sql`
    SELECT open_ts_ns, open_ticks, high_ticks, low_ticks, close_ticks, volume_lots, trade_count FROM bars
    WHERE instrument_id = ${INSTRUMENT} AND interval_s = 86400 ORDER BY open_ts_ns`;
  expect(rows).toEqual(
    bars.map((bar) => ({
      open_ts_ns: BigInt(bar.openTsMs) * 1_000_000n,
      open_ticks: BigInt(bar.openTicks),
      high_ticks: BigInt(bar.highTicks),
      low_ticks: BigInt(bar.lowTicks),
      close_ticks: BigInt(bar.closeTicks),
      volume_lots: BigInt(bar.volumeLots),
      trade_count: BigInt(bar.tradeCount),
    })),
  );
});

it("comes out the same when it is built anew from the journal", async () => {
  const before = await hashOfAll();
  await projector?.stop();
  await sql.begin(async (transaction) => {
    await transaction.unsafe(`TRUNCATE ${Object.keys(PROJECTED_TABLES).join(", ")}`);
    await transaction`UPDATE projection_watermark SET last_seq = 0, last_ts_ns = 0`;
  });
  await project();
  expect(await hashOfAll()).toBe(before);
});

it("is what a check finds, however the batches were cut", async () => {
  const openSource = (fromSeq: number) => {
    const reader = new core.ProjectionReader(fromSeq, join(dir, "journal"));
    return {
      engineId: reader.engineId,
      tsNs: reader.tsNs,
      next: (_: number, upToSeq?: number) => reader.next(1 + draw(7), upToSeq),
      close: () => reader.close(),
    };
  };
  const result = await checkProjection({ databaseUrl: server.url, openSource });
  expect(result.tables.filter(({ isEqual }) => !isEqual)).toEqual([]);
  expect(result.seq).toBe(core.coreStatus().seq);
  expect(result.tables.filter(({ journal }) => journal.rows === 0).map(({ table }) => table)).toEqual([]);
});

it("gives every row as one that is added where it is asked to", () => {
  const reader = new core.ProjectionReader(0, join(dir, "journal"), undefined, true);
  for (let batch = reader.next(50); batch !== undefined; batch = reader.next(50)) {
    const rows = Object.values(batch.tables);
    expect(rows.filter(({ replaced }) => replaced !== undefined)).toEqual([]);
    const ends = rows.map(({ copied }) => copied?.filter((byte) => byte === 10).length ?? 0);
    expect(ends.reduce((sum, count) => sum + count, 0)).toBe(batch.rowCount);
  }
  reader.close();
});

it("refuses a database that is ahead of the journal", () => {
  expect(() => new core.ProjectionReader(core.coreStatus().seq + 1)).toThrow(/ENG_ERR_PROJECTION_AHEAD/);
});

it("is written in the columns that the database is told", async () => {
  const source = await readFile(new URL("../../../core-native/node/src/projection/rows.rs", import.meta.url), "utf8");
  const block = source.slice(source.indexOf("pub const COLUMNS"), source.indexOf("];"));
  const native = [...block.matchAll(/\(\s*"(\w+)",\s*"([^"]+)",?\s*\)/g)].map(([, table, columns]) => [
    table,
    (columns ?? "").replaceAll("\\", " ").split(/\s+/),
  ]);
  expect(Object.fromEntries(native)).toEqual(
    Object.fromEntries(Object.entries(PROJECTED_TABLES).map(([table, { columns }]) => [table, columns])),
  );
});
