// HOT: canvases format a few thousand numbers per second with this. Integer work only.
/** Decimal text of integers: fixed decimals, a true minus, zeros kept. */

/** Typographic minus: as wide as a digit's plus, and told from a hyphen. */
export const MINUS = "\u2212";
/** What stands where a value is not known. */
export const UNKNOWN = "\u2014";

const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

/** `fixed(6183763, 2)` is `61837.63`; exact for integers below 2^53. */
export function fixed(mantissa: number, decimals: number): string {
  const magnitude = mantissa < 0 ? -mantissa : mantissa;
  const sign = mantissa < 0 ? MINUS : "";
  if (decimals === 0) return sign + String(magnitude);
  const power = POWERS[decimals] ?? 10 ** decimals;
  const whole = Math.floor(magnitude / power);
  const fraction = magnitude - whole * power;
  return `${sign}${whole}.${String(fraction).padStart(decimals, "0")}`;
}

/** Same for any size, with thousands set apart: `1,000,000.00`. */
export function grouped(mantissa: bigint, decimals: number): string {
  const magnitude = (mantissa < 0n ? -mantissa : mantissa).toString().padStart(decimals + 1, "0");
  const whole = decimals === 0 ? magnitude : magnitude.slice(0, -decimals);
  const fraction = decimals === 0 ? "" : `.${magnitude.slice(-decimals)}`;
  return (mantissa < 0n ? MINUS : "") + whole.replace(/\B(?=(\d{3})+$)/g, ",") + fraction;
}

/** Integer of 10^-from as integer of 10^-to, rounded half away from zero where digits are lost. For display only. */
export function rescaled(mantissa: bigint, from: number, to: number): bigint {
  if (to >= from) return mantissa * 10n ** BigInt(to - from);
  const divisor = 10n ** BigInt(from - to);
  const half = divisor / 2n;
  return mantissa < 0n ? -((-mantissa + half) / divisor) : (mantissa + half) / divisor;
}

/** Rounded quotient, half away from zero. For display only. */
export function divided(value: bigint, by: bigint): bigint {
  const negative = value < 0n !== by < 0n;
  const magnitude = value < 0n ? -value : value;
  const divisor = by < 0n ? -by : by;
  const quotient = (magnitude + divisor / 2n) / divisor;
  return negative ? -quotient : quotient;
}
