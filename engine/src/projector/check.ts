/**
 * Does the database hold what the journal comes to? Both are made comparable on one server: the journal is projected once more,
 * into a schema beside the real tables, up to where those are; then the hashes of all tables are compared.
 *
 * The real tables are hashed in one snapshot of the database together with their watermark, so a running projector neither
 * disturbs nor is disturbed.
 */
import { peekWatermark, type Watermark } from "./batch-writer.js";
import { projectJournal } from "./project-journal.js";
import type { ProjectedTableName } from "./projected-tables.js";
import { hashTables, type TableHash, TABLE_NAMES } from "./row-hash.js";
import type { RowSource } from "./row-source.js";
import { makeSideSchema, openToolSession } from "./side-schema.js";

const SCHEMA_PREFIX = "jware_check";
const CHECKS_AT_ONCE_MAX = 8;

export interface CheckOptions {
  readonly databaseUrl: string;
  /** Opens the journal after a command. */
  readonly openSource: (fromSeq: number) => RowSource;
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

export interface TableComparison {
  readonly table: ProjectedTableName;
  readonly database: TableHash;
  readonly journal: TableHash;
  readonly isEqual: boolean;
}

export interface CheckResult {
  /** The command up to which both were compared. */
  readonly seq: number;
  readonly tables: readonly TableComparison[];
  readonly isEqual: boolean;
}

/** The database and the journal have nothing to do with each other. */
export class ForeignProjectionError extends Error {
  override readonly name = "ForeignProjectionError";
  readonly code = "ENG_ERR_PROJECTION_FOREIGN";

  constructor(reason: string) {
    super(`ENG_ERR_PROJECTION_FOREIGN: ${reason}. Name the journal and the database that belong together`);
  }
}

/** Throws ForeignProjectionError where the watermark is not of the journal that the source reads, or of none. */
export function assertSameJournal(watermark: Watermark, openSource: (fromSeq: number) => RowSource): void {
  // Equal to every journal's first command, and so to nothing that anybody asked about.
  if (watermark.seq === 0)
    throw new ForeignProjectionError(
      "the database holds no command of any journal yet (a new platform writes its first within seconds)",
    );
  const source = openSource(0);
  source.close();
  if (watermark.engineId === "" || watermark.engineId === source.engineId) return;
  throw new ForeignProjectionError(
    `the database holds the projection of the journal ${watermark.engineId}, this one is ${source.engineId}`,
  );
}

/** Compares. Throws ForeignProjectionError, what the journal says (ENG_ERR_PROJECTION_AHEAD), or the driver's errors. */
export async function checkProjection(options: CheckOptions): Promise<CheckResult> {
  const { databaseUrl, openSource, onProgress = () => undefined } = options;
  const real = await hashReal(databaseUrl, onProgress);
  assertSameJournal(real.watermark, openSource);
  const { seq } = real.watermark;
  // The side tables are plain: where a row lies is not what is compared.
  const side = await makeSideSchema(databaseUrl, SCHEMA_PREFIX, CHECKS_AT_ONCE_MAX, false);
  if (side === undefined) throw new Error(`ENG_ERR_DATABASE_BUSY: ${CHECKS_AT_ONCE_MAX} checks are running already`);
  try {
    const projected = await projectJournal(side.session, {
      openSource,
      upToSeq: seq,
      onProgress: (done) => onProgress(done, seq, "replaying the journal"),
    });
    if (projected.seq !== seq) throw endsBefore(seq, projected.seq);
    const journal = await hashSide(side.session, onProgress);
    const tables = TABLE_NAMES.map((table) => compare(table, real.hashes, journal));
    return { seq, tables, isEqual: tables.every(({ isEqual }) => isEqual) };
  } finally {
    await side.drop();
  }
}

export const endsBefore = (seq: number, endSeq: number): Error =>
  new Error(
    `ENG_ERR_PROJECTION_AHEAD: the database holds command ${seq}, the journal ends at ${endSeq}: commands of the journal are lost, or ` +
      "the two do not belong together",
  );

type OnProgress = (done: number, total: number, what: string) => void;

async function hashReal(databaseUrl: string, onProgress: OnProgress) {
  const session = await openToolSession(databaseUrl, "jware-projection-check");
  try {
    await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    const watermark = await peekWatermark(session);
    const hashes = await hashTables(session, (done, table) => onProgress(done, TABLE_NAMES.length, `hashing ${table}`));
    await session.query("COMMIT");
    return { watermark, hashes };
  } finally {
    await session.close();
  }
}

async function hashSide(session: Parameters<typeof hashTables>[0], onProgress: OnProgress) {
  return session.transaction(() =>
    hashTables(session, (done, table) => onProgress(done, TABLE_NAMES.length, `hashing ${table} of the journal`)),
  );
}

function compare(
  table: ProjectedTableName,
  real: ReadonlyMap<ProjectedTableName, TableHash>,
  side: ReadonlyMap<ProjectedTableName, TableHash>,
): TableComparison {
  const [database, journal] = [real.get(table), side.get(table)];
  if (database === undefined || journal === undefined) throw new Error(`${table} was not hashed`);
  return { table, database, journal, isEqual: database.rows === journal.rows && database.hash === journal.hash };
}
