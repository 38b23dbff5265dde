/**
 * What a client saw, one entry a line, in the order in which it saw it: the only thing that the judge goes by.
 *
 * Invariant: what is sent stands in the log before its bytes leave, and what is heard before anything is done about it. Units are
 * those of the wire: lots, ticks, minor units. 64-bit numbers are decimal text.
 */
import { closeSync, openSync, writeSync } from "node:fs";

/** An order's state and what just happened to it. */
export interface Report {
  readonly accountSeq: number;
  readonly execId: string;
  /** Number of ExecType. */
  readonly execType: number;
  readonly orderId: string;
  readonly clOrdId: string;
  readonly origClOrdId: string;
  /** Number of OrdStatus. */
  readonly ordStatus: number;
  readonly instrument: number;
  /** 1 buy, 2 sell. */
  readonly side: number;
  readonly orderQty: string;
  readonly price: string;
  readonly cumQty: string;
  readonly leavesQty: string;
  readonly lastQty: string;
  readonly lastPx: string;
  readonly lastFee: string;
  /** Number of ExecReason. */
  readonly reason: number;
}

export interface PositionFact {
  readonly instrument: number;
  readonly qty: string;
}

/** One fill as a page of the gateway tells it: decimals as text. */
export interface FillFact {
  readonly execId: string;
  readonly orderId: string;
  readonly side: string;
  readonly qty: string;
  readonly price: string;
}

export type RequestKind = "new" | "replace" | "cancel" | "massCancel";

export interface SentRequest {
  readonly t: "sent";
  readonly kind: RequestKind;
  /** Unique over all requests. */
  readonly clOrdId: string;
  /** Of a replace or cancel. */
  readonly orderId?: string;
  /** Of a new order or replace. */
  readonly orderQty?: string;
  readonly price?: string;
  /** The same request once more: its answer was lost. */
  readonly again: boolean;
  /** It did not go by the connection that is logged on. */
  readonly byRest?: true;
}

export type Entry =
  | SentRequest
  /** A connection asks to be let in. */
  | { readonly t: "logon"; readonly cancelOnDisconnect: boolean }
  /** The gateway's answer to an order that was sent by REST. */
  | { readonly t: "restTaken"; readonly clOrdId: string; readonly orderId: string }
  | { readonly t: "limitSent"; readonly max: string }
  | { readonly t: "limitAnswered"; readonly max: string }
  | { readonly t: "limitFound"; readonly max: string | null }
  | ({ readonly t: "report" } & Report)
  | { readonly t: "refusal"; readonly clOrdId: string; readonly rule: string }
  | { readonly t: "massCanceled"; readonly clOrdId: string; readonly count: number }
  | { readonly t: "position"; readonly accountSeq: number; readonly instrument: number; readonly qty: string }
  /** Any other private frame that counts in the account's sequence. */
  | { readonly t: "sequenced"; readonly accountSeq: number; readonly what: string }
  | {
      readonly t: "snapshot";
      readonly accountSeq: number;
      readonly orders: readonly Report[];
      readonly positions: readonly PositionFact[];
    }
  | { readonly t: "lost" }
  | {
      readonly t: "fillsListed";
      /** Every fill of the account after the one and up to the other, at least. */
      readonly afterExecId: string;
      readonly upToExecId: string;
      readonly fills: readonly FillFact[];
    }
  /** The next of the reports that the database holds, in their order; while nothing rests and nothing is under way. */
  | { readonly t: "stored"; readonly executions: readonly Report[] }
  /** Whatever else it holds, after all of those. */
  | {
      readonly t: "everything";
      readonly orders: readonly StoredOrder[];
      readonly positions: readonly PositionFact[];
      /** Sum of all amounts, minor units, by currency. */
      readonly ledgerSums: Readonly<Record<string, string>>;
    };

/** Names of orders that a proof sends itself, beside those of the client (`n1`, `r2`, `g3` ...). */
export const FOREIGN_PREFIX = "gtd-";

export interface StoredOrder {
  readonly orderId: string;
  readonly clOrdId: string;
  readonly ordStatus: number;
  readonly orderQty: string;
  readonly price: string;
  readonly cumQty: string;
}

/** Appends entries to a file. */
export class ClientLog {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, "a");
  }

  write(entry: Entry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** The entries of complete lines. */
export const readEntries = (text: string): Entry[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Entry);
