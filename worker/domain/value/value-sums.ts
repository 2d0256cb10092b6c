import { Big } from './exact-number.ts';

/**
 * Sums amounts by currency.
 *
 * @param values `times`: how often to count the amount. One when missing.
 */
export function sumByCurrency(
  values: readonly { currency: string; amount: string; times?: number }[],
): { currency: string; amount: string }[] {
  const sums = new Map<string, Big>();
  for (const { currency, amount, times = 1 } of values)
    sums.set(currency, (sums.get(currency) ?? new Big(0)).plus(new Big(amount).times(times)));
  return [...sums]
    .map(([currency, sum]) => ({ currency, amount: sum.toFixed() }))
    .toSorted((a, b) => a.currency.localeCompare(b.currency));
}
