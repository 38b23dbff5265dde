/** Loads the addon. One binary serves every Node version and every thread of the process. */
import { createRequire } from "node:module";

/** A class of the addon: a journal on the way through. */
export interface NativeJournalWalk {
  step(recordCountMax: number): string;
  report(): string;
  stateHash(): string;
  account(idOrName: string): string | null;
  book(symbol: string, depth: number): string | null;
}

export interface NativeSnapshotMaking {
  step(commandCountMax: number): string;
  save(): string;
}

/** The addon's own surface; each function is documented in core-native/node/src. */
export interface NativeAddon {
  openCore(configJson: string): void;
  startCore(witnessSeq: number): string;
  stopCore(): void;
  coreStatus(): string;
  coreStateHash(): string;
  coreMetrics(): string;
  durableSeq(): number;
  yieldThread(): void;
  execute(commandJson: string): string;
  awaitDurable(seq: number): Promise<void>;
  putCredential(credentialJson: string): void;
  removeCredential(sha256: string): number;
  removeUserCredentials(user: number): number;
  queryAccount(account: number): string | null;
  queryBook(instrument: number, depth: number): string | null;
  queryBars(instrument: number, intervalS: number, fromTsMs: number, toTsMs: number): string;
  queryInstruments(): string;
  queryLimits(): string;
  queryFeeSchedules(): string;
  queryAccountFees(account: number): string | null;
  accountNamed(name: string): number | null;
  messagesLeft(account: number, strategy: number, user: number, key: number): number | null;
  queryTrade(execId: string): string;
  queryAccounts(): string;
  queryCurrencies(): string;
  queryTransfer(account: number, reference: string): string | null;
  openOutbox(onWake: () => void): number;
  drain(outbox: number, buffer: Uint8Array): number;
  closeOutbox(outbox: number): void;
  openSession(outbox: number, route: string, grantJson: string | null): number;
  closeSession(session: number): void;
  submit(session: number, token: number, frame: Uint8Array, buffer: Uint8Array): number;
  submitInTurn(session: number, token: number, frame: ArrayBuffer, buffer: Uint8Array): number;
  endTurn(outbox: number, buffer: Uint8Array): number;
  tracesWritten(marks: Uint8Array, count: number): number;
  drainTraces(outbox: number, buffer: Uint8Array): number;
  resyncMarket(session: number): void;
  sweepSessions(outbox: number): void;
  market(bytes: Uint8Array, byteCount: number): void;
  openBook(ops: Uint32Array, trades: Uint32Array): number;
  bookApply(book: number): () => void;
  bookRestingCount(book: number): number;
  bookDepth(book: number, side: number, levelCountMax: number): number[];
  closeBook(book: number): void;
  openProjection(fromSeq: number, folder: string | null, archive: string | null, isAllCopied: boolean): string;
  nextProjection(
    reader: number,
    commandCountMax: number,
    upToSeq: number | null,
  ): { readonly header: string; readonly bytes: Buffer } | null;
  holdJournal(folder: string): boolean;
  closeProjection(reader: number): void;
  confirmProjected(seq: number): void;
  copyJournal(from: string, to: string): string;
  readonly JournalWalk: new (planJson: string) => NativeJournalWalk;
  readonly SnapshotMaking: new (folder: string, archive: string | null, targetSeq: number) => NativeSnapshotMaking;
  computeIndicator(
    name: string,
    parameters: number[],
    openTsMs: Float64Array,
    open: Float64Array,
    high: Float64Array,
    low: Float64Array,
    close: Float64Array,
    volume: Float64Array,
    buyVolume: Float64Array,
    benchmark: Float64Array,
  ): Float64Array[];
  indicatorCatalogue(): string;
  aggregateBars(
    openTsMs: Float64Array,
    open: Float64Array,
    high: Float64Array,
    low: Float64Array,
    close: Float64Array,
    volume: Float64Array,
    intervalS: number,
  ): Float64Array[];
}

const triple = `${process.platform}-${process.arch}${process.platform === "linux" ? "-gnu" : ""}`;

export const native = createRequire(import.meta.url)(`../jware-core.${triple}.node`) as NativeAddon;
