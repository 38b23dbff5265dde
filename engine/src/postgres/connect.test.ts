import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { silentLog as log } from "../observability/logger.js";
import { connectPostgres, describeDatabase, type Sql } from "./connect.js";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "./embedded.js";
import { Session } from "./session.js";
import { startCuttingProxy, type CuttingProxy } from "./test/cutting-proxy.js";

// Servers are made, killed and recovered here, perhaps while everything else is being tested.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let dir: string;
let server: EmbeddedPostgres;
let proxy: CuttingProxy;
let sql: Sql;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "jw-connect-"));
  server = await startEmbeddedPostgres({ dataDir: dir, log, isDurable: false });
});

afterAll(async () => {
  await server.stop();
  await rm(dir, { recursive: true });
});

beforeEach(async () => {
  proxy = await startCuttingProxy(server.url);
  sql = connectPostgres(proxy.url, { max: 2, connect_timeout: 2 });
  await sql`DROP TABLE IF EXISTS kept`;
  await sql`CREATE TABLE kept (n integer)`;
  return async () => {
    await sql.end({ timeout: 1 });
    await proxy.close();
  };
});

const kept = async (): Promise<number[]> => (await sql<{ n: number }[]>`SELECT n FROM kept ORDER BY n`).map(({ n }) => n);

describe("a pool", () => {
  it("takes values, lists and fragments", async () => {
    const fragment = sql`WHERE n IN ${sql([1, 2])}`;
    await sql`INSERT INTO kept ${sql([{ n: 1 }, { n: 3 }])}`;
    expect(await sql`SELECT n, 9007199254740993::bigint AS wide FROM kept ${fragment}`).toEqual([
      { n: 1, wide: 9_007_199_254_740_993n },
    ]);
  });

  it("takes and gives arrays of text", async () => {
    const items = ["read", "a b", 'quo"te', "back\\slash", "com,ma", "{}", ""];
    expect(await sql`SELECT ${items}::text[] AS items, ARRAY[]::text[] AS none`).toEqual([{ items, none: [] }]);
  });

  it.each(["before", "after"] as const)("works again after its connection was cut (%s the server heard)", async (when) => {
    const isCut = proxy.cut("INSERT INTO kept", when);
    await expect(sql`INSERT INTO kept VALUES (1)`).rejects.toThrow();
    await isCut;
    await sql`INSERT INTO kept VALUES (2)`;
    expect(await kept()).toEqual(when === "before" ? [2] : [1, 2]);
  });

  it("works again after the server was killed under load, each time", async () => {
    await sql.end();
    sql = connectPostgres(server.url, { max: 4, connect_timeout: 2 });
    for (let round = 0; round < 3; round++) {
      const pid = server.pid();
      const load = Array.from({ length: 50 }, () => sql`SELECT pg_sleep(0.01)`.catch(() => undefined));
      await sleep(round * 7);
      process.kill(pid ?? 0, "SIGKILL");
      await Promise.all(load);
      while (server.pid() === pid) await sleep(5);
      expect(await sql`SELECT 1 AS one`).toEqual([{ one: 1 }]);
    }
  });
});

describe("a transaction", () => {
  it("is kept whole", async () => {
    const result = await sql.begin(async (transaction) => {
      await transaction`INSERT INTO kept VALUES (1)`;
      await transaction`INSERT INTO kept VALUES (2)`;
      return "done";
    });
    expect(result).toBe("done");
    expect(await kept()).toEqual([1, 2]);
  });

  it("leaves nothing where its work fails", async () => {
    const work = sql.begin(async (transaction) => {
      await transaction`INSERT INTO kept VALUES (1)`;
      throw new Error("changed my mind");
    });
    await expect(work).rejects.toThrow("changed my mind");
    expect(await kept()).toEqual([]);
  });

  it.each(["VALUES (2)", "COMMIT"])("leaves nothing where it is cut before %s, and the process goes on", async (bytes) => {
    const isCut = proxy.cut(bytes, "before");
    const work = sql.begin(async (transaction) => {
      await transaction`INSERT INTO kept VALUES (1)`;
      await transaction`INSERT INTO kept VALUES (2)`;
    });
    await expect(work).rejects.toThrow();
    await isCut;
    expect(await kept()).toEqual([]);
  });
});

describe("a session", () => {
  it("sends nothing more once its connection is lost", async () => {
    const session = await Session.open(proxy.url);
    await session.query("BEGIN");
    await session.query("INSERT INTO kept VALUES (1)");
    const isCut = proxy.cut("VALUES (2)", "before");
    await expect(session.query("INSERT INTO kept VALUES (2)")).rejects.toThrow();
    await isCut;
    expect(session.isLost).toBe(true);
    await expect(session.query("INSERT INTO kept VALUES (3)")).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    expect(await kept()).toEqual([]);
    await session.close();
  });

  it("tells a COPY's own error, and takes the next", async () => {
    const session = await Session.open(server.url);
    await expect(session.copy("kept", ["n"], Buffer.from("1\nnot a number\n"))).rejects.toMatchObject({ code: "22P02" });
    await session.copy("kept", ["n"], Buffer.from("1\n2\n"));
    expect(await kept()).toEqual([1, 2]);
    await session.close();
  });

  it("tells a COPY that is cut", async () => {
    const session = await Session.open(proxy.url);
    const isCut = proxy.cut("7\n8\n", "before");
    await expect(session.copy("kept", ["n"], Buffer.from("7\n8\n"))).rejects.toThrow();
    await isCut;
    await session.close();
  });
});

it("names a database without its password", () => {
  expect(describeDatabase("postgresql://jware:hunter2@db.example/jware")).toBe("db.example:5432/jware");
  expect(describeDatabase("postgresql://jware@%2Frun%2Fjware/jware")).toBe("/run/jware (jware)");
});
