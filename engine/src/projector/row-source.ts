/** Where rows come from: the journal read by a core of its own (`ProjectionReader` of @jware/core-native), or a test. */
import type { ProjectionBatch } from "@jware/core-native";

export type { ProjectionBatch, TableRows } from "@jware/core-native";

export interface RowSource {
  /** Whose journal it is. */
  readonly engineId: string;
  /** Engine time of the command that reading began after, nanoseconds; "0" before the first. */
  readonly tsNs: string;
  /** The next rows of at most `commandCountMax` commands, up to `upToSeq` where given; undefined where there is nothing new. */
  next(commandCountMax: number, upToSeq?: number): ProjectionBatch | undefined;
  close(): void;
}
