import type { RowProblemCode } from '../../schema/imports/row-problem.ts';
import type { Note } from '../lint/note.ts';
import { valueOf } from '../value/conversion-value.ts';
import { moneyIn } from '../value/decimal.ts';
import { Big } from '../value/exact-number.ts';
import type { ColumnHints } from './columns/column-hints.ts';

/** What a row's conversion was worth: an amount as LinkedIn writes it. */
export type RowValue = { amount: string; currency: string };

/**
 * Reads an amount. Its currency is in the row, beside the amount, or in the name of the amount's column. If they differ,
 * nobody knows which one is right.
 *
 * @param options.currency The currency in the row's own column.
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
  const said = new Set([currency, money.currency, hints.currency].filter((code) => code !== undefined));
  const [code = defaultCurrency] = said;
  const written = [hints.currencySign, money.currency === undefined ? cell : undefined].flatMap((text) => signIn(text));
  if (said.size > 1 || (code !== undefined && written.some((sign) => !mayHave(code, sign)))) {
    report('currency_conflict');
    return undefined;
  }
  const isInCents = hints.isInCents === true;
  if (isInCents && !money.amount.round(0, Big.roundHalfUp).eq(money.amount)) {
    report('amount_not_in_cents');
    return undefined;
  }
  const value = valueOf(isInCents ? money.amount.div(100) : money.amount, code, note);
  // A yen has no cents, so nobody knows what such a column means.
  if (isInCents && value !== undefined && !/\.\d\d$/.test(value.amount)) {
    report('amount_not_in_cents');
    return undefined;
  }
  return value && { amount: value.amount, currency: value.currencyCode };
}

/** Returns the sign in a text that several currencies have. */
function signIn(text = ''): string[] {
  return (/[$£¥]|(?<!\p{L})kr(?!\p{L})/iu.exec(text) ?? []).map((sign) => sign.toLowerCase());
}

const signs = new Map<string, string>();

/** `$1,200` may be in CAD, and not in EUR. */
function mayHave(code: string, sign: string): boolean {
  const known =
    signs.get(code) ??
    new Intl.NumberFormat('en', { style: 'currency', currency: code, currencyDisplay: 'narrowSymbol' }).format(0);
  signs.set(code, known);
  return known.toLowerCase().includes(sign);
}
