/** How the core and its journal do. */
import type { TradingStateName } from "@jware/schemas/order-names";
import { native } from "./native.js";

export interface CoreStatus {
  /** Sequence of the last applied command. */
  readonly seq: number;
  /** Sequence of the last command on disk. */
  readonly durableSeq: number;
  /** The last command of the snapshot that the start began from; 0 where there was none. */
  readonly snapshotSeq: number;
  /** Commands replayed at the start, after the snapshot. */
  readonly replayedCount: number;
  readonly newestSnapshot: SnapshotView | null;
  /** Why there is no newer one; null while all is well. */
  readonly snapshotFailure: string | null;
  /** Whether new orders are refused (STORAGE_FULL) because the journal's disk has no room for its next segment. */
  readonly storageFull: boolean;
  /** Why segments that nothing needs stay in the journal; null while all is well. */
  readonly archiveFailure: string | null;
  readonly ackMode: "durable" | "memory";
  readonly sessionCount: number;
  readonly openOrderCount: number;
  /** What everyone may do. */
  readonly firmState: TradingStateName;
}

/** A state on disk, from which a start need not replay what came before. */
export interface SnapshotView {
  /** The last command in it. */
  readonly seq: number;
  readonly stateHash: string;
  /** How old its last command is. */
  readonly ageMs: number;
  /** 0 where it was there before the start. */
  readonly bytes: number;
  /** What it took; 0 where it was there before the start. */
  readonly durationMs: number;
}

export const coreStatus = (): CoreStatus => JSON.parse(native.coreStatus()) as CoreStatus;

/** Counters since the start, name to value: commands, refusals by code, frames, bytes, sync times. */
export const coreMetrics = (): Readonly<Record<string, number>> => JSON.parse(native.coreMetrics()) as Record<string, number>;

/** Hash of the whole state, 16 hex digits. Walks all of it while everyone waits: for starts, tests and questions, not for polling. */
export const coreStateHash = (): string => native.coreStateHash();
