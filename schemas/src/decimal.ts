/**
 * Exact decimal text, the form of prices, quantities and money at every edge.
 *
 * Text is `[-]digits[.digits]`, at most 40 characters; no exponent, no plus sign, no blanks. Nothing is rounded: digits beyond the
 * given decimals must be zeros. Integers stay below 2^53 where a number is asked for; BigInt is for money.
 */

const PATTERN = /^(-?)(\d{1,28})(?:\.(\d{1,28}))?$/;
const TEXT_LENGTH_MAX = 40;

export type DecimalParse =
  | { readonly ok: true; readonly mantissa: bigint }
  | { readonly ok: false; readonly reason: "malformed" | "too-precise" };

/** Reads decimal text as an integer of `10^-decimals`. */
export function parseDecimal(text: string, decimals: number): DecimalParse {
  const match = text.length <= TEXT_LENGTH_MAX ? PATTERN.exec(text) : null;
  if (match === null) return { ok: false, reason: "malformed" };
  const [, sign = "", whole = "", fraction = ""] = match;
  const kept = fraction.slice(0, decimals);
  if (/[1-9]/.test(fraction.slice(decimals))) return { ok: false, reason: "too-precise" };
  const magnitude = BigInt(whole + kept.padEnd(decimals, "0"));
  return { ok: true, mantissa: sign === "-" ? -magnitude : magnitude };
}

/** Prints an integer of `10^-decimals` with all its decimals: `formatDecimal(6183763n, 2)` is `61837.63`. */
export function formatDecimal(mantissa: bigint | number, decimals: number): string {
  const value = BigInt(mantissa);
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, "0");
  const sign = value < 0n ? "-" : "";
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
