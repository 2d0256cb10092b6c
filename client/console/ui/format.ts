import { shownZone } from '../app/time-zone.ts';

/**
 * Makes a formatter on first use. If the browser's `Intl` lacks a feature, values are shown unformatted: a number without
 * separators is better than no page.
 */
function formatter<Value>(
  make: () => { format: (value: Value) => string },
  plain: (value: Value) => string,
): (value: Value) => string {
  let made: { format: (value: Value) => string } | undefined;
  return (value) => {
    try {
      made ??= make();
      return made.format(value);
    } catch {
      return plain(value);
    }
  };
}

/** Formats dates, or writes them as ISO 8601 if `Intl` cannot. Without a time zone, in the one that the person chose. */
export function dateFormatter(options: Intl.DateTimeFormatOptions): (at: Date) => string {
  const made = new Map<string, (at: Date) => string>();
  return (at) => {
    const zone = options.timeZone ?? shownZone();
    const format =
      made.get(zone) ??
      formatter<Date>(
        () => new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone }),
        (given) => given.toISOString().slice(0, 16).replace('T', ' '),
      );
    made.set(zone, format);
    return format(at);
  };
}

const number = formatter<number>(() => new Intl.NumberFormat('en'), String);
const time = dateFormatter({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = dateFormatter({ year: 'numeric', month: '2-digit', day: '2-digit' });
const DAY_AND_TIME = {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
} as const;
const dayAndTime = dateFormatter(DAY_AND_TIME);
const yearAndTime = dateFormatter({ ...DAY_AND_TIME, year: 'numeric' });
const year = dateFormatter({ year: 'numeric' });

export function formatCount(count: number): string {
  return number(count);
}

/**
 * Formats amounts by currency, such as `EUR 1,200.00`, `JPY 1,200`: in one way on every page, with the decimals that the
 * currency has. No line ends between a currency and its amount.
 */
export function formatMoney(value: Readonly<Record<string, string>>): string {
  return moneyLines(value).join(', ');
}

/**
 * Like `formatMoney`, with one text for each currency.
 *
 * They are in the order of the currencies' codes, as the API sums them (worker/domain/value/value-sums.ts). The largest
 * amount isn't first: we know no rates, so amounts of two currencies can't be compared, and the order would change from
 * one total to the next.
 */
export function moneyLines(value: Readonly<Record<string, string>>): string[] {
  return Object.entries(value)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([currency, amount]) => amountFormatter(currency)(Number(amount)));
}

const amountFormatters = new Map<string, (amount: number) => string>();

function amountFormatter(currency: string): (amount: number) => string {
  const known = amountFormatters.get(currency);
  if (known !== undefined) return known;
  const options = { style: 'currency', currency, currencyDisplay: 'code' } as const;
  const made = formatter<number>(
    () => new Intl.NumberFormat('en', options),
    (amount) => `${currency}\u00a0${amount}`,
  );
  amountFormatters.set(currency, made);
  return made;
}

/** Formats a time in the zone that the person chose, without the date if it is today, and without this year. The frame says which zone it is. */
export function formatTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '—';
  const now = new Date();
  if (day(at) === day(now)) return time(at);
  return (year(at) === year(now) ? dayAndTime : yearAndTime)(at);
}

/** Returns a UTC day. The ledger counts by UTC days. */
export function utcDay(daysAgo = 0): string {
  return new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
}
