/** One subscriber that never reads, among others that do: what it costs them. With and without it take turns at being first. */
import type { Child } from "../child.js";
import { figureOf, ratiosOf, type SuiteResult } from "../figure.js";
import type { RunOptions } from "../suite.js";
import { Publishers } from "./publishers.js";

/** Enough bytes that a socket which is never read fills what the kernel and the server hold for it. */
const SLOW = { subscribers: 20, perTurn: 16, turns: 6_000 } as const;
const GOAL = { atLeast: 0.9 };

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
        const [times, { per_second }] = await conflatedDuring(child, () => publishers.run("engine", SLOW, turns, 1));
        rates.beside.push(per_second);
        conflated.push(times);
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
          passed: conflated.every((times) => times > 0),
          detail: `${conflated.join(", ")} times; the others got every tick in order`,
        },
      ],
    };
  } finally {
    await publishers.stop();
  }
}

/** How often somebody was conflated while something ran: what was before it, in a run without the slow one, is not its doing. */
export async function conflatedDuring<Result>(
  edge: Pick<Child, "laterLine">,
  run: () => Promise<Result>,
): Promise<readonly [times: number, result: Result]> {
  const before = await conflatedUntilNow(edge);
  const result = await run();
  return [(await conflatedUntilNow(edge)) - before, result];
}

/**
 * How often somebody was conflated so far. The edge tells once a second: what it told last is of the middle of a round, and the next line may
 * be on its way already, so that the second from now is the first that knows all.
 */
async function conflatedUntilNow(edge: Pick<Child, "laterLine">): Promise<number> {
  const [, times] = await edge.laterLine(/ (\d+) times conflated/, 2);
  return Number(times);
}
