const HOUR_MS = 60 * 60 * 1000;

/** UTC days, `YYYY-MM-DD`, both included. */
export type Days = { from: string; to: string };

/** Returns the UTC day under which events received at this time are counted. */
export function ledgerDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Returns a UTC hour, such as `2026-11-21T13`. */
export function hourOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 13);
}

/** Returns the instants at which a range of days begins and ends. */
export function betweenMs({ from, to }: Days): [fromMs: number, beforeMs: number] {
  return [Date.parse(from), Date.parse(to) + 24 * HOUR_MS];
}

/** Returns the instant at which the first of these hours began: the current one and those before it. */
export function firstHourMs(hours: number, nowMs: number): number {
  return (Math.floor(nowMs / HOUR_MS) - hours + 1) * HOUR_MS;
}
