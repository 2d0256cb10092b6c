import { valueSpellings } from './value-spellings.ts';

/** The beginning of a value that stands by itself is known from so many characters on. */
const MIN_ALONE_CHARS = 3;

/** Within a word it takes more: many words end as a name begins. */
const MIN_WITHIN_CHARS = 4;

/** Whoever cuts a text may say so. */
const SAYS_CUT = /(?:truncated|[\s"'}\])>\\.…[(<])*$/iu;

/** Longer tails than these are nobody's punctuation. */
const MAX_ENDS = 32;

const begun = new WeakMap<ReadonlySet<string>, ReadonlyMap<string, readonly string[]>>();

/**
 * Takes out the beginning of a value with which a line ends: a text that echoes a value may be cut in its middle, and then
 * the value is not known for itself any more.
 *
 * @param sent The values that the text may echo.
 */
export function withoutCutValues(text: string, sent: ReadonlySet<string>): string {
  if (sent.size === 0) return text;
  const known = begun.get(sent) ?? byBeginning(sent);
  begun.set(sent, known);
  return text
    .split('\n')
    .map((line) => withoutCutValue(line, known))
    .join('\n');
}

function withoutCutValue(line: string, known: ReadonlyMap<string, readonly string[]>): string {
  const lower = line.toLowerCase();
  // Where a character has another length in lower case, the places would not be the same.
  if (lower.length !== line.length) return CUT;
  const found = possibleEnds(line).flatMap((end) => {
    const start = startOfValue(lower.slice(0, end), known);
    return start === undefined ? [] : [{ start, end }];
  });
  // The one that begins first takes the most out.
  const [first] = found.toSorted((one, other) => one.start - other.start);
  return first === undefined ? line : `${line.slice(0, first.start)}${CUT}${line.slice(first.end)}`;
}

/** Where the value may have been cut: what stands behind it, such as dots, may be the value's own. */
function possibleEnds(line: string): number[] {
  const last = SAYS_CUT.exec(line)?.index ?? line.length;
  const tried = Math.min(line.length - last, MAX_ENDS);
  return [...Array.from({ length: tried }, (_, index) => line.length - index), last];
}

/** Where a value begins that goes on to the end of a text, whole or not. */
function startOfValue(text: string, known: ReadonlyMap<string, readonly string[]>): number | undefined {
  for (let start = 0; start <= text.length - MIN_ALONE_CHARS; start += 1) {
    const values = known.get(text.slice(start, start + MIN_ALONE_CHARS)) ?? [];
    const isAlone = start === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(start - 1));
    const rest = text.slice(start);
    if ((isAlone || rest.length >= MIN_WITHIN_CHARS) && values.some((value) => value.startsWith(rest))) return start;
  }
  return undefined;
}

const CUT = '<value>';

/** Values by their first characters, in lower case. */
function byBeginning(sent: ReadonlySet<string>): Map<string, string[]> {
  return Map.groupBy(
    [...valueSpellings(sent)].map((value) => value.toLowerCase()),
    (value) => value.slice(0, MIN_ALONE_CHARS),
  );
}
