/**
 * A snapshot of a journal that no platform runs, step by step: calls are synchronous and short. The journal is locked from the beginning
 * until the snapshot is saved.
 */
import { native, type NativeSnapshotMaking } from "./native.js";

export interface MakingStep {
  /** The snapshot that it began from; 0: the first command. */
  readonly fromSeq: number;
  /** The last command that was applied. */
  readonly seq: number;
  readonly isEnded: boolean;
}

export interface MadeSnapshot {
  readonly file: string;
  readonly seq: number;
  /** Nanoseconds since the UNIX epoch, as decimal text. */
  readonly tsNs: string;
  /** 16 hex digits. */
  readonly stateHash: string;
  readonly bytes: number;
}

export class SnapshotMaking {
  readonly #native: NativeSnapshotMaking;

  /**
   * Begins the snapshot of everything up to `targetSeq`, the journal's end; `archive` is where its older segments went, if anywhere.
   * Throws JRN_ERR_LOCKED where a platform runs it.
   */
  constructor(folder: string, targetSeq: number, archive?: string) {
    this.#native = new native.SnapshotMaking(folder, archive ?? null, targetSeq);
  }

  /** Applies so many commands. Throws ENG_ERR_SNAPSHOT_DIFFERS where a snapshot of a core that ran is of another state. */
  step(commandCountMax: number): MakingStep {
    return JSON.parse(this.#native.step(commandCountMax)) as MakingStep;
  }

  /** Writes it, durably, and reads it back; once, after the last step. */
  save(): MadeSnapshot {
    return JSON.parse(this.#native.save()) as MadeSnapshot;
  }
}
