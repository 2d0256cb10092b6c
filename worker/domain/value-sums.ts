import { Big } from 'big.js';

/** Adds amounts up, by currency. */
export function sumByCurrency(
  values: readonly { currency: string; amount: string }[],
): { currency: string; amount: string }[] {
  const sums = new Map<string, Big>();
  for (const { currency, amount } of values) sums.set(currency, (sums.get(currency) ?? new Big(0)).plus(amount));
  return [...sums]
    .map(([currency, sum]) => ({ currency, amount: sum.toFixed() }))
    .toSorted((a, b) => a.currency.localeCompare(b.currency));
}
