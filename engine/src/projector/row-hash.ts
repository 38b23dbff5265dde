/**
 * One number for all rows of a table, made by the server: the same rows in any order, in any partition, give the same.
 *
 * Each row is written as text (with a fixed time zone), the text hashed to 64 bits, the hashes summed. So a table is read once, nothing is
 * sorted, and neither side holds more than a sum. Two tables that differ by accident have equal sums once in 2^64 times; it
 * is no proof against somebody who means to deceive.
 */
import type { Session } from "../postgres/session.js";
import { PROJECTED_TABLES, type ProjectedTableName } from "./projected-tables.js";

export interface TableHash {
  readonly rows: number;
  /** 16 hex digits. */
  readonly hash: string;
}

export const TABLE_NAMES = Object.keys(PROJECTED_TABLES) as readonly ProjectedTableName[];

/** Hashes a table in the session's search path. Only hashes of one server can be compared. */
export async function hashTable(session: Session, table: ProjectedTableName): Promise<TableHash> {
  const [row] = await session.query<{ rows: bigint; sum: string }>(
    `SELECT count(*) AS rows, coalesce(sum(hashtextextended(ROW(${PROJECTED_TABLES[table].columns.join(", ")})::text, 0)), 0)::text AS sum
     FROM ${table}`,
  );
  if (row === undefined) throw new Error("an aggregate has a row");
  return { rows: Number(row.rows), hash: BigInt.asUintN(64, BigInt(row.sum)).toString(16).padStart(16, "0") };
}

/** Hashes every projected table; `onTable` is told before each. */
export async function hashTables(
  session: Session,
  onTable: (done: number, table: string) => void = () => undefined,
): Promise<ReadonlyMap<ProjectedTableName, TableHash>> {
  // What a row's text depends on.
  await session.query("SET LOCAL timezone = 'UTC'");
  await session.query("SET LOCAL datestyle = 'ISO, YMD'");
  const hashes = new Map<ProjectedTableName, TableHash>();
  for (const [index, table] of TABLE_NAMES.entries()) {
    onTable(index, table);
    hashes.set(table, await hashTable(session, table));
  }
  return hashes;
}
