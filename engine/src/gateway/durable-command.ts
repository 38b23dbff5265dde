/**
 * Administrative commands whose answer is a promise: carried out, and on disk.
 *
 * A disk that does not answer in time leaves the outcome unknown: the command was applied, and counts once it is durable. What
 * became of it is read where its effect is (limits, states, balances); sending it again is harmless but for deposits.
 */
import type { AdminCommand, ExecuteResult } from "@jware/core-native";
import type { RefusalName } from "@jware/schemas";
import { failpoint } from "../failpoint.js";
import type { CorePort } from "./core-port.js";
import { ApiError } from "./problem.js";
import { RefusedError } from "./refusal-problem.js";

/** As long as an order's answer is waited for. */
const DURABLE_MS_MAX = 2000;

/** Throws the refusal, or that the outcome is unknown. */
export async function executeDurably(
  core: Pick<CorePort, "execute" | "awaitDurable">,
  command: AdminCommand,
  waitMs = DURABLE_MS_MAX,
): Promise<Extract<ExecuteResult, { ok: true }>> {
  const result = core.execute(command);
  if (!result.ok) throw RefusedError.byRule(result.rule as RefusalName, null);
  failpoint("gateway.control.before");
  await untilDurable(core, result.seq, waitMs);
  failpoint("gateway.control.after");
  return result;
}

/** Resolves when a command is on disk; throws that the outcome is unknown where that takes too long. */
export async function untilDurable(core: Pick<CorePort, "awaitDurable">, seq: number, waitMs = DURABLE_MS_MAX): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), waitMs);
  });
  const outcome = await Promise.race([core.awaitDurable(seq), late]).finally(() => clearTimeout(timer));
  if (outcome === "late") {
    throw new ApiError("OUTCOME_UNKNOWN", "The disk did not answer in time; read what stands before asking again.", {
      extra: { outcome: "unknown", clOrdId: null },
    });
  }
}
