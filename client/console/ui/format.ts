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

/** Formats dates, or writes them as ISO 8601 if `Intl` cannot. */
export function dateFormatter(options: Intl.DateTimeFormatOptions): (at: Date) => string {
  return formatter<Date>(
    () => new Intl.DateTimeFormat('en-GB', options),
    (at) => at.toISOString().slice(0, 16).replace('T', ' '),
  );
}

const money = formatter<number>(
  () => new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
  String,
);
const number = formatter<number>(() => new Intl.NumberFormat('en'), String);
const time = dateFormatter({ hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'UTC' });
const dayAndTime = dateFormatter({
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
});

export function formatCount(count: number): string {
  return number(count);
}

/** Formats amounts by currency, such as `EUR 1,200.00`. */
export function formatMoney(value: Readonly<Record<string, string>>): string {
  return Object.entries(value)
    .map(([currency, amount]) => `${currency} ${money(Number(amount))}`)
    .join(', ');
}

/**
 * Formats a time in UTC, without the date if it is today. All pages use UTC, because the ledger counts by UTC days, and
 * LinkedIn's campaigns run by UTC too. The frame says so.
 */
export function formatTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '—';
  return (at.toISOString().slice(0, 10) === utcDay() ? time : dayAndTime)(at);
}

/** Returns a UTC day. The ledger counts by UTC days. */
export function utcDay(daysAgo = 0): string {
  return new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
}
