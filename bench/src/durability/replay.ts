/**
 * What a start costs: a million commands of an order flow in a journal, replayed by the core in a process of its own. The state must have
 * the hash that the writer of the journal had.
 */
import { join } from "node:path";
import { Child } from "../child.js";
import { removeFolder, scratchFolder } from "../engine-under-test.js";
import { type Check, figureOf, type SuiteResult } from "../figure.js";
import { ROOT } from "../root.js";

const SETTING = { instruments: 1, accounts: 1_000, resting: 10_000, commands: 1_000_000 };
const RATE_GOAL = { atLeast: 1_000_000 };
const START = `
  const { startCore, stopCore, coreStateHash } = await import(process.argv[1]);
  const from = performance.now();
  const { replayedCount } = startCore({ journalDir: process.argv[2], ackMode: "durable" });
  const ms = performance.now() - from;
  const stateHash = coreStateHash();
  stopCore();
  console.log(JSON.stringify({ ms, replayedCount, stateHash }));
`;

interface Written {
  readonly commands: number;
  readonly bytes: number;
  readonly stateHash: string;
}

interface Started {
  readonly ms: number;
  readonly replayedCount: number;
  readonly stateHash: string;
}

export async function replay(roundCount: number): Promise<SuiteResult> {
  const folder = scratchFolder("replay");
  try {
    const written = await writeJournal(folder);
    const starts: Started[] = [];
    for (let round = 1; round <= roundCount; round++) {
      process.stderr.write(`  round ${round} of ${roundCount}\n`);
      starts.push(await startOn(folder));
    }
    const rates = starts.map(({ ms, replayedCount }) => (replayedCount / ms) * 1e3);
    const times = starts.map(({ ms }) => ms);
    return {
      figures: [
        figureOf("journal of a command, bytes", "count", [written.bytes / written.commands]),
        figureOf(`start on ${written.commands} commands`, "ms", times),
        figureOf("commands replayed", "per second", rates, RATE_GOAL),
      ],
      checks: [checkOf(written, starts)],
    };
  } finally {
    removeFolder(folder);
  }
}

/** A journal of the flow, written as the engine writes it. */
async function writeJournal(folder: string): Promise<Written> {
  const manifest = join(ROOT, "Cargo.toml");
  await new Child("cargo", ["build", "--release", "--quiet", "--manifest-path", manifest, "-p", "jware-bench-native"]).output();
  const { instruments, accounts, resting, commands } = SETTING;
  const args = [folder, ...[instruments, accounts, resting, commands].map(String)];
  return JSON.parse(await new Child(join(ROOT, "target/release/bench-journal"), args).output()) as Written;
}

/** One start of the core, in a new process, as the platform does it first of all. */
async function startOn(folder: string): Promise<Started> {
  const core = new URL("../../../core-native/dist/core.js", import.meta.url).href;
  return JSON.parse(await new Child(process.execPath, ["--input-type=module", "-e", START, core, folder]).output()) as Started;
}

function checkOf(written: Written, starts: readonly Started[]): Check {
  const isSame = starts.every(
    ({ stateHash, replayedCount }) => stateHash === written.stateHash && replayedCount === written.commands,
  );
  const detail = `${written.commands} commands, state ${written.stateHash}`;
  return { name: "every start came to the writer's state", passed: isSame, detail };
}
