/** Check and rebuild on a real server: what they find, what they leave as it was, and what they do beside a projector. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { silentLog as log } from "../observability/logger.js";
import { connectPostgres, type Sql } from "../postgres/connect.js";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../postgres/embedded.js";
import { migrate } from "../postgres/migrate.js";
import { checkProjection } from "./check.js";
import { Projector } from "./projector.js";
import { rebuildProjection } from "./rebuild.js";
import type { RowSource } from "./row-source.js";
import { ScriptedJournal } from "./test/scripted-journal.js";
import { newDatabase } from "../postgres/test/new-database.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const SEQ = 300;

let dir: string;
let server: EmbeddedPostgres;
let databaseUrl: string;
let sql: Sql;
let journal: ScriptedJournal;
let projector: Projector;
const openSource = (fromSeq: number): RowSource => journal.open(fromSeq);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "jw-rebuild-"));
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
  journal.headSeq = SEQ;
  projector = new Projector({ databaseUrl, openSource, headSeq: () => journal.headSeq, onHealth: () => undefined, log });
  projector.start();
  await waitFor(SEQ);
  return async () => {
    await projector.stop();
    await sql.end({ timeout: 0 });
  };
});

async function waitFor(seq: number): Promise<void> {
  while (Number((await sql`SELECT last_seq FROM projection_watermark`)[0]?.last_seq) !== seq) await sleep(10);
}

const check = () => checkProjection({ databaseUrl, openSource });
const rebuild = (source = openSource) => rebuildProjection({ databaseUrl, openSource: source });
const sideSchemas = () => sql`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'jware_%'`;

/** Names and definitions of all that the tables consist of. */
const layout = () => sql`
  SELECT c.relname, c.relkind, c.relispartition, pg_get_expr(c.relpartbound, c.oid) AS bound, pg_get_indexdef(i.indexrelid) AS index
  FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind <> 'S' ORDER BY 1`;

it("finds both equal, beside a projector that goes on, and leaves nothing behind", async () => {
  const checking = check();
  journal.headSeq = SEQ + 50;
  const result = await checking;
  expect(result.isEqual).toBe(true);
  expect(result.seq).toBeGreaterThanOrEqual(SEQ);
  const ticks = result.tables.find(({ table }) => table === "ticks");
  expect(ticks?.journal).toEqual({ rows: result.seq, hash: expect.stringMatching(/^[0-9a-f]{16}$/) });
  expect(await sideSchemas()).toEqual([]);
});

it.each([
  ["ticks", "a changed cell", "UPDATE ticks SET qty_lots = qty_lots + 1 WHERE seq = 17"],
  ["executions", "a lost row", "DELETE FROM executions WHERE seq = 17"],
  [
    "orders",
    "a row of nobody",
    "INSERT INTO orders SELECT (jsonb_populate_record(o, '{\"order_id\": 999}')).* FROM orders o LIMIT 1",
  ],
  ["bars", "another open", "UPDATE bars SET open_ticks = open_ticks + 1 WHERE seq = 1"],
])("names %s for %s, and a rebuild heals it", async (table, _damage, statement) => {
  await sql.unsafe(statement);
  const result = await check();
  expect(result.tables.filter(({ isEqual }) => !isEqual).map((each) => each.table)).toEqual([table]);
  expect((await rebuild()).wasEqual).toBe(false);
  expect((await check()).isEqual).toBe(true);
});

it("rebuilds the same rows and the same layout, for whoever could read it, with the projector at work", async () => {
  await sql.unsafe("CREATE ROLE reporting; GRANT SELECT ON ticks TO reporting");
  // Makes the partitions of its days, as the first rows did.
  const before = await layout();
  const rebuilding = rebuild();
  for (let count = 1; count <= 20; count++) {
    journal.headSeq = SEQ + count;
    await sleep(10);
  }
  const result = await rebuilding;
  expect(result).toMatchObject({ wasEqual: true });
  journal.headSeq = SEQ + 40;
  await waitFor(SEQ + 40);
  expect(await check()).toMatchObject({ isEqual: true, seq: SEQ + 40 });
  expect(await layout()).toEqual(before);
  expect(await sql`SELECT has_table_privilege('reporting', 'ticks', 'SELECT') AS may`).toEqual([{ may: true }]);
  expect(await sideSchemas()).toEqual([]);
  expect(projector.figures.retries_total).toBe(0);
});

it("touches nothing when it fails on the way, and works when it is run again over what that left", async () => {
  const before = await sql`SELECT tableoid, ctid, * FROM ticks ORDER BY seq`;
  const failing = (fromSeq: number): RowSource => {
    const source = journal.open(fromSeq);
    let count = 0;
    return { ...source, next: (_max, upToSeq) => (++count > 3 ? fail() : source.next(20, upToSeq)) };
  };
  const fail = (): never => {
    throw new Error("the disk is gone");
  };
  await expect(rebuild(failing)).rejects.toThrow("the disk is gone");
  expect(await sql`SELECT tableoid, ctid, * FROM ticks ORDER BY seq`).toEqual(before);
  // As a killed process leaves it: tables in the schema, and nobody who holds it.
  await sql.unsafe("CREATE SCHEMA jware_rebuild_1; CREATE TABLE jware_rebuild_1.ticks (seq bigint)");
  expect((await rebuild()).wasEqual).toBe(true);
  expect((await check()).isEqual).toBe(true);
});

it("lets one rebuild run at a time", async () => {
  const results = await Promise.allSettled([rebuild(), rebuild()]);
  const refused = results.filter((result) => result.status === "rejected");
  expect(refused.map(({ reason }) => (reason as Error).message)).toEqual([expect.stringContaining("ENG_ERR_DATABASE_BUSY")]);
  expect((await check()).isEqual).toBe(true);
});

it("refuses another journal, and one that has lost commands", async () => {
  await projector.stop();
  const other = new ScriptedJournal();
  other.headSeq = SEQ;
  other.engineId = "ffffffffffffffffffffffffffffffff";
  const openOther = (fromSeq: number) => other.open(fromSeq);
  for (const run of [checkProjection, rebuildProjection]) {
    await expect(run({ databaseUrl, openSource: openOther })).rejects.toThrow("ENG_ERR_PROJECTION_FOREIGN");
  }
  journal.headSeq = SEQ - 1;
  await expect(check()).rejects.toThrow("ENG_ERR_PROJECTION_AHEAD");
  await expect(rebuild()).rejects.toThrow("ENG_ERR_PROJECTION_AHEAD");
  journal.headSeq = SEQ;
  expect((await check()).isEqual).toBe(true);
});
