import { withoutPeople } from '../../privacy/masked-names.ts';
import { currencyOf } from '../../value/currency.ts';
import { moneyIn } from '../../value/decimal.ts';
import { consentIn, hasOptedOut } from '../consent-words.ts';
import { readTime } from '../read-time.ts';

/** The samples of a column. */
const SAMPLES = 2;

const MAX_CHARS = 40;

/** Longer numbers may be telephone numbers, or IDs of people. */
const MAX_DIGITS = 6;

/**
 * Returns up to two different cells of each column, so that a person recognises the column. A cell that may identify
 * somebody is masked: `<e-mail>`, `A… M…`, `+4…`.
 *
 * @param rows Some of the first rows.
 * @param isPlain Whether a column's cells identify nobody, such as the stage of a deal.
 */
export function cellSamples(rows: readonly (readonly string[])[], isPlain: (place: number) => boolean): string[][] {
  const width = Math.max(0, ...rows.map(({ length }) => length));
  return Array.from({ length: width }, (_, at) => {
    const show = isPlain(at) ? shortened : shownCell;
    const shown = rows.map((cells) => show(cells[at]?.trim() ?? '')).filter((cell) => cell !== '');
    return [...new Set(shown)].slice(0, SAMPLES);
  });
}

function shortened(cell: string): string {
  return withoutPeople(cell).slice(0, MAX_CHARS).toWellFormed();
}

function shownCell(cell: string): string {
  if (cell === '') return '';
  if (cell.includes('@')) return '<e-mail>';
  const digits = cell.replaceAll(/\D/g, '').length;
  const isDate = digits >= 4 && digits <= 17 && /\d[-/.: ]\d/.test(cell) && readTime(cell, {}).kind !== 'unreadable';
  const isShort = cell.replace(/[.,]\d{2}(?!\d)/, '').replaceAll(/\D/g, '').length <= MAX_DIGITS;
  const isAmount = digits > 0 && isShort && /^[^\p{L}]*$/u.test(cell) && moneyIn(cell) !== undefined;
  const isAnswer = cell.length <= 16 && (consentIn(cell) !== 'unclear' || hasOptedOut(cell) !== 'unclear');
  if (cell.length <= MAX_CHARS && (isDate || isAmount || isAnswer || currencyOf(cell) !== undefined)) return cell;
  const words = cell.split(/\s+/).slice(0, 3);
  return words.map((word) => `${String.fromCodePoint(word.codePointAt(0) ?? 0)}…`).join(' ');
}
