/** @param share 0.5 for the median, 0.99 for what one in a hundred exceeds. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Three significant digits: what is measured here is no more exact than that. */
export const rounded = (value: number): number => Number(value.toPrecision(3));
