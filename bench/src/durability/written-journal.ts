/** A journal of an order flow, written as the engine writes it. */
import { Child } from "../child.js";
import { nativeProgram } from "../native-program.js";

export interface FlowSetting {
  readonly instruments: number;
  readonly accounts: number;
  /** Orders that rest in the book while it flows. */
  readonly resting: number;
  readonly commands: number;
  /** Those of them that come after a snapshot; all, and no snapshot, where it is absent. */
  readonly tail?: number;
}

export interface Written {
  readonly commands: number;
  /** Commands that a start has to replay. */
  readonly tail: number;
  readonly bytes: number;
  readonly stateHash: string;
}

/** Writes it into a folder. */
export async function writeJournal(folder: string, setting: FlowSetting): Promise<Written> {
  const { instruments, accounts, resting, commands, tail } = setting;
  const args = [folder, ...[instruments, accounts, resting, commands, ...(tail === undefined ? [] : [tail])].map(String)];
  return JSON.parse(await new Child(nativeProgram("bench-journal"), args).output()) as Written;
}
