import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentHealth } from "@jware/schemas";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { silentLog as log } from "../observability/logger.js";
import { connectPostgres, type Sql } from "../postgres/connect.js";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "../postgres/embedded.js";
import { migrate } from "../postgres/migrate.js";
import { momentsOf, PROJECTED_TABLES } from "./projected-tables.js";
import { Projector } from "./projector.js";
import { startCuttingProxy } from "../postgres/test/cutting-proxy.js";
import { NAME, ScriptedJournal, START_MS } from "./test/scripted-journal.js";
import { newDatabase } from "../postgres/test/new-database.js";

// Servers are made, killed and recovered here, perhaps while everything else is being tested.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let dir: string;
let server: EmbeddedPostgres;
let databaseUrl: string;
let sql: Sql;
let journal: ScriptedJournal;
let projectors: Projector[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "jw-projector-"));
  server = await startEmbeddedPostgres({ dataDir: dir, log, isDurable: false });
});

afterAll(async () => {
  await server.stop();
  await rm(dir, { recursive: true });
});

beforeEach(async () => {
  databaseUrl = await newDatabase(server);
  await migrate({ databaseUrl, log });
  sql = connectPostgres(databaseUrl, { max: 1, backoff: () => 0 });
  journal = new ScriptedJournal();
  projectors = [];
  return async () => {
    await Promise.all(projectors.map((projector) => projector.stop()));
    await sql.end({ timeout: 0 });
  };
});

function start(url = databaseUrl, source = journal): { projector: Projector; health: ComponentHealth[] } {
  const health: ComponentHealth[] = [];
  const projector = new Projector({
    databaseUrl: url,
    openSource: (fromSeq) => source.open(fromSeq),
    headSeq: () => source.headSeq,
    onHealth: (news) => void health.push(news),
    log,
  });
  projectors.push(projector);
  projector.start();
  return { projector, health };
}

const watermark = async (): Promise<number> => Number((await sql`SELECT last_seq FROM projection_watermark`)[0]?.last_seq);

async function waitFor(seq: number): Promise<void> {
  while ((await watermark().catch(() => sleep(50, -1))) !== seq) await sleep(10);
}

async function waitForState(health: readonly ComponentHealth[], state: string): Promise<ComponentHealth> {
  for (;;) {
    const last = health.at(-1);
    if (last?.state === state) return last;
    await sleep(5);
  }
}

/** What must be there after `seq` commands, whatever happened on the way. */
async function expectExactly(seq: number): Promise<void> {
  expect(await watermark()).toBe(seq);
  const [rows] = await sql`
    SELECT (SELECT count(*) FROM executions) AS executions, (SELECT coalesce(sum(seq), 0) FROM executions) AS execution_sum,
           (SELECT count(*) FROM ticks) AS ticks, (SELECT sum(price_ticks - 1000) FROM ticks) AS tick_sum,
           (SELECT count(*) FROM bars) AS bars, (SELECT count(*) FROM orders) AS orders, (SELECT max(cum_qty_lots) FROM orders) AS last`;
  const sum = String((seq * (seq + 1)) / 2);
  expect(rows).toEqual({
    executions: BigInt(seq),
    execution_sum: sum,
    ticks: BigInt(seq),
    tick_sum: sum,
    bars: BigInt(seq),
    orders: BigInt(Math.min(seq, 10)),
    last: BigInt(seq),
  });
}

it("names the columns that the database has, in its order", async () => {
  for (const [table, { columns }] of Object.entries(PROJECTED_TABLES)) {
    const rows = await sql<{ name: string }[]>`
      SELECT attname AS name FROM pg_attribute WHERE attrelid = ${table}::regclass AND attnum > 0 ORDER BY attnum`;
    expect([table, ...rows.map(({ name }) => name)]).toEqual([table, ...columns]);
  }
});

it("finds the moments of rows exactly, a nanosecond before midnight", () => {
  const moments = [1_723_161_599_999, 1_723_161_600_000];
  const copied = Buffer.from("1\t0\t1723161599999999999\t0\n2\t0\t1723161600000000000\t0\n");
  expect([...momentsOf("ticks", { copied })]).toEqual(moments);
  const replaced = ["{7,7}", "{60,60}", "{1723161599999999999,1723161600000000000}"];
  expect([...momentsOf("bars", { replaced })]).toEqual(moments);
  expect([...momentsOf("orders", { copied: Buffer.from("1\t2\n"), replaced: ["{1}", "{2}"] })]).toEqual([]);
});

describe("a projector", () => {
  it("writes every row once and the last state of the others, and text as it was", async () => {
    journal.headSeq = 2345;
    start();
    await waitFor(2345);
    await expectExactly(2345);
    expect(await sql`SELECT DISTINCT cl_ord_id FROM executions UNION SELECT DISTINCT cl_ord_id FROM orders`).toEqual([
      { cl_ord_id: NAME },
    ]);
  });

  it("goes on where it stopped", async () => {
    journal.headSeq = 30;
    const first = start();
    await waitFor(30);
    await first.projector.stop();
    journal.headSeq = 45;
    start();
    await waitFor(45);
    await expectExactly(45);
  });

  it("follows a journal that grows, and makes partitions as days pass", async () => {
    start();
    for (const headSeq of [1, 2, 50, 99, 100, 300]) {
      journal.headSeq = headSeq;
      await waitFor(headSeq);
    }
    await expectExactly(300);
    const [days] = await sql`SELECT count(DISTINCT tableoid) AS count FROM ticks`;
    expect(days?.count).toBe(4n);
  });

  it.each([
    ["COMMIT was sent", "COMMIT\0", "before"],
    ["COMMIT was answered", "COMMIT\0", "after"],
    ["the watermark moved", "UPDATE projection_watermark", "before"],
    ["rows were copied", "COPY ticks", "after"],
    ["states were replaced", "ON CONFLICT", "before"],
  ] as const)("writes every row once when its connection is cut around the time %s", async (_moment, bytes, when) => {
    const proxy = await startCuttingProxy(databaseUrl);
    journal.headSeq = 3;
    const { health, projector } = start(proxy.url);
    // The partitions of the day are made; what follows is the batch's own.
    await waitFor(3);
    const isCut = proxy.cut(bytes, when);
    journal.headSeq = 40;
    await isCut;
    await waitFor(40);
    journal.headSeq = 60;
    await waitFor(60);
    await expectExactly(60);
    expect((await waitForState(health, "up")).detail).toMatch(/commands behind$/);
    await projector.stop();
    await proxy.close();
  });

  it("ends when another one writes, which goes on", async () => {
    const [a, b] = [start(), start(databaseUrl, new ScriptedJournal())];
    while (journal.openCount === 0) await sleep(5);
    await waitForState(a.health, "up");
    await waitForState(b.health, "up");
    journal.headSeq = 10;
    await waitFor(10);
    // The second one begins where it believes the database to be.
    const late = new ScriptedJournal();
    late.headSeq = 5;
    const stale = new Projector({
      databaseUrl,
      openSource: () => ({ ...late.open(0), tsNs: late.open(10).tsNs }),
      headSeq: () => late.headSeq,
      onHealth: (news) => void b.health.push(news),
      log,
    });
    projectors.push(stale);
    stale.start();
    await stale.ended;
    expect(b.health.at(-1)).toMatchObject({ state: "down", detail: expect.stringContaining("another engine") });
    journal.headSeq = 20;
    await waitFor(20);
    await expectExactly(20);
  });

  it("leaves one of two that race, and every row once", async () => {
    const other = new ScriptedJournal();
    const [a, b] = [start(), start(databaseUrl, other)];
    await Promise.all([waitForState(a.health, "up"), waitForState(b.health, "up")]);
    for (let headSeq = 1; headSeq <= 30; headSeq++) {
      journal.headSeq = headSeq;
      other.headSeq = headSeq;
      await waitFor(headSeq);
    }
    await Promise.race([a.projector.ended, b.projector.ended]);
    await expectExactly(30);
    expect([a, b].filter(({ health }) => health.at(-1)?.state === "down")).toHaveLength(1);
  });

  it("refuses the database of another journal at once, and in words", async () => {
    journal.headSeq = 10;
    const first = start();
    await waitFor(10);
    await first.projector.stop();
    const foreign = new ScriptedJournal();
    foreign.engineId = "ffffffffffffffffffffffffffffffff";
    foreign.headSeq = 20;
    const { projector, health } = start(databaseUrl, foreign);
    await projector.ended;
    expect(health.at(-1)).toMatchObject({ state: "down", detail: expect.stringContaining("the projection of another journal") });
    expect(health.at(-1)?.detail).toContain(journal.engineId);
    await expectExactly(10);
  });

  it("refuses a database that went on by another copy of its journal", async () => {
    journal.headSeq = 10;
    const first = start();
    await waitFor(10);
    await first.projector.stop();
    await sql`UPDATE projection_watermark SET last_ts_ns = last_ts_ns + 1`;
    journal.headSeq = 20;
    const { projector, health } = start();
    await projector.ended;
    expect(health.at(-1)).toMatchObject({ state: "down", detail: expect.stringContaining("another copy of this journal") });
    await expectExactly(10);
  });

  it("is stopped by the journal's name in the middle of its work, too", async () => {
    journal.headSeq = 10;
    const { projector, health } = start();
    await waitFor(10);
    await sql`UPDATE projection_watermark SET engine_id = 'another'`;
    journal.headSeq = 11;
    const isEnded = projector.ended.then(() => true);
    expect(await Promise.race([isEnded, sleep(10_000, false)])).toBe(true);
    expect(health.at(-1)).toMatchObject({ state: "down", detail: expect.stringContaining("another engine") });
  });

  it("tells what is on the server's disk within a second or so, while rows come and when they end", async () => {
    const flushed: number[] = [];
    journal.headSeq = 3;
    const projector = new Projector({
      databaseUrl,
      openSource: (fromSeq) => journal.open(fromSeq),
      headSeq: () => journal.headSeq,
      onHealth: () => undefined,
      onFlushed: (seq) => void flushed.push(seq),
      log,
    });
    projectors.push(projector);
    projector.start();
    while (!flushed.includes(3)) await sleep(5);
    journal.headSeq = 40;
    while (!flushed.includes(40)) await sleep(5);
    expect(flushed).toEqual([...flushed].sort((a, b) => a - b));
    expect(projector.figures).toMatchObject({ seq: 40, flushed_seq: 40, lag_commands: 0, lag_seconds: 0, retries_total: 0 });
    // Of 40 commands: an execution, a tick and a bar each, and the last states of three and of ten orders.
    expect(projector.figures).toMatchObject({ rows_total: 40 * 3 + 3 + 10, batches_total: 2 });
  });

  it("tells how late it is, in commands and in seconds", async () => {
    journal.headSeq = 3;
    const { health } = start();
    await waitFor(3);
    await sql.begin(async (transaction) => {
      await transaction`SELECT * FROM projection_watermark FOR UPDATE`;
      journal.headSeq = 7;
      while ((health.at(-1)?.figures?.lag_commands ?? 0) < 4) await sleep(20);
      // The fourth command is of 2024: what waits since then is what is told.
      const age = (Date.now() - START_MS - 4 * 15 * 60_000) / 1000;
      expect(health.at(-1)?.figures?.lag_seconds).toBeGreaterThan(age - 60);
      expect(health.at(-1)?.figures?.lag_seconds).toBeLessThan(age + 60);
    });
    while (health.at(-1)?.figures?.lag_commands !== 0) await sleep(20);
    expect(health.at(-1)?.figures).toMatchObject({ seq: 7, lag_seconds: 0 });
  });

  it("projects again what a crashed server forgot", async () => {
    journal.headSeq = 30;
    start();
    await waitFor(30);
    await sql.begin(async (transaction) => {
      await transaction`UPDATE projection_watermark SET last_seq = 12, last_ts_ns = 0`;
      for (const table of ["executions", "ticks", "bars", "orders"]) await transaction`DELETE FROM ${sql(table)} WHERE seq > 12`;
    });
    journal.headSeq = 31;
    await waitFor(31);
    await expectExactly(31);
  });

  it("sees that a crashed server forgot, also where nothing new is to be written", async () => {
    journal.headSeq = 30;
    start();
    await waitFor(30);
    await sql.begin(async (transaction) => {
      await transaction`UPDATE projection_watermark SET last_seq = 0, last_ts_ns = 0`;
      await transaction`TRUNCATE executions, ticks, bars, orders`;
      await transaction`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'jware-projector'`;
    });
    await waitFor(30);
    await expectExactly(30);
  });

  it("waits for a database that is away, says so, and catches up", async () => {
    journal.headSeq = 10;
    const { health } = start();
    await waitFor(10);
    const url = server.url;
    await server.stop();
    journal.headSeq = 2500;
    const trouble = await waitForState(health, "degraded");
    expect(trouble.detail).toMatch(/^\d+ commands behind; the database takes no rows/);
    server = await startEmbeddedPostgres({ dataDir: dir, log, isDurable: false });
    expect(server.url).toBe(url);
    await waitFor(2500);
    await expectExactly(2500);
    await waitForState(health, "up");
  });

  it("is down, not waiting, where its sign-in is refused: that does not pass by itself", async () => {
    await sql`CREATE ROLE outsider NOLOGIN`;
    const { health } = start(databaseUrl.replace(/\/\/[^@/]*@/, "//outsider@"));
    await expect
      .poll(() => health.map(({ state, detail }) => [state, detail]))
      .toContainEqual(["down", expect.stringContaining("is not permitted to log in")]);
    expect(health.map(({ state }) => state)).not.toContain("degraded");
  });

  it("writes every row once through a server that is killed again and again", async () => {
    start();
    for (let headSeq = 500; headSeq <= 3000; headSeq += 500) {
      journal.headSeq = headSeq;
      while ((await watermark().catch(() => sleep(50, 0))) <= headSeq - 500) await sleep(1);
      const pid = server.pid();
      process.kill(pid ?? 0, "SIGKILL");
      while (server.pid() === pid) await sleep(5);
    }
    await waitFor(3000);
    await expectExactly(3000);
  });

  it("says what it cannot write, keeps the rest out, and stops all the same", async () => {
    journal.headSeq = 3;
    const { projector, health } = start();
    await waitFor(3);
    journal.broken.set(4, { executions: { copied: Buffer.from("not a row\n") } });
    journal.headSeq = 4;
    expect((await waitForState(health, "down")).detail).toMatch(/takes no rows: .*(missing data|invalid input)/);
    await projector.stop();
    await expectExactly(3);
  });

  it("stands still before an order that another hand put in, and goes on when it is gone", async () => {
    journal.headSeq = 3;
    const { health } = start();
    await waitFor(3);
    await sql`INSERT INTO orders SELECT (jsonb_populate_record(o, '{"order_id": 5}')).* FROM orders o LIMIT 1`;
    journal.headSeq = 6;
    expect((await waitForState(health, "down")).detail).toContain("duplicate key");
    expect(await watermark()).toBe(3);
    await sql`DELETE FROM orders WHERE order_id = 5`;
    await waitFor(6);
    await expectExactly(6);
  });

  it("stops while the database does not answer", async () => {
    journal.headSeq = 3;
    const { projector } = start();
    await waitFor(3);
    await sql.begin(async (transaction) => {
      await transaction`SELECT * FROM projection_watermark FOR UPDATE`;
      journal.headSeq = 4;
      const other = connectPostgres(databaseUrl, { max: 1 });
      const waiting = () => other`SELECT 1 FROM pg_locks WHERE NOT granted`;
      while ((await waiting()).length === 0) await sleep(5);
      await other.end();
      await projector.stop();
    });
    await expectExactly(3);
  });
});
