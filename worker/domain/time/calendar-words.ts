/** Other languages than English whose names of months and days are read: those of most websites in Latin letters. */
const LANGUAGES = ['de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'sv'];

/** Nearly every time has these, and to make the others takes a while. */
const ENGLISH_MONTHS =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/u;
const FIRST_LETTERS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ENGLISH_DAYS = /^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?$/u;

/** Not every abbreviation that people use is one of Intl's. */
const MORE_MONTHS: Readonly<Record<string, number>> = { sept: 9, mrz: 3, okt: 10, dez: 12, mai: 5, dic: 12 };

type Words = { months: ReadonlyMap<string, number>; days: ReadonlySet<string> };

let words: Words | undefined;

/** The number of a month by its name or abbreviation, from 1. */
export function monthCalled(name: string): number | undefined {
  const called = plain(name);
  return ENGLISH_MONTHS.test(called)
    ? FIRST_LETTERS.indexOf(called.slice(0, 3)) + 1
    : calendarWords().months.get(called);
}

/** This is true for the name of a day of the week. */
export function isWeekday(name: string): boolean {
  const called = plain(name);
  if (ENGLISH_DAYS.test(called)) return true;
  return !ENGLISH_MONTHS.test(called) && calendarWords().days.has(called);
}

/** Made at the first time that is written in other words. The first language that has a name says what it means. */
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
      // With a day beside it a month stands in the case in which dates have it: "listopada" and not "listopad".
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

/** Without case, accents and the dot of an abbreviation. */
function plain(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/[\p{M}.]/gu, '')
    .toLowerCase();
}
