/** Where rows come from: the journal read by a core of its own (`ProjectionReader` of @jware/core-native), or a test. */
import type { ProjectionBatch } from "@jware/core-native";

export type { ProjectionBatch } from "@jware/core-native";

export interface RowSource {
  /** The next rows of at most `commandCountMax` commands; undefined where there is nothing new. */
  next(commandCountMax: number): ProjectionBatch | undefined;
  close(): void;
}
