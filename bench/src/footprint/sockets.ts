/**
 * Memory of an idle platform, and what one more socket adds that is logged on and hears nothing. Resident memory of the engine's process;
 * what the kernel keeps for a socket is not in it.
 *
 * The first two thousand are opened before: they grow what all of them share, and the collector's heap with their logons. Then some thousands
 * more in steps. A collection makes one step dearer or cheaper by megabytes, so the middle one of the steps is what counts. Beside it stands what
 * all of them together took, the shared part with it: from the idle platform to the last socket.
 */
import type { Child } from "../child.js";
import { EngineUnderTest } from "../engine-under-test.js";
import { figureOf, leftOut, median, type SuiteResult } from "../figure.js";
import { startLoad } from "../load.js";
import { removeFolder } from "../scratch.js";
import type { RunOptions } from "../suite.js";
import { descendantBytes, residentBytes } from "./memory.js";

const WARM_UP_SOCKETS = 2_000;
const STEP_SOCKETS = 1_000;
const STEPS = 6;
const STEPS_QUICK = 5;
const GOAL_KIB = 12;
/** A fresh engine for each: memory that was given up is not given back. */
const ROUNDS_MAX = 3;
const SIM_RATE = 1;
/** Memory is looked at until it stays: collectors give back what a start or a thousand logons left. */
const SETTLE_MS = 500;
const SETTLE_LOOKS_MAX = 10;
const STEADY_BYTES = 256 << 10;
const KIB = 1_024;

interface Round {
  readonly idleBytes: number;
  readonly databaseBytes: number | undefined;
  /** Of the middle step. */
  readonly bytesPerSocket: number;
  /** From no socket to the last, those before the steps with it. */
  readonly grownBytes: number;
}

export async function sockets(roundCount: number, { isQuick }: RunOptions): Promise<SuiteResult> {
  if (residentBytes(process.pid) === undefined) {
    return { figures: [], checks: [leftOut("sockets", "memory is read from /proc, which is not here")] };
  }
  const steps = isQuick ? STEPS_QUICK : STEPS;
  const count = STEP_SOCKETS * steps;
  const rounds: Round[] = [];
  for (let round = 1; round <= (isQuick ? 1 : Math.min(roundCount, ROUNDS_MAX)); round++) {
    process.stderr.write(`  round ${round}\n`);
    rounds.push(await measure(steps));
  }
  const database = rounds.flatMap(({ databaseBytes }) => databaseBytes ?? []);
  return {
    figures: [
      figureOf(
        "idle memory, engine",
        "MiB",
        rounds.map(({ idleBytes }) => idleBytes / KIB ** 2),
        { better: "lower" },
        { n: 1 },
      ),
      ...(database.length === 0
        ? []
        : [
            figureOf(
              "idle memory, its PostgreSQL",
              "MiB",
              database.map((bytes) => bytes / KIB ** 2),
              { better: "lower" },
              { n: 1 },
            ),
          ]),
      figureOf(
        "an idle socket",
        "KiB",
        rounds.map(({ bytesPerSocket }) => bytesPerSocket / KIB),
        GOAL_KIB,
        { n: count, warmUp: WARM_UP_SOCKETS },
      ),
      figureOf(
        `growth over all ${(WARM_UP_SOCKETS + count).toLocaleString("en-US")} sockets`,
        "MiB",
        rounds.map(({ grownBytes }) => grownBytes / KIB ** 2),
        { better: "lower" },
        { n: 1 },
      ),
    ],
    checks: [{ name: "every socket", passed: true, detail: `${WARM_UP_SOCKETS + count} logged on and open to the end` }],
  };
}

/** Growth over the middle one of the steps, bytes. */
export const middleStep = (resident: readonly number[]): number =>
  median(resident.slice(1).map((bytes, step) => bytes - (resident[step] ?? Number.NaN)));

async function measure(steps: number): Promise<Round> {
  const engine = await EngineUnderTest.start({ ack: "durable", simRate: SIM_RATE });
  const clients: Child[] = [];
  try {
    const { apiKey } = await engine.signIn();
    const connect = async (first: number, connections: number): Promise<void> => {
      const client = startLoad("idle", { port: engine.wsPort, path: "/v1/market", apiKey, first, connections });
      clients.push(client);
      await client.line(/"mode":"idle"/);
    };
    const settled = async (): Promise<number> => {
      for (let look = 0, last = Number.NaN; look < SETTLE_LOOKS_MAX; look++) {
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
        const now = residentBytes(engine.pid) ?? Number.NaN;
        if (Math.abs(now - last) < STEADY_BYTES) return now;
        last = now;
      }
      return residentBytes(engine.pid) ?? Number.NaN;
    };
    const idleBytes = await settled();
    const databaseBytes = descendantBytes(engine.pid);
    await connect(0, WARM_UP_SOCKETS);
    const resident = [await settled()];
    for (let step = 0; step < steps; step++) {
      await connect(WARM_UP_SOCKETS + step * STEP_SOCKETS, STEP_SOCKETS);
      resident.push(await settled());
    }
    // A client whose socket was closed has ended.
    for (const client of clients) if (client.hasEnded) throw new Error(`a socket was closed: ${client.errors}`);
    const grownBytes = (resident.at(-1) ?? Number.NaN) - idleBytes;
    return { idleBytes, databaseBytes, bytesPerSocket: middleStep(resident) / STEP_SOCKETS, grownBytes };
  } finally {
    for (const client of clients) await client.stop();
    await engine.stop();
    removeFolder(engine.dataDir);
  }
}
