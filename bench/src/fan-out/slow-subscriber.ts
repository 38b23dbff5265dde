/** One subscriber that never reads, among others that do: what it costs them. With and without it take turns at being first. */
import type { Child } from "../child.js";
import { figureOf, ratiosOf, type SuiteResult } from "../figure.js";
import type { RunOptions } from "../suite.js";
import { Publishers } from "./publishers.js";

/** Enough bytes that a socket which is never read fills what the kernel and the server hold for it. */
const SLOW = { subscribers: 20, perTurn: 16, turns: 6_000 } as const;
const GOAL = { atLeast: 0.9 };
const CONFLATED_MS_MAX = 5_000;
const CONFLATED_RETRY_MS = 100;

export async function slowSubscriber(roundCount: number, { isQuick }: RunOptions): Promise<SuiteResult> {
  const publishers = await Publishers.start(["engine"]);
  try {
    const { subscribers, perTurn } = SLOW;
    const turns = isQuick ? SLOW.turns / 2 : SLOW.turns;
    const { child } = publishers.get("engine");
    const rates = { without: [] as number[], beside: [] as number[] };
    const conflated: number[] = [];
    for (let round = 0; round < roundCount; round++) {
      const without = async () => {
        rates.without.push((await publishers.run("engine", SLOW, turns)).per_second);
      };
      const beside = async () => {
        const before = conflated.at(-1) ?? 0;
        rates.beside.push((await publishers.run("engine", SLOW, turns, 1)).per_second);
        conflated.push(await conflatedAfter(child, before));
      };
      for (const run of round % 2 === 0 ? [without, beside] : [beside, without]) await run();
    }
    const label = `${subscribers} subscribers beside one that does not read`;
    return {
      figures: [
        figureOf(`${label}, deliveries`, "per second", rates.beside, undefined, { n: subscribers * perTurn * turns }),
        figureOf(`${label} / without it`, "ratio", ratiosOf(rates.beside, rates.without), GOAL),
      ],
      checks: [
        {
          name: "the slow subscriber was conflated in each round",
          passed: true,
          detail: `${conflated.join(", ")} times by the end of each; the others got every tick in order`,
        },
      ],
    };
  } finally {
    await publishers.stop();
  }
}

/** How often somebody was conflated so far. The edge tells once a second; throws where it is not more than before. */
export async function conflatedAfter(edge: Pick<Child, "lastLine">, before: number, msMax = CONFLATED_MS_MAX): Promise<number> {
  const endsAt = performance.now() + msMax;
  for (;;) {
    const [, times] = await edge.lastLine(/ (\d+) times conflated/);
    if (Number(times) > before) return Number(times);
    if (performance.now() > endsAt)
      throw new Error(`nobody was conflated beside a subscriber that does not read (${before} before)`);
    await new Promise((resolve) => setTimeout(resolve, CONFLATED_RETRY_MS));
  }
}
