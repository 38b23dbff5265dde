/**
 * The journal as rows: a reader with a core of its own applies what is durable and gives what a database should hold.
 *
 * Rows are in PostgreSQL's COPY text form, columns as in schemas/sql (the order is asserted by a test). Reading lags the
 * live core and never slows it.
 */
import { native } from "./native.js";

export interface ProjectionBatch {
  /** The batch covers commands `(fromSeq, toSeq]`. */
  readonly fromSeq: number;
  readonly toSeq: number;
  /** COPY text by table; tables without rows are absent. */
  readonly tables: Readonly<Record<string, string>>;
  readonly rowCount: number;
  /** Engine times of the batch's first and last command, nanoseconds. */
  readonly firstTsNs: string;
  readonly toTsNs: string;
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
   * went, if anywhere. Throws ENG_ERR_PROJECTION_AHEAD where it ends before `fromSeq`.
   */
  constructor(fromSeq: number, folder?: string, archive?: string) {
    const opened = JSON.parse(native.openProjection(fromSeq, folder ?? null, archive ?? null)) as Opened;
    this.#id = opened.id;
    this.engineId = opened.engineId;
    this.tsNs = opened.tsNs;
  }

  /** The next rows of at most `commandCountMax` commands, up to `upToSeq` where given; undefined where there is nothing new. */
  next(commandCountMax: number, upToSeq?: number): ProjectionBatch | undefined {
    const text = native.nextProjection(this.#id, commandCountMax, upToSeq ?? null);
    return text === null ? undefined : (JSON.parse(text) as ProjectionBatch);
  }

  close(): void {
    native.closeProjection(this.#id);
  }
}

/** Takes the lock of a journal, so that no engine starts on it until this process ends. False where another has it. */
export const holdJournal = (folder: string): boolean => native.holdJournal(folder);
