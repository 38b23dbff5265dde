/**
 * Where the tools of the projection find journal and database: beside a running platform, or alone.
 *
 * With the embedded database: whoever holds the journal's lock owns the data folder. Where it is free nobody runs the platform: the lock is
 * taken for the life of this process, so that none starts meanwhile, and the database is started. Where it is not, the
 * platform runs, and so does its database.
 */
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { holdJournal, ProjectionReader } from "@jware/core-native";
import { embeddedUrlOf, startEmbeddedPostgres } from "../postgres/embedded.js";
import { migrate } from "../postgres/migrate.js";
import type { RowSource } from "../projector/row-source.js";
import { UsageError } from "./tool.js";

export interface ProjectionPlace {
  readonly databaseUrl: string;
  readonly openSource: (fromSeq: number) => RowSource;
  close(): Promise<void>;
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const PLACE_USAGE = [
  "  --data-dir D         the platform's data folder (.jware where absent); its journal is D/journal",
  "  --journal-archive D  where the journal's older segments went, if anywhere",
  "  --database-url U     PostgreSQL; where absent, the embedded one of the data folder, started if nobody runs it",
  "  --json               the result as JSON",
].join("\n");

/** Reads the options and opens both. Throws UsageError, ENG_ERR_JOURNAL_FOLDER, PostgresError. */
export async function openProjectionPlace(args: readonly string[]): Promise<ProjectionPlace> {
  const { dataDir, archiveDir, databaseUrl } = readArgs(args);
  const journalDir = join(dataDir, "journal");
  if (!(await stat(journalDir).catch(() => undefined))?.isDirectory()) {
    throw new UsageError(`${dataDir} holds no journal: name the platform's data folder with --data-dir.`);
  }
  const openSource = (fromSeq: number): RowSource => new ProjectionReader(fromSeq, journalDir, archiveDir);
  if (databaseUrl !== undefined) {
    await migrate({ databaseUrl, log });
    return { databaseUrl, openSource, close: async () => undefined };
  }
  const postgresDir = join(dataDir, "postgres");
  if (!holdJournal(journalDir)) {
    return { databaseUrl: await embeddedUrlOf(postgresDir), openSource, close: async () => undefined };
  }
  const server = await startEmbeddedPostgres({ dataDir: postgresDir, log });
  try {
    await migrate({ databaseUrl: server.url, log });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { databaseUrl: server.url, openSource, close: () => server.stop() };
}

interface PlaceArgs {
  readonly dataDir: string;
  readonly archiveDir: string | undefined;
  readonly databaseUrl: string | undefined;
}

function readArgs(args: readonly string[]): PlaceArgs {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        "data-dir": { type: "string", default: ".jware" },
        "journal-archive": { type: "string" },
        "database-url": { type: "string" },
      },
    });
    const databaseUrl = values["database-url"];
    if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
      throw new UsageError("--database-url begins with postgresql://.");
    }
    const archive = values["journal-archive"];
    return {
      dataDir: resolve(values["data-dir"]),
      archiveDir: archive === undefined ? undefined : resolve(archive),
      databaseUrl,
    };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}
