const NUMBER = new Intl.NumberFormat('en');
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY_AND_TIME = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

export function formatCount(count: number): string {
  return NUMBER.format(count);
}

/** The viewer's own time zone; today without the date. */
export function formatTime(iso: string): string {
  const at = new Date(iso);
  return (at.toDateString() === new Date().toDateString() ? TIME : DAY_AND_TIME).format(at);
}

/** The UTC day, which is what the ledger counts by. */
export function utcDay(daysAgo = 0): string {
  return new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
}
