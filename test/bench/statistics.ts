/** @param share 0.5 for the median, 0.99 for the value that one in a hundred exceeds. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Rounds to three significant digits, because the measurements are no more exact. */
export const rounded = (value: number): number => Number(value.toPrecision(3));
