/**
 * The tables that grow with time, and how the server splits them.
 *
 * With TimescaleDB they become hypertables. Elsewhere they become native range partitions, made ahead for the present and
 * on demand for any other time (a replayed market of years ago). The columns and keys are the same either way.
 */
import type { Session } from "./session.js";

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
  { table: "ledger", column: "ts", period: "month" },
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
export async function layOutTimeTables(session: Session): Promise<TimeLayout> {
  const layout = await enableTimescale(session);
  for (const timeTable of TIME_TABLES) {
    if ((await readKind(session, timeTable.table)) !== "plain") continue;
    if (layout === "timescale") await makeHypertable(session, timeTable);
    else await makePartitioned(session, timeTable);
  }
  await makePartitionsAhead(session, Date.now());
  return layout;
}

async function enableTimescale(session: Session): Promise<TimeLayout> {
  const offered = await session.query("SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'");
  if (offered.length === 0) return "native";
  await session.query("CREATE EXTENSION IF NOT EXISTS timescaledb");
  return "timescale";
}

/** Whether a table has been laid out already. A database keeps its layout when the server's extensions change. */
async function readKind(session: Session, table: string): Promise<"plain" | "partitioned" | "hypertable" | "absent"> {
  const [row] = await session.query<{ relkind: string }>("SELECT relkind FROM pg_class WHERE oid = to_regclass($1)", [table]);
  if (row === undefined) return "absent";
  if (row.relkind === "p") return "partitioned";
  const [view] = await session.query<{ known: boolean }>(
    "SELECT to_regclass('timescaledb_information.hypertables') IS NOT NULL AS known",
  );
  if (view?.known !== true) return "plain";
  const rows = await session.query(
    "SELECT 1 FROM timescaledb_information.hypertables WHERE hypertable_name = $1 AND hypertable_schema = current_schema()",
    [table],
  );
  return rows.length > 0 ? "hypertable" : "plain";
}

async function makeHypertable(session: Session, { table, column, period }: TimeTable): Promise<void> {
  const interval = period === "day" ? "1 day" : "30 days";
  await session.query(
    `SELECT create_hypertable($1::regclass, $2::name, chunk_time_interval => $3::interval,
                              create_default_indexes => false, migrate_data => true)`,
    [table, column, interval],
  );
}

/** A plain table cannot become partitioned: a partitioned one takes its columns, keys, comments, rows and name. */
async function makePartitioned(session: Session, timeTable: TimeTable): Promise<void> {
  const { table, column } = timeTable;
  await session.transaction(async () => {
    const plain = `${table}_plain`;
    await session.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    const indexes = await session.query<{ name: string }>(
      "SELECT indexname AS name FROM pg_indexes WHERE schemaname = current_schema() AND tablename = $1 ORDER BY 1",
      [table],
    );
    await session.query(`ALTER TABLE ${table} RENAME TO ${plain}`);
    for (const { name } of indexes) await session.query(`ALTER INDEX ${name} RENAME TO ${name}_plain`);
    await session.query(
      `CREATE TABLE ${table} (LIKE ${plain} INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (${column})`,
    );
    await copyIndexes(session, plain, table);
    const days = await session.query<{ day: Date }>(`SELECT DISTINCT date_trunc('day', ${column}) AS day FROM ${plain}`);
    for (const { day } of days) await makePartition(session, timeTable, day.getTime());
    await session.query(`INSERT INTO ${table} SELECT * FROM ${plain}`);
    await session.query(`DROP TABLE ${plain}`);
  });
}

/** Makes each index of `from` on `to`, under the name it had before it was set aside. */
async function copyIndexes(session: Session, from: string, to: string): Promise<void> {
  const indexes = await session.query<{ name: string; definition: string; is_primary: boolean; columns: string }>(
    `SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition, i.indisprimary AS is_primary,
            pg_get_constraintdef(k.oid) AS columns
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid
     WHERE i.indrelid = $1::regclass ORDER BY c.relname`,
    [from],
  );
  for (const { name, definition, is_primary, columns } of indexes) {
    const oldName = name.replace(/_plain$/, "");
    const statement = is_primary
      ? `ALTER TABLE ${to} ADD CONSTRAINT ${oldName} ${columns}`
      : definition.replace(name, oldName).replace(new RegExp(`ON (\\w+\\.)?${from}\\b`), `ON ${to}`);
    await session.query(statement);
  }
}

/** Makes the partitions of the present period and the next ones. Nothing to do where tables are hypertables. */
export async function makePartitionsAhead(session: Session, nowMs: number): Promise<void> {
  for (const timeTable of TIME_TABLES) {
    if ((await readKind(session, timeTable.table)) !== "partitioned") continue;
    const starts = [nowMs];
    for (let count = 0; count < PERIODS_AHEAD; count++) starts.push(periodOf(timeTable.period, starts.at(-1) ?? nowMs).endMs);
    await makePartitions(session, timeTable.table, starts);
  }
}

/** Makes the partitions that hold the given moments, where they are missing. */
export async function makePartitions(session: Session, table: string, momentsMs: Iterable<number>): Promise<void> {
  const timeTable = TIME_TABLES.find((candidate) => candidate.table === table);
  if (timeTable === undefined) throw new Error(`${table} is not split by time`);
  const starts = new Set([...momentsMs].map((momentMs) => periodOf(timeTable.period, momentMs).startMs));
  await session.transaction(async () => {
    await session.query("SELECT pg_advisory_xact_lock($1)", [LOCK_KEY]);
    for (const startMs of starts) await makePartition(session, timeTable, startMs);
  });
}

async function makePartition(session: Session, { table, period }: TimeTable, momentMs: number): Promise<void> {
  const { startMs, endMs } = periodOf(period, momentMs);
  const start = new Date(startMs).toISOString();
  const partition = `${table}_${start.slice(0, period === "day" ? 10 : 7).replaceAll("-", "")}`;
  const [row] = await session.query<{ exists: boolean }>("SELECT to_regclass($1) IS NOT NULL AS exists", [partition]);
  if (row?.exists === true) return;
  // Made apart and attached: unlike CREATE ... PARTITION OF this lets readers of the table go on.
  await session.query(`CREATE TABLE ${partition} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
  await session.query(
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
