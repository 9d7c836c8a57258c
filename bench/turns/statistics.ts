/** Medians and ratios of what was measured by turns. */

/** The middle one of some values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** The geometric mean of some values. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** How much more one thing costs than another one. */
export interface Ratio {
  /** The ratio of the two medians. */
  readonly value: number;
  /** In what range the true one lies in 19 of 20 cases, as half its width; NaN when there were too few turns to tell. */
  readonly error: number;
}

/** The ratio of the medians of two series, whose values of the same turn stand at the same place. */
export function ratioOf(values: readonly number[], base: readonly number[]): Ratio {
  return {
    value: median(values) / median(base),
    error: halfWidth(values.map((value, turn) => value / (base[turn] ?? Number.NaN))),
  };
}

/** Half the width of the range in which a median lies with a confidence of 95 %, by the ranks of the values. */
function halfWidth(values: readonly number[]): number {
  if (values.length < 6) {
    return Number.NaN;
  }
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(0, Math.floor((sorted.length - 1.96 * Math.sqrt(sorted.length)) / 2));
  return ((sorted[sorted.length - 1 - rank] ?? Number.NaN) - (sorted[rank] ?? Number.NaN)) / 2;
}
