/**
 * The tables that grow with time, and how the server splits them.
 *
 * With TimescaleDB they become hypertables. Elsewhere they become native range partitions, made ahead for the present and
 * on demand for any other time (a replayed market of years ago). The columns and keys are the same either way.
 */
import type { Sql, TransactionSql } from "./connect.js";

export type TimeLayout = "timescale" | "native";

type Period = "day" | "month";

interface TimeTable {
  readonly table: string;
  /** timestamptz; part of the primary key. */
  readonly column: string;
  readonly period: Period;
}

/** Ticks come by the million a day, the others do not. */
export const TIME_TABLES: readonly TimeTable[] = [
  { table: "executions", column: "ts", period: "month" },
  { table: "refusals", column: "ts", period: "month" },
  { table: "ticks", column: "ts", period: "day" },
  { table: "bars", column: "open_ts", period: "month" },
];

const DAY_MS = 86_400_000;
/** How many periods are made ahead of the present one. */
const PERIODS_AHEAD = 2;
/** Two makers of one partition wait for each other. */
const LOCK_KEY = 7_461_726_002n;

/** Turns plain tables into what the server does best, once; called with no one else writing. */
export async function layOutTimeTables(sql: Sql): Promise<TimeLayout> {
  const layout = await enableTimescale(sql);
  for (const timeTable of TIME_TABLES) {
    if ((await readKind(sql, timeTable.table)) !== "plain") continue;
    if (layout === "timescale") await makeHypertable(sql, timeTable);
    else await makePartitioned(sql, timeTable);
  }
  await makePartitionsAhead(sql, Date.now());
  return layout;
}

async function enableTimescale(sql: Sql): Promise<TimeLayout> {
  const offered = await sql`SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'`;
  if (offered.length === 0) return "native";
  await sql`CREATE EXTENSION IF NOT EXISTS timescaledb`;
  return "timescale";
}

/** Whether a table has been laid out already. A database keeps its layout when the server's extensions change. */
async function readKind(sql: Sql, table: string): Promise<"plain" | "partitioned" | "hypertable" | "absent"> {
  const [row] = await sql<{ relkind: string }[]>`SELECT relkind FROM pg_class WHERE oid = to_regclass(${table})`;
  if (row === undefined) return "absent";
  if (row.relkind === "p") return "partitioned";
  const [view] = await sql<{ known: boolean }[]>`SELECT to_regclass('timescaledb_information.hypertables') IS NOT NULL AS known`;
  if (view?.known !== true) return "plain";
  const rows = await sql`SELECT 1 FROM timescaledb_information.hypertables WHERE hypertable_name = ${table}`;
  return rows.length > 0 ? "hypertable" : "plain";
}

async function makeHypertable(sql: Sql, { table, column, period }: TimeTable): Promise<void> {
  const interval = period === "day" ? "1 day" : "30 days";
  await sql`
    SELECT create_hypertable(${table}::regclass, ${column}::name, chunk_time_interval => ${interval}::interval,
                             create_default_indexes => false, migrate_data => true)`;
}

/** A plain table cannot become partitioned: a partitioned one takes its columns, keys, comments, rows and name. */
async function makePartitioned(sql: Sql, timeTable: TimeTable): Promise<void> {
  const { table, column } = timeTable;
  await sql.begin(async (transaction) => {
    const plain = `${table}_plain`;
    await transaction.unsafe(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    const indexes = await transaction<{ name: string }[]>`
      SELECT indexname AS name FROM pg_indexes WHERE schemaname = current_schema() AND tablename = ${table} ORDER BY 1`;
    await transaction.unsafe(`ALTER TABLE ${table} RENAME TO ${plain}`);
    for (const { name } of indexes) await transaction.unsafe(`ALTER INDEX ${name} RENAME TO ${name}_plain`);
    await transaction.unsafe(
      `CREATE TABLE ${table} (LIKE ${plain} INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (${column})`,
    );
    await copyIndexes(transaction, plain, table);
    const days = await transaction.unsafe<{ day: Date }[]>(`SELECT DISTINCT date_trunc('day', ${column}) AS day FROM ${plain}`);
    for (const { day } of days) await makePartition(transaction, timeTable, day.getTime());
    await transaction.unsafe(`INSERT INTO ${table} SELECT * FROM ${plain}`);
    await transaction.unsafe(`DROP TABLE ${plain}`);
  });
}

/** Makes each index of `from` on `to`, under the name it had before it was set aside. */
async function copyIndexes(transaction: TransactionSql, from: string, to: string): Promise<void> {
  const indexes = await transaction<{ name: string; definition: string; is_primary: boolean; columns: string }[]>`
    SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition, i.indisprimary AS is_primary,
           pg_get_constraintdef(k.oid) AS columns
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid
    WHERE i.indrelid = ${from}::regclass ORDER BY c.relname`;
  for (const { name, definition, is_primary, columns } of indexes) {
    const oldName = name.replace(/_plain$/, "");
    const statement = is_primary
      ? `ALTER TABLE ${to} ADD CONSTRAINT ${oldName} ${columns}`
      : definition.replace(name, oldName).replace(new RegExp(`ON (\\w+\\.)?${from}\\b`), `ON ${to}`);
    await transaction.unsafe(statement);
  }
}

/** Makes the partitions of the present period and the next ones. Nothing to do where tables are hypertables. */
export async function makePartitionsAhead(sql: Sql, nowMs: number): Promise<void> {
  for (const timeTable of TIME_TABLES) {
    if ((await readKind(sql, timeTable.table)) !== "partitioned") continue;
    const starts = [nowMs];
    for (let count = 0; count < PERIODS_AHEAD; count++) starts.push(periodOf(timeTable.period, starts.at(-1) ?? nowMs).endMs);
    await makePartitions(sql, timeTable.table, starts);
  }
}

/** Makes the partitions that hold the given moments, where they are missing. */
export async function makePartitions(sql: Sql, table: string, momentsMs: Iterable<number>): Promise<void> {
  const timeTable = TIME_TABLES.find((candidate) => candidate.table === table);
  if (timeTable === undefined) throw new Error(`${table} is not split by time`);
  const starts = new Set([...momentsMs].map((momentMs) => periodOf(timeTable.period, momentMs).startMs));
  await sql.begin(async (transaction) => {
    await transaction`SELECT pg_advisory_xact_lock(${LOCK_KEY})`;
    for (const startMs of starts) await makePartition(transaction, timeTable, startMs);
  });
}

async function makePartition(transaction: TransactionSql, { table, period }: TimeTable, momentMs: number): Promise<void> {
  const { startMs, endMs } = periodOf(period, momentMs);
  const start = new Date(startMs).toISOString();
  const partition = `${table}_${start.slice(0, period === "day" ? 10 : 7).replaceAll("-", "")}`;
  const [row] = await transaction<{ exists: boolean }[]>`SELECT to_regclass(${partition}) IS NOT NULL AS exists`;
  if (row?.exists === true) return;
  // Made apart and attached: unlike CREATE ... PARTITION OF this lets readers of the table go on.
  await transaction.unsafe(`CREATE TABLE ${partition} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
  await transaction.unsafe(
    `ALTER TABLE ${table} ATTACH PARTITION ${partition} FOR VALUES FROM ('${start}') TO ('${new Date(endMs).toISOString()}')`,
  );
}

/** The UTC day or month that holds a moment; the end is exclusive. */
export function periodOf(period: Period, momentMs: number): { readonly startMs: number; readonly endMs: number } {
  if (period === "day") {
    const startMs = Math.floor(momentMs / DAY_MS) * DAY_MS;
    return { startMs, endMs: startMs + DAY_MS };
  }
  const moment = new Date(momentMs);
  const [year, month] = [moment.getUTCFullYear(), moment.getUTCMonth()];
  return { startMs: Date.UTC(year, month, 1), endMs: Date.UTC(year, month + 1, 1) };
}
