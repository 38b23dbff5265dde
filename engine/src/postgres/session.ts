/**
 * One connection for work that must not be cut in two: transactions and COPY.
 *
 * Invariant: a session whose connection was lost sends nothing more, ever; each call rejects, and a new session is opened.
 * The driver's own `begin` lacks that: it sends ROLLBACK into a closed socket, which ends the process, and a pool would
 * carry on with the next statement on a fresh connection, outside the transaction.
 */
import type { ReservedSql } from "postgres";
import { openDriver, type ConnectOptions } from "./driver.js";

export type Parameter = string | number | bigint | boolean | Date;

export class SessionLostError extends Error {
  override readonly name = "SessionLostError";
  readonly code = "CONNECTION_LOST";

  constructor() {
    super("The connection to the database was lost.");
  }
}

export class Session {
  readonly #sql: ReservedSql;
  readonly #state: { isLost: boolean };
  readonly #end: () => Promise<void>;

  private constructor(sql: ReservedSql, state: { isLost: boolean }, end: () => Promise<void>) {
    this.#sql = sql;
    this.#state = state;
    this.#end = end;
  }

  /** Connects. Rejects with the driver's error where the database cannot be reached or refuses. */
  static async open(databaseUrl: string, options: Omit<ConnectOptions, "max" | "onclose"> = {}): Promise<Session> {
    const state = { isLost: false };
    const pool = openDriver(databaseUrl, {
      max_lifetime: null,
      backoff: () => 0,
      ...options,
      max: 1,
      onclose: () => {
        state.isLost = true;
      },
    });
    // Without a time the driver waits for ever for a connection that the server has cut.
    const end = () => pool.end({ timeout: 0 });
    try {
      // The driver forgets who waits for a connection that is still being made: made first, reserved then.
      await pool`SELECT 1`;
      return new Session(await pool.reserve(), state, end);
    } catch (error) {
      await end();
      throw error;
    }
  }

  get isLost(): boolean {
    return this.#state.isLost;
  }

  /** Runs one statement; with parameters `$1`... where there are values. */
  async query<Row extends object>(
    text: string,
    parameters: readonly Parameter[] = [],
  ): Promise<Row[] & { readonly count: number }> {
    this.#assertThere();
    return this.#watch(this.#sql.unsafe<Row[]>(text, [...(parameters as readonly string[])]));
  }

  /**
   * Copies rows in COPY's text form, UTF-8, into columns of a table. Names are trusted. The bytes must not change meanwhile.
   *
   * The driver answers a COPY when the server is ready to receive, and tells what goes wrong afterwards to the query that it
   * has answered already: nobody hears it, and the stream never finishes. So the query's `reject` is ours from the start.
   */
  async copy(table: string, columns: readonly string[], rows: Uint8Array): Promise<void> {
    this.#assertThere();
    const query = this.#sql.unsafe(`COPY ${table} (${columns.join(", ")}) FROM STDIN`);
    const failed = new Promise<never>((_, reject) => {
      const answer = (query as unknown as { reject: (error: unknown) => void }).reject;
      Object.assign(query, {
        reject: (error: unknown) => {
          answer(error);
          reject(error);
        },
      });
    });
    // It may come before it is waited for.
    failed.catch(() => undefined);
    const stream = await this.#watch(query.writable());
    const taken = new Promise<void>((resolve, reject) => {
      stream.once("finish", resolve);
      stream.once("error", reject);
    });
    stream.end(rows);
    await this.#watch(Promise.race([taken, failed]));
  }

  /** Commits what `work` did, or rolls it back and rejects with its error. A lost connection rolls back by itself. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.query("BEGIN");
    try {
      const result = await work();
      await this.query("COMMIT");
      return result;
    } catch (error) {
      if (!this.isLost) await this.query("ROLLBACK");
      throw error;
    }
  }

  /** Ends the connection; what waits for an answer rejects. */
  async close(): Promise<void> {
    this.#state.isLost = true;
    await this.#end();
  }

  #assertThere(): void {
    if (this.isLost) throw new SessionLostError();
  }

  /** An error that the server did not send means that the connection is gone, or will be in a moment. */
  async #watch<T>(answer: PromiseLike<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if ((error as Error).name !== "PostgresError") this.#state.isLost = true;
      throw error;
    }
  }
}
