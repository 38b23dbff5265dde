/**
 * Decimal text of a venue to ticks and lots, exactly.
 *
 * One step is `mantissa / 10^decimals`. A value between two steps is an error, never rounded; results are integers from 0 to
 * 2^53 - 1. Cost: one pass over the characters, nothing allocated. Negative values, signs, exponents and blanks are malformed:
 * no venue sends them in prices or sizes.
 */
// HOT: called twice per level and trade. No BigInt, no regular expression, no substring.
import type { UnitScale } from "@jware/schemas";

/** Results below zero say why there is none. */
export const MALFORMED = -1;
export const OFF_STEP = -2;
export const OVERFLOW = -3;

const TEXT_LENGTH_MAX = 40;
const DOT = 46;
const ZERO = 48;

/** Reads text as a whole number of steps, or gives MALFORMED, OFF_STEP or OVERFLOW. */
export function readSteps(text: string, scale: UnitScale): number {
  const value = readMantissa(text, scale.decimals, false);
  if (value <= 0 || scale.mantissa === 1) return value;
  const steps = value / scale.mantissa;
  return Number.isInteger(steps) ? steps : OFF_STEP;
}

/**
 * Reads a displayed size as whole lots, leaving out what is smaller than a lot.
 *
 * Venues add up orders that were placed before a lot became larger, so that a level may show `25.426189` where the lot is
 * 0.00001. The part below a lot cannot be traded in lots; the whole lots can. Prices and trades have no such excuse.
 */
export function readDisplayedLots(text: string, scale: UnitScale): number {
  const value = readMantissa(text, scale.decimals, true);
  return value <= 0 || scale.mantissa === 1 ? value : Math.floor(value / scale.mantissa);
}

/** Reads text as an integer of `10^-decimals`; digits beyond must be zeros unless they may be cut. */
function readMantissa(text: string, decimals: number, cut: boolean): number {
  const length = text.length;
  if (length === 0 || length > TEXT_LENGTH_MAX) return MALFORMED;
  let value = 0;
  let at = 0;
  let code = 0;
  for (; at < length; at += 1) {
    code = text.charCodeAt(at);
    if (code === DOT) break;
    const digit = code - ZERO;
    if (digit < 0 || digit > 9) return MALFORMED;
    value = value * 10 + digit;
  }
  if (at === 0) return MALFORMED;
  let fractionCount = 0;
  let beyond = false;
  if (at < length) {
    at += 1;
    if (at === length) return MALFORMED;
    for (; at < length; at += 1) {
      const digit = text.charCodeAt(at) - ZERO;
      if (digit < 0 || digit > 9) return MALFORMED;
      if (fractionCount < decimals) {
        value = value * 10 + digit;
        fractionCount += 1;
      } else if (digit !== 0) beyond = true;
    }
  }
  if (beyond && !cut) return OFF_STEP;
  for (; fractionCount < decimals; fractionCount += 1) value *= 10;
  // Doubles grow monotonically: a value that passed 2^53 on the way cannot end below it.
  return value <= Number.MAX_SAFE_INTEGER ? value : OVERFLOW;
}
