import { parseTime } from '../time/parse-time.ts';

export type DateOrder = 'dmy' | 'mdy';

/** How a file's times are read. */
export type TimeOptions = {
  /** The order of dates such as 08/11/2026. Undefined when nobody has chosen one. */
  dateOrder?: DateOrder | undefined;
  /** The time zone for times that don't name one, such as `Europe/Berlin`. UTC when undefined. */
  timeZone?: string | undefined;
};

export type ReadTime =
  /** `shows`: the date can only be read in this order. */
  | { kind: 'at'; ms: number; shows?: DateOrder }
  /** The date can be read in two orders. */
  | { kind: 'either'; dmy: number; mdy: number }
  | { kind: 'unreadable' };

/** 28/11/2026, 11-28-26, or either with a time after it. With dots, the day always comes first. */
const NUMERIC = /^(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)(.*)$/su;

/** Days since 1899-12-30, as spreadsheets store dates: the years 2009 to 2064. */
const SERIAL = /^(4\d{4}|5\d{4})(?:[.,]\d+)?$/u;
const SERIAL_EPOCH_DAYS = 25_569;
const DAY_MS = 86_400_000;

/** Reads the time of a row. It never guesses the order of a date. */
export function readTime(cell: string, { dateOrder, timeZone }: TimeOptions): ReadTime {
  const text = cell.trim();
  if (SERIAL.test(text)) {
    // It has no time zone, and is rounded to seconds, because a spreadsheet shows no more.
    const seconds = Math.round(((Number(text.replace(',', '.')) - SERIAL_EPOCH_DAYS) * DAY_MS) / 1_000);
    return at(inZone(new Date(seconds * 1_000).toISOString().slice(0, 19), timeZone));
  }
  const parts = NUMERIC.exec(text);
  if (parts === null) return at(inZone(text, timeZone));
  const [, first = '', , second = '', year = '', rest = ''] = parts;
  const full = year.length === 2 ? `20${year}` : year;
  const read = (month: string, day: string): number | undefined =>
    inZone(`${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}${rest}`, timeZone);
  const dmy = read(second, first);
  const mdy = read(first, second);
  if (dmy === undefined || mdy === undefined) {
    const only = at(dmy ?? mdy);
    return only.kind === 'at' ? { ...only, shows: dmy === undefined ? 'mdy' : 'dmy' } : only;
  }
  if (dmy === mdy) return at(dmy);
  if (dateOrder === undefined) return { kind: 'either', dmy, mdy };
  return at(dateOrder === 'dmy' ? dmy : mdy);
}

function at(ms: number | undefined): ReadTime {
  return ms === undefined ? { kind: 'unreadable' } : { kind: 'at', ms };
}

function inZone(text: string, timeZone: string | undefined): number | undefined {
  let missing: 'zone' | 'clock' | undefined;
  const ms = parseTime(text, (code) => {
    if (code === 'time_without_zone') missing = 'zone';
    if (code === 'time_day_only') missing = 'clock';
  });
  if (ms === undefined || missing === undefined || timeZone === undefined) return ms;
  return parseTime(`${text}${missing === 'clock' ? ' 00:00:00' : ''} ${timeZone}`) ?? ms;
}
