import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { silentLog as log } from "../observability/logger.js";
import { connectPostgres, type Sql } from "./connect.js";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "./embedded.js";
import { migrate } from "./migrate.js";
import { Session } from "./session.js";
import { makePartitions, makePartitionsAhead, periodOf, TIME_TABLES } from "./time-tables.js";
import { newDatabase } from "./test/new-database.js";

let dir: string;
let server: EmbeddedPostgres;
let databaseUrl: string;
let sqlDir: string;
let sql: Sql;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "jw-migrate-"));
  server = await startEmbeddedPostgres({ dataDir: dir, log, isDurable: false });
});

beforeEach(async () => {
  databaseUrl = await newDatabase(server);
  sqlDir = await mkdtemp(join(dir, "sql-"));
  await cp(fileURLToPath(new URL("../../../schemas/sql", import.meta.url)), sqlDir, { recursive: true });
  sql = connectPostgres(databaseUrl, { max: 1 });
  return () => sql.end({ timeout: 1 });
});

afterAll(async () => {
  await server.stop();
  await rm(dir, { recursive: true });
});

it("applies every file once, in order", async () => {
  const first = await migrate({ databaseUrl, log });
  expect(first.applied[0]).toBe("0001_projection.sql");
  expect(first.applied).toEqual([...first.applied].sort());
  expect((await migrate({ databaseUrl, log })).applied).toEqual([]);
});

it("lets runners that start together find each other", async () => {
  const results = await Promise.all([1, 2, 3].map(() => migrate({ databaseUrl, log })));
  expect(results.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
});

it("refuses a file that was edited after it was applied, but not another way to end lines", async () => {
  await migrate({ databaseUrl, log, sqlDir });
  const path = join(sqlDir, "0001_projection.sql");
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replaceAll("\n", "\r\n"));
  expect((await migrate({ databaseUrl, log, sqlDir })).applied).toEqual([]);
  await writeFile(path, `${text}\n-- one more line`);
  await expect(migrate({ databaseUrl, log, sqlDir })).rejects.toMatchObject({ code: "ENG_ERR_POSTGRES_MIGRATION_EDITED" });
});

it("refuses a database that has seen a newer version", async () => {
  await writeFile(join(sqlDir, "9999_later.sql"), "CREATE TABLE later ();");
  await migrate({ databaseUrl, log, sqlDir });
  await expect(migrate({ databaseUrl, log })).rejects.toMatchObject({ code: "ENG_ERR_POSTGRES_SCHEMA_NEWER" });
});

it("keeps nothing of a file that fails, and all before it", async () => {
  await writeFile(join(sqlDir, "9999_wrong.sql"), "CREATE TABLE half (); SELECT no_such_function();");
  const failure = { code: "ENG_ERR_POSTGRES_MIGRATION_FAILED", message: expect.stringContaining("no_such_function") };
  await expect(migrate({ databaseUrl, log, sqlDir })).rejects.toMatchObject(failure);
  expect(await sql`SELECT to_regclass('half') AS half, to_regclass('orders')::text AS orders`).toMatchObject([
    { half: null, orders: "orders" },
  ]);
});

it.each([
  ["nobody listens", "postgresql://jware:hunter2@127.0.0.1:1/jware", "127.0.0.1:1/jware"],
  ["there is no such socket", "postgresql://jware:hunter2@%2Fnowhere/jware", "/nowhere (jware)"],
])("says which database cannot be reached, without its password, when %s", async (_, url, name) => {
  const failure = await migrate({ databaseUrl: url, log }).catch((error: Error & { code: string }) => error);
  expect(failure).toMatchObject({ code: "ENG_ERR_POSTGRES_UNREACHABLE", message: expect.stringContaining(name) });
  expect(String(failure)).not.toContain("hunter2");
});

it("splits the growing tables natively where there is no TimescaleDB, with the keys they were given", async () => {
  const shape = () => sql<{ tablename: string; indexname: string; indexdef: string }[]>`
      SELECT tablename, indexname, regexp_replace(indexdef, ' ON (ONLY )?public\\.', ' ON ') AS indexdef FROM pg_indexes
      WHERE tablename IN ${sql(TIME_TABLES.map(({ table }) => table))} ORDER BY indexname`;
  for (const file of (await readdir(sqlDir)).filter((name) => name.endsWith(".sql")).sort())
    await sql.unsafe(await readFile(join(sqlDir, file), "utf8"));
  const before = await shape();
  await sql`DROP SCHEMA public CASCADE`;
  await sql`CREATE SCHEMA public`;

  expect((await migrate({ databaseUrl, log })).layout).toBe("native");
  expect([...(await shape())]).toEqual([...before]);
  const kinds = await sql`SELECT relname, relkind FROM pg_class WHERE relname IN ${sql(TIME_TABLES.map(({ table }) => table))}`;
  expect(kinds.map(({ relkind }) => relkind)).toEqual(TIME_TABLES.map(() => "p"));
});

it("brings the rows of a plain table along", async () => {
  await sql.unsafe(await readFile(join(sqlDir, "0001_projection.sql"), "utf8"));
  await sql`INSERT INTO bars VALUES (1, 60, 0, '1970-01-01Z', 1, 2, 3, 4, 5, 6, true, 7), (1, 60, 0, '2024-08-08Z', 1, 2, 3, 4, 5, 6, true, 7)`;
  await writeFile(join(sqlDir, "0001_projection.sql"), "SELECT 1");
  await migrate({ databaseUrl, log, sqlDir });
  const rows = await sql`SELECT tableoid::regclass::text AS partition, open_ts FROM bars ORDER BY open_ts`;
  expect(rows.map(({ partition }) => partition)).toEqual(["bars_197001", "bars_202408"]);
});

it("says of accounts configured before there were legs that they net, and nothing of other events", async () => {
  const later = (await readdir(sqlDir)).filter((name) => name > "0008" && name.endsWith(".sql"));
  const texts = await Promise.all(later.map(async (name) => [name, await readFile(join(sqlDir, name), "utf8")] as const));
  await Promise.all(later.map((name) => rm(join(sqlDir, name))));
  await migrate({ databaseUrl, log, sqlDir });
  // Of a limit, then of an account: kind 2 cash.
  await sql`
    INSERT INTO risk_events
      (seq, idx, ts_ns, kind, user_id, session_id, key_id, scope, account_id, scope_id, instrument_id, state, canceled_count,
       limit_kind, is_set, currency_id, limit_value, found_value, window_ns, account_kind, self_trade_group, reason)
    VALUES (1, 0, 1, 2, 7, 0, 0, 2, 5, 0, 0, 0, 0, 3, true, 0, 9, 0, 0, 0, 0, ''), (2, 0, 2, 3, 7, 0, 0, 2, 5, 0, 0, 0, 0, 0, false, 0, 0, 0, 0, 2, 0, '')`;
  await Promise.all(texts.map(([name, text]) => writeFile(join(sqlDir, name), text)));
  expect((await migrate({ databaseUrl, log, sqlDir })).applied).toEqual(later.sort());
  expect(await sql`SELECT seq::int, position_mode FROM risk_events ORDER BY seq`).toMatchObject([
    { seq: 1, position_mode: 0 },
    { seq: 2, position_mode: 1 },
  ]);
});

it("makes partitions ahead and on demand, again and again and from two sides at once", async () => {
  await migrate({ databaseUrl, log });
  const sides = [await Session.open(databaseUrl), await Session.open(databaseUrl)];
  const nowMs = Date.UTC(2031, 11, 31, 23, 59);
  const moments = [Date.UTC(2024, 7, 8, 1), Date.UTC(2024, 7, 8, 23), Date.UTC(2024, 7, 9)];
  await Promise.all(sides.map((side) => makePartitions(side, "ticks", moments)));
  await Promise.all(sides.map((side) => makePartitionsAhead(side, nowMs)));
  await Promise.all(sides.map((side) => side.close()));
  const names = async (table: string) =>
    (
      await sql<{ name: string }[]>`SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = ${table}::regclass`
    ).map(({ name }) => name);
  expect(await names("ticks")).toEqual(
    expect.arrayContaining(["ticks_20240808", "ticks_20240809", "ticks_20311231", "ticks_20320101", "ticks_20320102"]),
  );
  expect(await names("executions")).toEqual(
    expect.arrayContaining(["executions_203112", "executions_203201", "executions_203202"]),
  );
});

it("knows the days and months of UTC", () => {
  expect(periodOf("day", Date.UTC(2024, 1, 29, 23, 59, 59, 999))).toEqual({
    startMs: Date.UTC(2024, 1, 29),
    endMs: Date.UTC(2024, 2, 1),
  });
  expect(periodOf("month", Date.UTC(2024, 11, 31))).toEqual({ startMs: Date.UTC(2024, 11, 1), endMs: Date.UTC(2025, 0, 1) });
  expect(periodOf("day", -1)).toEqual({ startMs: -86_400_000, endMs: 0 });
});
