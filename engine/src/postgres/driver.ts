/**
 * The driver, told how we address databases and read 64-bit columns. Nothing but `connect.ts` and `session.ts` uses it: on its
 * own it does not survive the loss of a connection (see there).
 */
import postgres from "postgres";

/** 64-bit columns come as BigInt: ids and nanoseconds do not fit a number. */
const BIGINT_TYPE = {
  to: 20,
  from: [20],
  parse: (text: string): bigint => BigInt(text),
  serialize: (value: bigint): string => value.toString(),
};

/** text[]: the one array type that our tables have. */
const TEXT_ARRAY_TYPE = {
  to: 1009,
  from: [1009],
  parse: (text: string): string[] =>
    [...text.matchAll(/"((?:[^"\\]|\\.)*)"|([^,{}]+)/g)].map(
      ([, quoted, plain]) => quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "",
    ),
  serialize: (items: readonly string[]): string => `{${items.map((item) => `"${item.replace(/["\\]/g, "\\$&")}"`).join(",")}}`,
};

export type Sql = postgres.Sql<{ bigint: bigint }>;
export type Transaction = postgres.TransactionSql<{ bigint: bigint }>;

export type ConnectOptions = Omit<
  postgres.Options<{ bigint: postgres.PostgresType<bigint> }>,
  "types" | "fetch_types" | "host" | "path"
>;

/** Makes a pool; nothing is sent before the first query. */
export function openDriver(databaseUrl: string, options: ConnectOptions): Sql {
  const socketDir = readSocketDir(databaseUrl);
  return postgres(databaseUrl, {
    // A notice is chatter ("relation already exists, skipping"); the driver would print it.
    onnotice: () => undefined,
    ...options,
    // libpq's own form of an address names a socket's folder as host, percent-encoded; the driver does not read that.
    ...(socketDir === undefined ? {} : { host: socketDir }),
    types: { bigint: BIGINT_TYPE, textArray: TEXT_ARRAY_TYPE },
    // Asking the server for its array types is a query that nobody waits for: cut, it ends the process.
    fetch_types: false,
  });
}

/** The address without its secrets, for messages: `db.example:5432/jware` or `/run/jware (jware)`. */
export function describeDatabase(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl);
  const database = pathname.slice(1);
  const socketDir = readSocketDir(databaseUrl);
  return socketDir === undefined ? `${hostname}:${port || "5432"}/${database}` : `${socketDir} (${database})`;
}

function readSocketDir(databaseUrl: string): string | undefined {
  const host = decodeURIComponent(new URL(databaseUrl).hostname);
  return host.startsWith("/") ? host : undefined;
}
