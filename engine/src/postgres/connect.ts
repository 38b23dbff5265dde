/**
 * A pool that outlives its server: the one way for everyone but the projector to speak with a database.
 *
 * The driver alone does not survive a lost connection. Bytes that waited to be sent when it broke stay in the connection's
 * buffer, and that connection never works again; and `begin` sends its ROLLBACK into the closed socket, an error that
 * nobody can catch. So a pool that lost a connection is not asked again: the next query goes to a fresh one. And a
 * transaction has a connection of its own, which is closed, not rolled back, where it fails; that costs some milliseconds.
 */
import type { TransactionSql } from "postgres";
import { openDriver, type ConnectOptions, type Sql } from "./driver.js";

export type { ConnectOptions, Sql, Transaction } from "./driver.js";
export { describeDatabase } from "./driver.js";

/** How long a pool that was replaced may take to finish what it was asked. */
const RETIRE_S_MAX = 1;

/**
 * Opens a pool; nothing is sent before the first query. 64-bit columns are read as BigInt. Queries that are under way when a
 * connection breaks reject; later ones work as soon as the server does.
 */
export function connectPostgres(databaseUrl: string, options: ConnectOptions = {}): Sql {
  const makeGeneration = () => {
    const generation = { isBroken: false, pool: openDriver(databaseUrl, { ...options, onclose: () => breakUp(generation) }) };
    return generation;
  };
  const breakUp = (generation: { isBroken: boolean }): void => {
    generation.isBroken = true;
  };
  let current = makeGeneration();
  let isEnded = false;

  const pool = (): Sql => {
    if (current.isBroken && !isEnded) {
      void current.pool.end({ timeout: RETIRE_S_MAX });
      current = makeGeneration();
    }
    return current.pool;
  };

  const end: Sql["end"] = async (endOptions) => {
    isEnded = true;
    // Without a time the driver waits for ever for a connection that the server has cut.
    await current.pool.end({ timeout: RETIRE_S_MAX, ...endOptions });
  };

  const begin = async <T>(work: (sql: TransactionSql) => T | Promise<T>): Promise<T> => {
    const { idle_timeout: _, ...rest } = options;
    const own = openDriver(databaseUrl, { ...rest, max: 1 });
    try {
      // The driver forgets who waits for a connection that is still being made: made first, reserved then.
      await own`SELECT 1`;
      const sql = await own.reserve();
      await sql`BEGIN`;
      const result = await work(sql as unknown as TransactionSql);
      await sql`COMMIT`;
      return result;
    } finally {
      // Also the way back where it failed: a server rolls back what a closed connection left open.
      await own.end({ timeout: 0 });
    }
  };

  return new Proxy(current.pool, {
    apply: (_target, _this, args: Parameters<Sql>) => pool()(...args),
    get: (_target, name) => {
      if (name === "begin") return begin;
      if (name === "end") return end;
      return Reflect.get(pool(), name);
    },
  });
}
