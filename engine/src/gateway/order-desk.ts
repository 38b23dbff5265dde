/**
 * Sends order requests into the core and finds their answers among the frames that come back.
 *
 * One session per user, API key and set of rights, on the gateway's own outbox, so that the core judges each request once more. A request carries a token; records that answer it carry the same. A
 * request may bring several frames, and all of them are its answer: those of other orders too that it moved. In durable mode records
 * arrive after their command is on disk, so an answer is a promise. A request without an answer in time is `undefined`: its outcome
 * is not known, and a late answer is dropped.
 */
import { readRecords, ROUTE } from "@jware/core-native";
import { failpoint } from "../failpoint.js";
import type { Logger } from "../observability/logger.js";
import type { CoreOutbox, CorePort } from "./core-port.js";
import { readAnswer, type OrderAnswer } from "./order-answer.js";
import type { Principal } from "./permission.js";
import { ApiError } from "./problem.js";

const BUFFER_BYTES = 1 << 20;
const PENDING_MAX = 4096;
const TOKEN_MAX = 0xffff_ffff;

interface Pending {
  readonly answers: OrderAnswer[];
  settle(answers: readonly OrderAnswer[] | undefined): void;
}

/** Sessions kept open; the one that was opened first is closed for a new one. */
const SESSIONS_MAX = 1000;

export interface OrderDeskOptions {
  readonly core: CorePort;
  readonly logger: Logger;
  readonly answerTimeoutMs: number;
}

/** Who sends: limits of users and keys hold for him. */
export type OrderSender = Pick<Principal, "userId" | "keyNumber" | "accounts">;

export class OrderDesk {
  readonly #outbox: CoreOutbox;
  readonly #logger: Logger;
  readonly #answerTimeoutMs: number;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #view = new DataView(this.#buffer.buffer);
  /** Session ids by user, API key and rights. */
  readonly #sessions = new Map<string, number>();
  readonly #pending = new Map<number, Pending>();
  readonly #touched = new Set<number>();
  #nextToken = 1;
  #closed = false;

  constructor(options: OrderDeskOptions) {
    this.#logger = options.logger;
    this.#answerTimeoutMs = options.answerTimeoutMs;
    this.#outbox = options.core.openOutbox(() => this.#drain());
  }

  /** Submits a frame for a user with these rights; undefined where the answer did not come in time. */
  async send(sender: OrderSender, frame: Uint8Array): Promise<readonly OrderAnswer[] | undefined> {
    if (this.#closed) throw new ApiError("CORE_UNAVAILABLE", "The server is stopping.");
    if (this.#pending.size >= PENDING_MAX) throw new ApiError("BUSY", "Too many orders are waiting.", { retryAfterS: 1 });
    const session = this.#sessionOf(sender);
    const token = this.#takeToken();
    const answer = new Promise<readonly OrderAnswer[] | undefined>((resolve) => {
      const timer = setTimeout(() => this.#settle(token, undefined), this.#answerTimeoutMs);
      this.#pending.set(token, {
        answers: [],
        settle: (value) => {
          clearTimeout(timer);
          resolve(value);
        },
      });
    });
    try {
      this.#read(this.#outbox.submit(session, token, frame, this.#buffer));
      this.#drain();
    } catch (error) {
      this.#settle(token, undefined);
      throw new ApiError("CORE_UNAVAILABLE", "The trading core does not take orders now.", { cause: error });
    }
    return answer;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const token of [...this.#pending.keys()]) this.#settle(token, undefined);
    for (const session of this.#sessions.values()) this.#outbox.closeSession(session);
    this.#sessions.clear();
    this.#outbox.close();
  }

  #sessionOf({ userId, keyNumber, accounts: grants }: OrderSender): number {
    const accounts = grants.map(({ account, permissions }) => ({ account, permissions }));
    const key = JSON.stringify([userId, keyNumber ?? 0, accounts]);
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    if (this.#sessions.size >= SESSIONS_MAX) this.#closeOldestSession();
    const session = this.#outbox.openSession({ user: userId, ...(keyNumber === undefined ? {} : { key: keyNumber }), accounts });
    this.#sessions.set(key, session);
    return session;
  }

  #closeOldestSession(): void {
    for (const [key, session] of this.#sessions) {
      this.#sessions.delete(key);
      this.#outbox.closeSession(session);
      return;
    }
  }

  #takeToken(): number {
    const token = this.#nextToken;
    this.#nextToken = token === TOKEN_MAX ? 1 : token + 1;
    return token;
  }

  /** Takes everything that may leave; answers count only when nothing is left, because a batch may span buffers. */
  #drain(): void {
    if (this.#closed) return;
    for (let byteCount = this.#outbox.drain(this.#buffer); byteCount > 0; byteCount = this.#outbox.drain(this.#buffer)) {
      this.#read(byteCount);
    }
    if (this.#touched.size > 0) failpoint("gateway.answer.before");
    for (const token of this.#touched) this.#settle(token, this.#pending.get(token)?.answers);
    this.#touched.clear();
  }

  #read(byteCount: number): void {
    readRecords(this.#view, byteCount, (route, target, token, start, end) => {
      if (route === ROUTE.SESSION) this.#take(token, start, end);
      else if (route === ROUTE.CLOSE) this.#forgetSession(target);
    });
  }

  #take(token: number, start: number, end: number): void {
    const pending = token === 0 ? undefined : this.#pending.get(token);
    if (pending === undefined) return;
    const answer = this.#readAnswer(start, end);
    if (answer === undefined) return;
    pending.answers.push(answer);
    this.#touched.add(token);
  }

  #readAnswer(start: number, end: number): OrderAnswer | undefined {
    try {
      return readAnswer(this.#buffer.subarray(start, end));
    } catch (error) {
      // The order was carried out or refused, but how cannot be read: the requester is told that it is not known.
      this.#logger.error({ err: error }, "an answer of the core cannot be read");
      return undefined;
    }
  }

  #forgetSession(session: number): void {
    for (const [key, known] of this.#sessions) {
      if (known === session) this.#sessions.delete(key);
    }
    this.#logger.info({ session }, "the core closed a session of the gateway");
  }

  #settle(token: number, answers: readonly OrderAnswer[] | undefined): void {
    const pending = this.#pending.get(token);
    this.#pending.delete(token);
    pending?.settle(answers);
  }
}
