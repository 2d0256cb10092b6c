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

const number = formatter<number>(() => new Intl.NumberFormat('en'), String);
const time = dateFormatter({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndTime = dateFormatter({
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

export function formatCount(count: number): string {
  return number(count);
}

/** Formats a time in the viewer's time zone, without the date if it is today. */
export function formatTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '—';
  return (at.toDateString() === new Date().toDateString() ? time : dayAndTime)(at);
}

/** Returns a UTC day. The ledger counts by UTC days. */
export function utcDay(daysAgo = 0): string {
  return new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
}
