/** A server that holds history yields to what trades, where both want one processor. */
import { getPriority, setPriority } from "node:os";

/** About a tenth of the share of what has none (the scheduler's weights: 110 to 1,024), and all of it where nobody else wants it. */
export const YIELDING_NICE = 10;

/** A process yields from now on, and those that it starts from now on. Who yields more stays there: it may not be allowed to yield less. */
export function yieldProcess(pid: number): void {
  if (getPriority(pid) < YIELDING_NICE) setPriority(pid, YIELDING_NICE);
}
