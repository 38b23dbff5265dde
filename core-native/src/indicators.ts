/** Native bars and indicator windows over whole series; the streaming windows live in the core and share the code. */
import { native } from "./native.js";

/** Columns of a bar series, one element per bar. */
export interface BarColumns {
  readonly openTsMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** Everything that some indicator reads. `close` may also be any other series that an indicator of one series is asked for. */
export interface IndicatorColumns extends BarColumns {
  /** The part of the volume that buyers took. */
  readonly buyVolume: Float64Array;
  /** Last prices of the series to compare with. */
  readonly benchmark: Float64Array;
}

/** One parameter and its range, ends included. */
export interface IndicatorParameter {
  readonly name: string;
  readonly isWhole: boolean;
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

/** What an indicator is called, takes, reads and gives. */
export interface IndicatorEntry {
  readonly group: string;
  readonly name: string;
  readonly title: string;
  /** Whose definition it follows. */
  readonly source: string;
  /** In the order in which `computeIndicator` takes them. */
  readonly parameters: readonly IndicatorParameter[];
  /** Names of the output columns. */
  readonly outputs: readonly string[];
  readonly reads: readonly (keyof IndicatorColumns)[];
}

const NONE = new Float64Array(0);

/**
 * Computes an indicator of `indicatorCatalogue()`, by TA-Lib's definition where it has one. Each output has the input's
 * length; the warm-up is NaN. All parameters are given, in the catalogue's order; columns that it does not read may be
 * left out. Throws a sentence on an unknown name, parameters out of range, and columns that it cannot read.
 */
export const computeIndicator = (name: string, parameters: readonly number[], bars: Partial<IndicatorColumns>): Float64Array[] =>
  native.computeIndicator(
    name,
    [...parameters],
    bars.openTsMs ?? NONE,
    bars.open ?? NONE,
    bars.high ?? NONE,
    bars.low ?? NONE,
    bars.close ?? NONE,
    bars.volume ?? NONE,
    bars.buyVolume ?? NONE,
    bars.benchmark ?? NONE,
  );

/** Every indicator that the core has, by group. A cold call: keep what it gives. */
export const indicatorCatalogue = (): IndicatorEntry[] => JSON.parse(native.indicatorCatalogue()) as IndicatorEntry[];

/** Joins bars into longer ones of `intervalS` seconds, aligned to the UNIX epoch. Input is oldest first. */
export const aggregateBars = (bars: BarColumns, intervalS: number): BarColumns => {
  const [openTsMs, open, high, low, close, volume] = native.aggregateBars(
    bars.openTsMs,
    bars.open,
    bars.high,
    bars.low,
    bars.close,
    bars.volume,
    intervalS,
  );
  return { openTsMs, open, high, low, close, volume } as BarColumns;
};
