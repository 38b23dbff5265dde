/** From values to places on paper, and which values are named. */
import type { Scale } from "../figure.js";

export interface Mapping {
  /** Place of a value, from 0 to 1; outside of that where the value is outside of the domain. */
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

const PERCENTILES = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999] as const;
const LINEAR_TICKS = 5;
/** With more decades than this, only they are named. */
const DECADES_WITH_STEPS = 2;

/** A mapping in which every value has a place. Values of a log scale are above 0. */
export function mappingOf(scale: Scale, values: readonly number[]): Mapping {
  const finite = values.filter((value) => Number.isFinite(value) && (scale !== "log" || value > 0));
  const [low, high] = finite.length === 0 ? [1, 10] : [Math.min(...finite), Math.max(...finite)];
  if (scale === "percentile") return percentiles(high);
  return scale === "log" ? logarithmic(low, high) : linear(Math.min(0, low), high);
}

function linear(low: number, high: number): Mapping {
  const step = niceStep((high - low || 1) / LINEAR_TICKS);
  const top = Math.max(low + step, Math.ceil(high / step) * step);
  const ticks: number[] = [];
  for (let value = Math.ceil(low / step) * step; value <= top + step / 1e6; value += step) ticks.push(value);
  return { at: (value) => (value - low) / (top - low), ticks: ticks.map((value) => ({ value, text: shortNumber(value) })) };
}

function logarithmic(low: number, high: number): Mapping {
  const steps = Math.log10(high / low) <= DECADES_WITH_STEPS ? [1, 2, 5] : [1];
  const candidates: number[] = [];
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.ceil(Math.log10(high)); decade++) {
    candidates.push(...steps.map((step) => step * 10 ** decade));
  }
  // From the last that is not above to the first that is not below.
  const from = candidates.filter((value) => value <= low * (1 + 1e-9)).at(-1) ?? low;
  const to = candidates.find((value) => value >= high * (1 - 1e-9) && value > from) ?? high * 10;
  const ticks = candidates.filter((value) => value >= from && value <= to);
  return {
    at: (value) => Math.log(Math.max(value, from) / from) / Math.log(to / from),
    ticks: ticks.map((value) => ({ value, text: shortNumber(value) })),
  };
}

/** Each nine takes the same room: what is rare is where systems differ. */
function percentiles(high: number): Mapping {
  const nines = (fraction: number) => -Math.log10(1 - Math.min(fraction, 1 - 1e-9));
  const last = PERCENTILES.find((fraction) => fraction >= high) ?? PERCENTILES[PERCENTILES.length - 1] ?? 0.999;
  const ticks = PERCENTILES.filter((fraction) => fraction <= last);
  return {
    at: (value) => nines(value) / nines(last || 0.9),
    ticks: ticks.map((value) => ({ value, text: `${Number((value * 100).toPrecision(7))} %` })),
  };
}

function niceStep(rough: number): number {
  const decade = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((step) => step * decade >= rough * (1 - 1e-9)) ?? 10) * decade;
}

/** `1,200,000` as `1.2M`, `0.25` as it is. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  const [divisor, suffix] = size >= 1e9 ? [1e9, "G"] : size >= 1e6 ? [1e6, "M"] : size >= 1e4 ? [1e3, "k"] : [1, ""];
  return `${Number((value / divisor).toPrecision(3)).toLocaleString("en-US")}${suffix}`;
}
