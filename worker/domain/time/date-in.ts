import { monthCalled } from './calendar-words.ts';

/** The day found in a text, and the text before and after it. */
export type FoundDate = { dayMs: number; before: string; after: string };

type Ymd = { year: number; month: number; day: number };

/** The date formats in the order they are tried. Each returns the day, or undefined when it is ambiguous. */
const FORMS: readonly [form: RegExp, read: (parts: readonly string[]) => Ymd | undefined][] = [
  [/^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)/u, ([, y, , m, d]) => ymd(y, m, d)],
  [/^(\d{4})(\d{2})(\d{2})(?!\d)/u, ([, y, m, d]) => ymd(y, m, d)],
  [/^(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]/u, ([, y, m, d]) => ymd(y, m, d)],
  [/^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)/u, ([, first, sign, second, y]) => yearLast(y, sign, [first, second])],
  // 28 Nov 2026, 28-Nov-26, 28/Nov/2026:, 28. November 2026, 28 de noviembre de 2026
  [
    /^(\d{1,2})(?:st|nd|rd|th)?[-/., ]*(?:(?:de|of) )?(\p{L}[\p{L}\p{M}]+)\.?[-/., ]*(?:de )?(\d{4}(?!\d)|'?\d{2}(?![\d:]))/u,
    ([, d, name, y]) => inWords(y, name, d),
  ],
  [
    /^(\p{L}[\p{L}\p{M}]+)\.?[- ]*(\d{1,2})(?:st|nd|rd|th)?[-, ]+(\d{4})(?!\d)/u,
    ([, name, d, y]) => inWords(y, name, d),
  ],
  // 2026-Nov-28, 2026 November 28
  [/^(\d{4})[-/ ](\p{L}[\p{L}\p{M}]+)\.?[-/ ](\d{1,2})(?!\d)/u, ([, y, name, d]) => inWords(y, name, d)],
];

/** The time between the day and the year: Nov 28 15:55:52 2026, Nov 28 15:55:52 CET 2026, 28 Nov 15:55:52 2026. */
const YEAR_BEHIND_CLOCK =
  /^(?:(\p{L}[\p{L}\p{M}]+)\.? +(\d{1,2})|(\d{1,2})\.? (\p{L}[\p{L}\p{M}]+)\.?),? +(\d{1,2}:\d{2}\S*(?: [ap]m)?)((?: \S+)?) (\d{4})(?!\d)((?: \S+)?)$/u;

/** Finds the day at the beginning of a lower-case text, or around its time. Undefined when there is none. */
export function dateIn(text: string): FoundDate | undefined {
  const split = YEAR_BEHIND_CLOCK.exec(text);
  if (split !== null) {
    const [, name1, day1, day2, name2, clock = '', zone1 = '', year, zone2 = ''] = split;
    return found(inWords(year, name1 ?? name2, day1 ?? day2), '', ` ${clock}${zone1}${zone2}`);
  }
  for (const [form, read] of FORMS) {
    const parts = form.exec(text);
    if (parts !== null) return found(read(parts), '', text.slice(parts[0].length));
  }
  // The time comes first: 15:55:52 28.11.2026
  const clocked = /^(\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,9})?(?: ?[ap]m)?),? +(?=\S)/u.exec(text);
  if (clocked === null) return undefined;
  const later = dateIn(text.slice(clocked[0].length));
  return later && { ...later, before: clocked[1] ?? '' };
}

function found(date: Ymd | undefined, before: string, after: string): FoundDate | undefined {
  if (date === undefined) return undefined;
  const { year, month, day } = date;
  const dayMs = Date.UTC(year, month - 1, day);
  const is = new Date(dayMs);
  // `Date` accepts the 30th of February and makes it the 2nd of March.
  const isDay = year >= 1000 && is.getUTCMonth() === month - 1 && is.getUTCDate() === day;
  return isDay ? { dayMs, before, after } : undefined;
}

function ymd(year?: string, month?: string, day?: string): Ymd {
  return { year: Number(year), month: Number(month), day: Number(day) };
}

/**
 * Reads a date with the year at the end. With dots, the day is first. With other separators, the day must be above 12
 * or the same as the month; otherwise the date is ambiguous.
 */
function yearLast(year = '', sign = '', [first, second]: readonly (string | undefined)[]): Ymd | undefined {
  const dayFirst = ymd(year, second, first);
  const monthFirst = ymd(year, first, second);
  if (dayFirst.month > 12) return monthFirst;
  if (sign === '.' || monthFirst.month > 12 || first === second) return dayFirst;
  return undefined;
}

function inWords(year = '', name = '', day = ''): Ymd | undefined {
  const month = monthCalled(name);
  const digits = year.replace("'", '');
  return month === undefined
    ? undefined
    : { year: Number(digits) + (digits.length === 2 ? 2000 : 0), month, day: Number(day) };
}
