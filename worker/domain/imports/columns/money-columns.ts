import { currencyOf } from '../../value/currency.ts';
import { moneyIn } from '../../value/decimal.ts';
import type { ColumnName } from './column-name.ts';
import { comparedHeader } from './column-words.ts';
import { placesCalled } from './field-names.ts';
import { freePlaces, saysNothing } from './file-view.ts';
import type { FileView, FoundColumns } from './file-view.ts';

const AN_AMOUNT =
  /\b(?:amounts?|values?|revenue|price|totals?|arr|mrr|betrag\w*|\w*wert|umsatz\w*|preis|montant|valeur|prix|importe|valor|importo|valore|bedrag|belopp|kwota)\b/;

/** Finds the columns with the amounts. `open`: columns of amounts whose names don't say what kind of amount it is. */
export function valueColumns(file: FileView): FoundColumns {
  const free = freePlaces(file);
  const sure = placesCalled('value', file.names).filter((at) => free.includes(at));
  if (sure.length > 0) return { sure, open: [] };
  const open = free.filter(
    (at) =>
      AN_AMOUNT.test(file.names[at]?.words ?? '') &&
      file.isMostly(at, (cell) => /\d/.test(cell) && moneyIn(cell) !== undefined),
  );
  return { sure, open };
}

const A_CURRENCY =
  /currenc(?:y|ies)(?: ?iso)?(?: ?code)?|wa?e?hrung(?:scode)?|devise|monnaie|moneda|divisa|valuta(?: ?kode?)?|moeda|waluta/;

/** What a currency without an amount of its own may be called after: the deal, or nothing. */
const OF_THE_DEAL =
  /^(?:deal|opportunity|order|transaction|conversion|sales?|purchase|lead|payment|geschaft|auftrags?|verkaufschance|affaire|negocio|oportunidad)?$/;

/** An amount in the currency of the company, not in the deal's one. */
const IN_OTHER_CURRENCY =
  /convert|(?:company|corporate|home|base|reporting) currency|umgerechnet|konvertiert|(?:haus|firmen)wahrung/;

/**
 * Finds the columns with the currency of an amount. `Amount Currency` belongs to `Amount`, and `Annual Revenue Currency`
 * to no other one.
 *
 * @param value The column with the amounts.
 */
export function currencyColumns(file: FileView, value: number | undefined): FoundColumns {
  const free = freePlaces(file);
  const amount = value === undefined ? undefined : file.names[value];
  // HubSpot's `Amount in company currency` is an amount.
  const named = free.filter((at) => A_CURRENCY.test(wordsOf(file, at)) && !/\bin .*currency/.test(wordsOf(file, at)));
  const isMoneyOf = (at: number): boolean =>
    amount !== undefined &&
    [amount.whole, amount.own, amount.bare.whole, amount.bare.own].includes(ownerOf(file.names[at]));
  const pair = named.filter(isMoneyOf);
  const isOther = amount !== undefined && IN_OTHER_CURRENCY.test(amount.words);
  const called = placesCalled('currency', file.names);
  const general = isOther ? [] : named.filter((at) => !pair.includes(at) && isOfDeal(file.names[at]));
  const ranked = [...called.filter((at) => general.includes(at)), ...general.filter((at) => !called.includes(at))];
  const sure = [...pair, ...ranked];
  const codes = free.filter(
    (at) =>
      !named.includes(at) && file.isMostly(at, (cell) => /^[A-Z]{3}$/.test(cell) && currencyOf(cell) !== undefined),
  );
  const isOnly = sure.length === 0 && !isOther && codes.length === 1 && saysNothing(file.names[codes[0] ?? -1]);
  return {
    sure,
    only: isOnly ? codes[0] : undefined,
    open: [...named.filter((at) => !sure.includes(at)), ...(isOnly ? [] : codes)],
  };
}

function wordsOf({ names }: FileView, at: number): string {
  return names[at]?.words ?? '';
}

/** Returns the name of the amount that a currency is of, as it is compared: `amount` for `Amount Currency`. */
function ownerOf(name: ColumnName | undefined): string {
  return comparedHeader(
    (name?.words ?? '').replace(A_CURRENCY, ' ').replaceAll(/\b(?:of|de|der|des|du|della|do|da)\b/g, ' '),
  );
}

function isOfDeal(name: ColumnName | undefined): boolean {
  return name?.object !== 'company' && name?.object !== 'person' && OF_THE_DEAL.test(ownerOf(name));
}
