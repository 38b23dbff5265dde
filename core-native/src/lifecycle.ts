/** The core's journal and its life: open, start, stop, and a copy of what it wrote. */
import { native } from "./native.js";
import type { CoreStatus } from "./status.js";

export interface CoreConfig {
  /** Folder of the journal; made where absent. */
  readonly journalDir: string;
  readonly ackMode: "durable" | "memory";
  /** Size of a journal segment, bytes; 64 MiB where absent. */
  readonly segmentBytes?: number;
  /** Room that is kept for cancels where the disk is full, bytes; 64 MiB where absent, 0: none. */
  readonly reserveBytes?: number;
  /** A snapshot is made after so many commands; 1,000,000 where absent. */
  readonly snapshotEveryRecords?: number;
  /** And after this time, if there was any command; 10 minutes where absent. */
  readonly snapshotEveryMs?: number;
  /** Where segments go that nothing here needs any more, on a disk of its own; absent: they stay. */
  readonly journalArchiveDir?: string;
}

/**
 * Locks the journal and reads it: the newest snapshot that verifies, and the commands after it. Changes no file and takes no
 * command. Once per process, before any other call; `startOpenedCore` follows.
 */
export const openCore = (config: CoreConfig): void => native.openCore(JSON.stringify(config));

/**
 * Starts the journal that `openCore` read. `witnessSeq` is the last command that somebody else, the database, knows to have been
 * durable: a journal that ends before it was lost or is an old copy, and throws `JRN_ERR_BEHIND_WITNESS`.
 */
export const startOpenedCore = (witnessSeq: number): CoreStatus => JSON.parse(native.startCore(witnessSeq)) as CoreStatus;

/** Both in one, where nobody else has seen the journal. */
export const startCore = (config: CoreConfig): CoreStatus => {
  openCore(config);
  return startOpenedCore(0);
};

/** Makes everything durable and closes the journal. Later calls throw. */
export const stopCore = (): void => native.stopCore();

/** What a copy of a journal holds. */
export interface JournalCopy {
  readonly lastSeq: number;
  /** The snapshot in it; 0 where there is none. */
  readonly snapshotSeq: number;
  readonly segmentCount: number;
}

/**
 * Copies a journal into a folder that has none, durably: the newest snapshot and every segment, of the open one what is finished.
 * The journal may be running, in this process or another. Throws `JRN_ERR_CORRUPT` where it is damaged.
 */
export const copyJournal = (from: string, to: string): JournalCopy => JSON.parse(native.copyJournal(from, to)) as JournalCopy;
