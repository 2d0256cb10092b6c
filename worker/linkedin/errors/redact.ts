import { withoutCutValues } from './cut-values.ts';
import { valueSpellings } from './value-spellings.ts';

const MAX_CHARS = 512;

/** The text after this is not read: the patterns are slow on a megabyte, and nobody reads that far. */
const MAX_READ_CHARS = 4_096;

/**
 * Removes personal data from LinkedIn's text, because its messages echo the values that they refuse.
 *
 * Keeps what we need: paths, reasons, codes and short numbers.
 *
 * @param sent Personal values that the text may echo and that have no recognisable form, such as names.
 */
export function redact(text: string, sent: ReadonlySet<string> = NONE): string {
  return (
    without(withoutCutValues(beginning(text), sent), sent)
      // Matches from the start of a word only, so that a long text without an @ is scanned once and not once per
      // letter.
      .replaceAll(/(?<![^\s"<>,;])[^\s"<>,;]+@[^\s"<>,;]+/g, '<e-mail>')
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '<id>')
      .replaceAll(/[0-9a-f]{32,}/gi, '<hash>')
      .replaceAll(/(?<!\d)\d{1,3}(\.\d{1,3}){3}(?!\d)/g, '<ip>')
      .replaceAll(/(?<![0-9a-f:])(?=[0-9a-f:]*[0-9a-f])([0-9a-f]{0,4}:){2,8}[0-9a-f]{0,4}(?![0-9a-f:])/gi, '<ip>')
      .replaceAll(/AQ[\w-]{8,}|tok-[\w-]+|WPL_AP\S+|(?<=Bearer )[^\s"]+/g, '<token>')
      // LinkedIn's symbols are in capitals and are kept. Any other quoted text is one of our values. A quote that does
      // not end was cut inside the value.
      .replaceAll(
        /(?<!"[A-Z][A-Z0-9_]{0,63}(?=" is not an enum symbol))"(?![A-Z][A-Z0-9_]{0,63}" is not an enum symbol)[^"\n]*("|$)/gm,
        '"<value>$1',
      )
      .replaceAll(/(:: \/\S* )?:: [^\n]*? cannot be coerced/g, '$1:: <value> cannot be coerced')
      .slice(0, MAX_CHARS)
  );
}

const NONE: ReadonlySet<string> = new Set();

/** A shorter value may be part of any word, so it is removed only as a separate word. */
const MIN_PART_CHARS = 6;

function without(text: string, values: ReadonlySet<string>): string {
  const lower = text.toLowerCase();
  // The longest first, because one value may contain another.
  const echoed = [...valueSpellings(values)]
    .filter((value) => value !== '' && lower.includes(value.toLowerCase()))
    .toSorted((a, b) => b.length - a.length);
  return echoed.reduce((rest, value) => rest.replaceAll(pattern(value), '<value>'), text);
}

function pattern(value: string): RegExp {
  const escaped = value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  return new RegExp(value.length < MIN_PART_CHARS ? `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])` : escaped, 'giu');
}

/** Cuts a long text between words: half an address would not be recognised. */
function beginning(text: string): string {
  if (text.length <= MAX_READ_CHARS) return text;
  const read = text.slice(0, MAX_READ_CHARS);
  return read.slice(0, Math.max(0, read.lastIndexOf(' ')));
}
