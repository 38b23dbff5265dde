/**
 * The journal as rows: a reader with a core of its own applies what is durable and gives what a database should hold.
 *
 * Rows are in PostgreSQL's own text forms, columns as in schemas/sql (the order is asserted by a test). Reading lags the
 * live core and never slows it. All text of a batch comes as one piece of memory, and most of it stays bytes here.
 */
import { native } from "./native.js";

/** The rows of a batch for one table: some to be added, some to replace others; one of the two at least. */
export interface TableRows {
  /** Rows that cannot be there yet, in COPY's text form, UTF-8. */
  readonly copied?: Uint8Array;
  /** Rows of last states that may be there already: for each column of the table the text of an array with an item a row. */
  readonly replaced?: readonly string[];
}

export interface ProjectionBatch {
  /** The batch covers commands `(fromSeq, toSeq]`. */
  readonly fromSeq: number;
  readonly toSeq: number;
  /** Tables without rows are absent. */
  readonly tables: Readonly<Record<string, TableRows>>;
  readonly rowCount: number;
  /** Engine times of the batch's first and last command, nanoseconds. */
  readonly firstTsNs: string;
  readonly toTsNs: string;
}

/** A batch with the places of its text, in bytes, instead of the text. */
interface Header extends Omit<ProjectionBatch, "tables"> {
  readonly tables: Readonly<Record<string, { readonly copied?: Place; readonly replaced?: readonly Place[] }>>;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

interface Opened {
  readonly id: number;
  readonly engineId: string;
  readonly tsNs: string;
}

export class ProjectionReader {
  /** Whose journal it is: 32 hex digits, made at its first start. */
  readonly engineId: string;
  /** Engine time of the command that reading began after, nanoseconds; "0" before the first. */
  readonly tsNs: string;
  readonly #id: number;

  /**
   * Opens a journal and replays silently to `fromSeq`, the database's watermark: the running core's, as far as it is durable, or
   * the one in `folder`, which needs no core here and which another process may be writing; `archive` is where its older segments
   * went, if anywhere. With `isAllCopied` no row is given as one that replaces: for who adds every state of a key. Throws
   * ENG_ERR_PROJECTION_AHEAD where the journal ends before `fromSeq`.
   */
  constructor(fromSeq: number, folder?: string, archive?: string, isAllCopied = false) {
    const opened = JSON.parse(native.openProjection(fromSeq, folder ?? null, archive ?? null, isAllCopied)) as Opened;
    this.#id = opened.id;
    this.engineId = opened.engineId;
    this.tsNs = opened.tsNs;
  }

  /** The next rows of at most `commandCountMax` commands, up to `upToSeq` where given; undefined where there is nothing new. */
  next(commandCountMax: number, upToSeq?: number): ProjectionBatch | undefined {
    const packed = native.nextProjection(this.#id, commandCountMax, upToSeq ?? null);
    return packed === null ? undefined : unpack(JSON.parse(packed.header) as Header, packed.bytes);
  }

  close(): void {
    native.closeProjection(this.#id);
  }
}

function unpack({ tables, ...batch }: Header, bytes: Buffer): ProjectionBatch {
  const unpacked = Object.entries(tables).map(([table, { copied, replaced }]): [string, TableRows] => {
    const columns = replaced?.map(({ start, end }) => bytes.toString("utf8", start, end));
    return [
      table,
      {
        ...(copied === undefined ? {} : { copied: bytes.subarray(copied.start, copied.end) }),
        ...(columns === undefined ? {} : { replaced: columns }),
      },
    ];
  });
  return { ...batch, tables: Object.fromEntries(unpacked) };
}

/** Takes the lock of a journal, so that no engine starts on it until this process ends. False where another has it. */
export const holdJournal = (folder: string): boolean => native.holdJournal(folder);
