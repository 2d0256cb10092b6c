/** The languages besides English whose month and day names are read: those of most websites in the Latin alphabet. */
const LANGUAGES = ['de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'sv'];

/** Nearly all times use English names. The names of other languages take time to compute. */
const ENGLISH_MONTHS =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/u;
const FIRST_LETTERS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ENGLISH_DAYS = /^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?$/u;

/** Common abbreviations that Intl doesn't have. */
const MORE_MONTHS: Readonly<Record<string, number>> = { sept: 9, mrz: 3, okt: 10, dez: 12, mai: 5, dic: 12 };

type Words = { months: ReadonlyMap<string, number>; days: ReadonlySet<string> };

let words: Words | undefined;

/** Returns the number of a month, from 1, by its name or abbreviation. */
export function monthCalled(name: string): number | undefined {
  const called = plain(name);
  return ENGLISH_MONTHS.test(called)
    ? FIRST_LETTERS.indexOf(called.slice(0, 3)) + 1
    : calendarWords().months.get(called);
}

/** Checks for the name of a weekday. */
export function isWeekday(name: string): boolean {
  const called = plain(name);
  if (ENGLISH_DAYS.test(called)) return true;
  return !ENGLISH_MONTHS.test(called) && calendarWords().days.has(called);
}

/**
 * Returns the names of other languages, computed at the first use. When a name means different months, the first
 * language wins.
 */
function calendarWords(): Words {
  words ??= {
    months: new Map([...monthsIn(LANGUAGES), ...Object.entries(MORE_MONTHS)].toReversed()),
    days: daysIn(LANGUAGES),
  };
  return words;
}

function monthsIn(languages: readonly string[]): [name: string, month: number][] {
  return languages.flatMap((language) =>
    (['long', 'short'] as const).flatMap((month) => {
      // In some languages a month has another form beside a day: "listopada" instead of "listopad".
      const alone = new Intl.DateTimeFormat(language, { month, timeZone: 'UTC' });
      const dated = new Intl.DateTimeFormat(language, { day: 'numeric', month, timeZone: 'UTC' });
      return Array.from({ length: 12 }, (_, index) => Date.UTC(2026, index, 15)).flatMap((ms, index) =>
        [alone, dated].flatMap((format) =>
          format.formatToParts(ms).flatMap(({ type, value }) => (type === 'month' ? [entry(value, index + 1)] : [])),
        ),
      );
    }),
  );
}

function entry(name: string, month: number): [string, number] {
  return [plain(name), month];
}

function daysIn(languages: readonly string[]): Set<string> {
  const names = languages.flatMap((language) =>
    (['long', 'short'] as const).flatMap((weekday) => {
      const format = new Intl.DateTimeFormat(language, { weekday, timeZone: 'UTC' });
      return Array.from({ length: 7 }, (_, index) => plain(format.format(Date.UTC(2026, 10, 22 + index))));
    }),
  );
  return new Set(names);
}

/** Removes case, accents and the dot of an abbreviation. */
function plain(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/[\p{M}.]/gu, '')
    .toLowerCase();
}
