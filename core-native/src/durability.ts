/** How far commands are on a disk, the journal's and the database's. */
import { native } from "./native.js";

/** The last command that is on disk. Takes no lock. Throws ENG_ERR_CORE_NOT_STARTED before a start, ENG_ERR_CORE_STOPPED after a stop. */
export const durableSeq = (): number => native.durableSeq();

/** Resolves when the command is on disk. */
export const awaitDurable = (seq: number): Promise<void> => native.awaitDurable(seq);

/** Says how far the database has the commands on its disk: nothing that it may still need goes to the archive. */
export const confirmProjected = (seq: number): void => native.confirmProjected(seq);
