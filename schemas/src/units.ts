/**
 * Ticks and lots from and to decimal text.
 *
 * One step (a tick of price, a lot of quantity) is `mantissa / 10^decimals`. A value that is no whole number of steps is
 * refused, never rounded.
 */
import { formatDecimal, parseDecimal } from "./decimal.js";

/** The size of one tick or lot. */
export interface UnitScale {
  readonly decimals: number;
  readonly mantissa: number;
}

export type UnitsParse =
  | { readonly ok: true; readonly units: number }
  | { readonly ok: false; readonly reason: "malformed" | "off-step" | "overflow" };

/** Reads decimal text as a whole number of steps, below 2^53 in magnitude. */
export function parseUnits(text: string, scale: UnitScale): UnitsParse {
  const parsed = parseDecimal(text, scale.decimals);
  if (!parsed.ok) return { ok: false, reason: parsed.reason === "malformed" ? "malformed" : "off-step" };
  const step = BigInt(scale.mantissa);
  if (parsed.mantissa % step !== 0n) return { ok: false, reason: "off-step" };
  const units = Number(parsed.mantissa / step);
  return Number.isSafeInteger(units) ? { ok: true, units } : { ok: false, reason: "overflow" };
}

/** Prints steps as decimal text with all the scale's decimals. */
export const formatUnits = (units: number | bigint, scale: UnitScale): string =>
  formatDecimal(BigInt(units) * BigInt(scale.mantissa), scale.decimals);
