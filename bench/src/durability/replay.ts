/**
 * What a start costs: a million commands of an order flow in a journal, replayed by the core in a process of its own; then from the
 * snapshot that was made of them; then from a snapshot of one million with another after it. The state must have the hash that the
 * writer of the journal had.
 */
import { Child } from "../child.js";
import { removeFolder, scratchFolder } from "../scratch.js";
import { type Check, figureOf, type SuiteResult } from "../figure.js";
import { type Written, writeJournal } from "./written-journal.js";

const SETTING = { instruments: 1, accounts: 1_000, resting: 10_000, commands: 1_000_000 };
const WITH_SNAPSHOT = { ...SETTING, commands: 2_000_000, tail: 1_000_000 };
const RATE_GOAL = { atLeast: 1_000_000 };
const RESTART_GOAL = 2_000;
/** Neither stops: a stop would leave a snapshot, and the next start nothing to replay. */
const START = `
  const { startCore, coreStateHash } = await import(process.argv[1]);
  const from = performance.now();
  const { replayedCount } = startCore({ journalDir: process.argv[2], ackMode: "durable" });
  const ms = performance.now() - from;
  const stateHash = coreStateHash();
  process.stdout.write(JSON.stringify({ ms, replayedCount, stateHash }), () => process.exit(0));
`;
const MAKE_SNAPSHOT = `
  const { startCore, coreStatus } = await import(process.argv[1]);
  startCore({ journalDir: process.argv[2], ackMode: "durable", snapshotEveryMs: 1 });
  while (coreStatus().newestSnapshot === null) await new Promise((resolve) => setTimeout(resolve, 20));
  process.stdout.write(JSON.stringify(coreStatus().newestSnapshot), () => process.exit(0));
`;

interface Started {
  readonly ms: number;
  readonly replayedCount: number;
  readonly stateHash: string;
}

export async function replay(roundCount: number): Promise<SuiteResult> {
  const folder = scratchFolder("replay");
  const other = scratchFolder("replay-tail");
  try {
    const written = await writeJournal(folder, SETTING);
    const starts: Started[] = [];
    for (let round = 1; round <= roundCount; round++) {
      process.stderr.write(`  round ${round} of ${roundCount}\n`);
      starts.push(await startOn(folder));
    }
    process.stderr.write("  snapshot\n");
    const snapshot = JSON.parse(await inProcess(MAKE_SNAPSHOT, folder)) as { bytes: number; durationMs: number };
    const fromSnapshot: Started[] = [];
    for (let round = 1; round <= roundCount; round++) fromSnapshot.push(await startOn(folder));
    process.stderr.write("  snapshot and tail\n");
    const writtenWithTail = await writeJournal(other, WITH_SNAPSHOT);
    const withTail: Started[] = [];
    for (let round = 1; round <= roundCount; round++) withTail.push(await startOn(other));
    const rates = starts.map(({ ms, replayedCount }) => (replayedCount / ms) * 1e3);
    const times = starts.map(({ ms }) => ms);
    return {
      figures: [
        figureOf("journal of a command, bytes", "count", [written.bytes / written.commands]),
        figureOf(`start on ${written.commands} commands`, "ms", times),
        figureOf("snapshot of them, bytes", "count", [snapshot.bytes]),
        figureOf("made beside the core", "ms", [snapshot.durationMs]),
        figureOf(
          "start from it, nothing to replay",
          "ms",
          fromSnapshot.map(({ ms }) => ms),
        ),
        figureOf(
          `start from a snapshot and ${writtenWithTail.tail} commands`,
          "ms",
          withTail.map(({ ms }) => ms),
          RESTART_GOAL,
        ),
        figureOf("commands replayed", "per second", rates, RATE_GOAL),
      ],
      checks: [
        checkOf("every start came to the writer's state", written, starts, written.commands),
        checkOf("so did every start from the snapshot", written, fromSnapshot, 0),
        checkOf("and every start from a snapshot and a tail", writtenWithTail, withTail, writtenWithTail.tail),
      ],
    };
  } finally {
    removeFolder(folder);
    removeFolder(other);
  }
}

/** One start of the core, in a new process, as the platform does it first of all. */
async function startOn(folder: string): Promise<Started> {
  return JSON.parse(await inProcess(START, folder)) as Started;
}

async function inProcess(source: string, folder: string): Promise<string> {
  const core = new URL("../../../core-native/dist/index.js", import.meta.url).href;
  return new Child(process.execPath, ["--input-type=module", "-e", source, core, folder]).output();
}

function checkOf(name: string, written: Written, starts: readonly Started[], replayed: number): Check {
  const isSame = starts.every(({ stateHash, replayedCount }) => stateHash === written.stateHash && replayedCount === replayed);
  return { name, passed: isSame, detail: `${written.commands} commands, state ${written.stateHash}` };
}
