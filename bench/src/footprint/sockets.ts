/**
 * Memory of an idle platform, and what a socket adds that is logged on and hears nothing: a thousand of them, then ten thousand. Resident
 * memory of the engine's process; what the kernel keeps for a socket is not in it.
 */
import type { Child } from "../child.js";
import { EngineUnderTest } from "../engine-under-test.js";
import { figureOf, type SuiteResult } from "../figure.js";
import { startLoad } from "../load.js";
import { removeFolder } from "../scratch.js";
import type { RunOptions } from "../suite.js";
import { descendantBytes, residentBytes } from "./memory.js";

const COUNTS = [1_000, 10_000] as const;
const COUNTS_QUICK = [1_000] as const;
const GOAL_KIB = 12;
/** A fresh engine for each: memory that was given up is not given back. */
const ROUNDS_MAX = 3;
const SIM_RATE = 1;
/** Memory is looked at until it stays: collectors give back what a start or a thousand logons left. */
const SETTLE_MS = 1_000;
const SETTLE_LOOKS_MAX = 8;
const STEADY_BYTES = 256 << 10;
const KIB = 1_024;
/** The first sockets grow what all of them share. */
const WARM_UP_SOCKETS = 100;

interface Round {
  readonly idleBytes: number;
  readonly databaseBytes: number | undefined;
  /** Bytes for each socket, by number of sockets. */
  readonly perSocket: ReadonlyMap<number, number>;
}

export async function sockets(roundCount: number, { isQuick }: RunOptions): Promise<SuiteResult> {
  if (residentBytes(process.pid) === undefined) {
    return {
      figures: [],
      checks: [{ name: "sockets", passed: true, detail: "left out: memory is read from /proc, which is not here" }],
    };
  }
  const counts = isQuick ? COUNTS_QUICK : COUNTS;
  const rounds: Round[] = [];
  for (let round = 1; round <= (isQuick ? 1 : Math.min(roundCount, ROUNDS_MAX)); round++) {
    process.stderr.write(`  round ${round}\n`);
    rounds.push(await measure(counts));
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
      ...counts.map((count) =>
        figureOf(
          `an idle socket, of ${count}`,
          "KiB",
          rounds.map(({ perSocket }) => (perSocket.get(count) ?? Number.NaN) / KIB),
          GOAL_KIB,
          {
            n: count,
            warmUp: WARM_UP_SOCKETS,
          },
        ),
      ),
    ],
    checks: [{ name: "every socket", passed: true, detail: `${Math.max(...counts)} logged on and open to the end` }],
  };
}

async function measure(counts: readonly number[]): Promise<Round> {
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
    const before = await settled();
    const perSocket = new Map<number, number>();
    let open = 0;
    for (const count of counts) {
      await connect(WARM_UP_SOCKETS + open, count - open);
      open = count;
      perSocket.set(count, ((await settled()) - before) / count);
    }
    // A client whose socket was closed has ended.
    for (const client of clients) if (client.hasEnded) throw new Error(`a socket was closed: ${client.errors}`);
    return { idleBytes, databaseBytes, perSocket };
  } finally {
    for (const client of clients) await client.stop();
    await engine.stop();
    removeFolder(engine.dataDir);
  }
}
