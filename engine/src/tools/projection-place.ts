/**
 * Where the tools of the projection find journal and database: beside a running platform, or alone.
 *
 * With the embedded database: whoever holds the journal's lock owns the data folder. Where it is free nobody runs the platform: the lock is
 * taken for the life of this process, so that none starts meanwhile, and the database is started. Where it is not, the
 * platform runs, and so does its database.
 *
 * Invariant: nothing is made here. A folder without a database and a database without tables are refused: a new one is equal to anything.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { holdJournal, ProjectionReader } from "@jware/core-native";
import { silentLog } from "../observability/logger.js";
import { clusterVersion } from "../postgres/cluster.js";
import { embeddedUrlOf, startEmbeddedPostgres } from "../postgres/embedded.js";
import { migrate } from "../postgres/migrate.js";
import type { RowSource } from "../projector/row-source.js";
import { archiveDir, databaseUrl, dataDir, noWords, readArgs } from "./tool-args.js";
import { UsageError } from "./tool.js";

export interface ProjectionPlace {
  readonly databaseUrl: string;
  readonly openSource: (fromSeq: number, isAllCopied?: boolean) => RowSource;
  close(): Promise<void>;
}

export const PLACE_USAGE = [
  "  --data-dir D       the platform's data folder (else JWARE_DATA_DIR, else .jware); its journal is D/journal",
  "  --journal-archive D  where the journal's older segments went, if anywhere (else JWARE_JOURNAL_ARCHIVE)",
  "  --database-url U   PostgreSQL (else JWARE_DATABASE_URL, else DATABASE_URL, else the embedded one of the data folder, which is",
  "                     started if nobody runs it)",
  "  --json             the result as JSON",
].join("\n");

/** Reads the options and opens both. Throws UsageError, ENG_ERR_JOURNAL_FOLDER, PostgresError. */
export async function openProjectionPlace(args: readonly string[]): Promise<ProjectionPlace> {
  const read = readArgs(args, ["data-dir", "journal-archive", "database-url"]);
  noWords(read);
  const [folder, archive, url] = [dataDir(read), archiveDir(read), databaseUrl(read)];
  const journalDir = join(folder, "journal");
  if (!(await stat(journalDir).catch(() => undefined))?.isDirectory()) {
    throw new UsageError(`${folder} holds no journal: name the platform's data folder with --data-dir.`);
  }
  const openSource = (fromSeq: number, isAllCopied?: boolean): RowSource =>
    new ProjectionReader(fromSeq, journalDir, archive, isAllCopied);
  if (url !== undefined) {
    await migrate({ databaseUrl: url, log: silentLog, isEmptyRefused: true });
    return { databaseUrl: url, openSource, close: async () => undefined };
  }
  const postgresDir = join(folder, "postgres");
  if ((await clusterVersion(postgresDir)) === undefined) {
    throw new UsageError(
      `${folder} holds no database: name the platform's data folder with --data-dir, or its PostgreSQL with --database-url.`,
    );
  }
  if (!holdJournal(journalDir)) {
    return { databaseUrl: await embeddedUrlOf(postgresDir), openSource, close: async () => undefined };
  }
  const server = await startEmbeddedPostgres({ dataDir: postgresDir, log: silentLog });
  try {
    await migrate({ databaseUrl: server.url, log: silentLog, isEmptyRefused: true });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { databaseUrl: server.url, openSource, close: () => server.stop() };
}
