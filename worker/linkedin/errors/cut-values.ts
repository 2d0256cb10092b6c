import { valueSpellings } from './value-spellings.ts';

/** The beginning of a value is recognised from this many characters on, if it is a separate word. */
const MIN_ALONE_CHARS = 3;

/** Within a word more characters are needed, because many words end in the beginning of a name. */
const MIN_WITHIN_CHARS = 4;

/** Marks at the end of a text that was cut. */
const SAYS_CUT = /(?:truncated|[\s"'}\])>\\.…[(<])*$/iu;

/** The longest tail that is treated as punctuation. */
const MAX_ENDS = 32;

const begun = new WeakMap<ReadonlySet<string>, ReadonlyMap<string, readonly string[]>>();

/**
 * Removes the beginning of a value from the end of a line. A text that echoes a value may be cut in the middle of it,
 * and then the whole value no longer matches.
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
  // The lower-case text has another length, so its positions do not fit the original.
  if (lower.length !== line.length) return CUT;
  const found = possibleEnds(line).flatMap((end) => {
    const start = startOfValue(lower.slice(0, end), known);
    return start === undefined ? [] : [{ start, end }];
  });
  // The match that begins first removes the most.
  const [first] = found.toSorted((one, other) => one.start - other.start);
  return first === undefined ? line : `${line.slice(0, first.start)}${CUT}${line.slice(first.end)}`;
}

/**
 * Returns the positions where the value may have been cut. The characters after it, such as dots, may be part of the
 * value.
 */
function possibleEnds(line: string): number[] {
  const last = SAYS_CUT.exec(line)?.index ?? line.length;
  const tried = Math.min(line.length - last, MAX_ENDS);
  return [...Array.from({ length: tried }, (_, index) => line.length - index), last];
}

/** Returns where a value begins that runs to the end of the text, whether it is complete or not. */
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

/** Groups values by their first characters, in lower case. */
function byBeginning(sent: ReadonlySet<string>): Map<string, string[]> {
  return Map.groupBy(
    [...valueSpellings(sent)].map((value) => value.toLowerCase()),
    (value) => value.slice(0, MIN_ALONE_CHARS),
  );
}
