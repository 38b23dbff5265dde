/**
 * A journal's files on the way through, without a running core: counts, lines, and a core of its own. It reads only, also beside a
 * platform that writes. Calls are synchronous and short: the caller decides between two steps what else is to be done.
 */
import { native, type NativeJournalWalk } from "./native.js";

/** What is to be done on the way. Every record is checked in any case. */
export interface WalkPlan {
  /** The journal's folder. */
  readonly dir: string;
  /** Whether commands are read; needed by everything below. */
  readonly decode?: boolean;
  /** Whether commands are applied to a core of the walk's own. */
  readonly apply?: boolean;
  /** `commands`: each command; `events`: and what follows from it, but for the market's own changes; `fate`: of `order` alone. */
  readonly lines?: "none" | "commands" | "events" | "fate";
  readonly json?: boolean;
  /** The first command that becomes a line. */
  readonly fromSeq?: number;
  /** The last command that is read. */
  readonly toSeq?: number;
  /** Commands after this time are not read; nanoseconds as decimal text. */
  readonly untilTsNs?: string;
  /** An order's id, or a ClOrdID. */
  readonly order?: string;
  /** Only lines of this account. */
  readonly account?: number;
}

export interface WalkStep {
  /** Bytes of the files that are behind the walk, of so many. */
  readonly done: number;
  readonly total: number;
  readonly recordCount: number;
  readonly seq: number;
  readonly isEnded: boolean;
  /** The lines of this step, a newline behind each. */
  readonly lines: string;
}

/** Least, some of a hundred, greatest; null where nothing was counted. */
export interface Spread {
  readonly min: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

export interface WalkReport {
  readonly recordCount: number;
  readonly payloadBytes: number;
  readonly usedBytes: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Nanoseconds since the UNIX epoch, as decimal text. */
  readonly firstTsNs: string;
  readonly lastTsNs: string;
  readonly busiestSecond: { readonly tsNs: string; readonly records: number };
  readonly batchCount: number;
  readonly sealCount: number;
  readonly batchRecords: Spread;
  readonly batchBytes: Spread;
  /** By command; by the record's number where commands were not read. */
  readonly kinds: readonly { readonly name: string; readonly records: number; readonly payloadBytes: number }[];
  readonly segments: readonly { readonly file: string; readonly bytes: number; readonly firstSeq: number }[];
  readonly coreVersion: number | null;
  readonly engineId: string;
  /** The snapshot whose state commands were applied to, where the first segments are away; 0: they are all there. */
  readonly snapshotSeq: number;
  readonly isDecoded: boolean;
  /** The unfinished end: a torn write, or a batch that is being written. None of it was acknowledged. */
  readonly tornTail: { readonly file: string; readonly offset: number; readonly bytes: number; readonly reason: string } | null;
  readonly damage: WalkDamage | null;
}

export interface WalkDamage {
  readonly code: string;
  readonly text: string;
  readonly file?: string;
  readonly offset?: number;
  readonly afterSeq?: number;
  readonly reason?: string;
}

/** What a journal tool prints of an account: `AccountView` with symbols and human units. */
export interface WalkAccount {
  readonly account: number;
  readonly name: string;
  readonly state: string;
  readonly positions: readonly { readonly symbol: string; readonly qty: string; readonly realisedMinor: string }[];
  readonly balances: readonly {
    readonly currency: string;
    readonly cash: string;
    readonly used: string;
    readonly held: string;
    readonly available: string;
  }[];
  readonly orders: readonly {
    readonly orderId: number;
    readonly clOrdId: string;
    readonly symbol: string;
    readonly side: number;
    readonly qty: string;
    readonly price: string;
  }[];
}

export interface WalkBook {
  readonly state: string;
  /** Price and quantity as decimal text, the best first. */
  readonly bidLevels: readonly (readonly [string, string])[];
  readonly askLevels: readonly (readonly [string, string])[];
}

export class JournalWalk {
  readonly #native: NativeJournalWalk;

  /** Throws `JRN_ERR_*`: no journal to be read, or one of another core version where commands are to be read. */
  constructor(plan: WalkPlan) {
    this.#native = new native.JournalWalk(JSON.stringify(plan));
  }

  /** Reads so many records or a few more. Damage ends the walk and is told by `report`. */
  step(recordCountMax: number): WalkStep {
    return JSON.parse(this.#native.step(recordCountMax)) as WalkStep;
  }

  report(): WalkReport {
    return JSON.parse(this.#native.report()) as WalkReport;
  }

  /** Of the state after the last command; 16 hex digits. */
  stateHash(): string {
    return this.#native.stateHash();
  }

  account(idOrName: string): WalkAccount | undefined {
    const text = this.#native.account(idOrName);
    return text === null ? undefined : (JSON.parse(text) as WalkAccount);
  }

  book(symbol: string, depth: number): WalkBook | undefined {
    const text = this.#native.book(symbol, depth);
    return text === null ? undefined : (JSON.parse(text) as WalkBook);
  }
}
