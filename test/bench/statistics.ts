// Medians and quantiles of a handful of measurements.

/** The smallest measurement that at least the share `q` does not exceed; NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const lower = quantile(values, 0.5);
  return values.length % 2 === 1 ? lower : (lower + quantile(values, 0.5 + 1 / (2 * values.length) + 1e-9)) / 2;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
