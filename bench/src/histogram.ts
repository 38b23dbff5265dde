/** HDR histograms as `jware-load` prints them: pairs of a bucket's highest value, nanoseconds, and how many samples fell into it. */

export type Histogram = readonly (readonly [highestNs: number, count: number])[];

/** Several rounds as one. */
export function merged(histograms: readonly Histogram[]): Histogram {
  const counts = new Map<number, number>();
  for (const [highestNs, count] of histograms.flat()) counts.set(highestNs, (counts.get(highestNs) ?? 0) + count);
  return [...counts].sort(([a], [b]) => a - b);
}

/** The nearest rank: the highest value of the bucket in which the sample is that at least this share of all do not exceed. */
export function percentileNs(histogram: Histogram, share: number): number {
  const total = histogram.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(total * share));
  let below = 0;
  for (const [highestNs, count] of histogram) {
    below += count;
    if (below >= rank) return highestNs;
  }
  throw new RangeError("there is no percentile of nothing");
}

/**
 * How latency grows with the percentile: points of (percentile as a fraction, microseconds), one for each bucket, up to the percentile
 * that at least `beyond` samples are beyond: what a single sample says is not a curve.
 */
export function percentileCurve(histogram: Histogram, beyond = 5): readonly (readonly [fraction: number, us: number])[] {
  const total = histogram.reduce((sum, [, count]) => sum + count, 0);
  const points: (readonly [number, number])[] = [];
  let below = 0;
  for (const [highestNs, count] of histogram) {
    below += count;
    if (total - below < beyond) break;
    points.push([below / total, highestNs / 1e3]);
  }
  return points;
}
