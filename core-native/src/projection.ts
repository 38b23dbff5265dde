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
}

export class ProjectionReader {
  readonly #id: number;

  /** Opens the journal of the running core and replays silently to `fromSeq`, the database's watermark. */
  constructor(fromSeq: number) {
    this.#id = native.openProjection(fromSeq);
  }

  /** The next rows of at most `commandCountMax` durable commands; undefined where there is nothing new. */
  next(commandCountMax: number): ProjectionBatch | undefined {
    const text = native.nextProjection(this.#id, commandCountMax);
    return text === null ? undefined : (JSON.parse(text) as ProjectionBatch);
  }

  close(): void {
    native.closeProjection(this.#id);
  }
}
