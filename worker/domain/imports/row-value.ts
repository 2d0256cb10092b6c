import type { RowProblemCode } from '../../schema/imports/row-problem.ts';
import type { Note } from '../lint/note.ts';
import { valueOf } from '../value/conversion-value.ts';
import { canMean, currencyCalled, currencyOf } from '../value/currency.ts';
import { moneyIn } from '../value/decimal.ts';
import { Big } from '../value/exact-number.ts';
import type { ColumnHints } from './columns/column-hints.ts';

/**
 * What a row's conversion was worth. Without a currency, it is in the default one of each connection. `sign`: a sign or
 * name that this currency must have, such as `$`.
 */
export type RowValue = { amount: string; currency?: string; sign?: string };

/** Returns a currency as it was written, if it is one, or a sign that several have. */
export function currencyIn(cell: string, note: Note): string | undefined {
  return currencyCalled(cell).kind === 'unknown' ? currencyOf(cell, note) : cell;
}

/**
 * Reads an amount. Its currency is in the row, beside the amount, or in the name of the amount's column. If they differ,
 * nobody knows which one is right.
 *
 * @param options.currency The currency in the row's own column, as it was written.
 * @param options.isCurrencyWrong Whether that column can't be read. It must not be replaced by the default one.
 * @param options.report Called with the reason why a value is left out.
 */
export function rowValue(
  cell: string | undefined,
  {
    hints,
    currency,
    isCurrencyWrong,
    defaultCurrency,
    note,
    report,
  }: {
    hints: ColumnHints;
    currency: string | undefined;
    isCurrencyWrong: boolean;
    defaultCurrency: string | undefined;
    note: Note;
    report: (code: RowProblemCode) => void;
  },
): RowValue | undefined {
  if (cell === undefined) return undefined;
  const money = moneyIn(cell, note);
  if (money === undefined || isCurrencyWrong) return undefined;
  const own = currency && currencyOf(currency);
  const said = new Set([own, money.currency, hints.currency].filter((code) => code !== undefined));
  const [code = defaultCurrency] = said;
  const signs = [...money.signs, own === undefined ? currency : undefined, hints.currencySign].filter(
    (each) => each !== undefined,
  );
  if (said.size > 1 || (code !== undefined && !signs.every((each) => canMean(each, code)))) {
    report('currency_conflict');
    return undefined;
  }
  const isInCents = hints.isInCents === true;
  if (isInCents && !money.amount.round(0, Big.roundHalfUp).eq(money.amount)) {
    report('amount_not_in_cents');
    return undefined;
  }
  if (code === undefined && !isInCents) {
    // The amount itself is checked here, and its currency with each connection.
    const sign = signs.find((each) => currencyOf(each) === undefined);
    const isUsable = valueOf(money.amount, 'EUR', note) !== undefined;
    return isUsable ? { amount: money.amount.toFixed(), ...(sign !== undefined && { sign }) } : undefined;
  }
  const value = valueOf(isInCents ? money.amount.div(100) : money.amount, code, note);
  // A yen has no cents, so nobody knows what such a column means.
  if (isInCents && value !== undefined && !/\.\d\d$/.test(value.amount)) {
    report('amount_not_in_cents');
    return undefined;
  }
  return value && { amount: value.amount, currency: value.currencyCode };
}
