/**
 * What is usual, and when something is odd. docs/how-to/alerts.md explains it to people; the numbers below are scored
 * by test/unit/domain/incidents/baselines.test.ts.
 */
import { median, quantile } from 'simple-statistics';

/** The events of one name in one hour. */
export type HourCounts = {
  /** Hours since 1970, UTC. */
  hour: number;
  events: number;
  withClickId: number;
  /** Skipped because the visitor had not agreed. */
  withoutConsent: number;
  /** The sum of the amounts in one currency, and the number of events that had one. */
  value: number;
  valued: number;
};

/** Something odd about a series, in numbers that people understand. */
export type Oddity = {
  kind: 'events_missing' | 'conversions_low' | 'click_ids_falling' | 'consent_falling' | 'value_falling';
  /** The hours that were compared, which end with the current one. */
  hours: number;
  /** What was seen: a number of events, a share from 0 to 1, or an average amount. */
  seen: number;
  /** The range that is usual: from the first number to the second. */
  usual: readonly [from: number, to: number];
};

const DAY = 24;
const WEEK = 7 * DAY;

/**
 * The number of weeks that are compared: enough that one holiday doesn't matter, and few enough to follow a business
 * that changes.
 */
const WEEKS = 4;

/** A series is examined once there are two weeks to compare with. */
const LEAST_WEEKS = 2;

/** The lengths of time that are compared, in hours. The shortest one with enough events is used. */
const SPANS = [2, 4, 8, 12, DAY, 2 * DAY, 3 * DAY, WEEK];

/** If no event came, that is odd only where at least this many are usual in the span. */
const MISSING_EVENTS = 20;

/** If few events came, that is odd only where at least this many are usual. */
const LOW_EVENTS = 40;

/**
 * Fewer than this share of the usual number are too few. On a holiday, or after a campaign ends, there are usually
 * more.
 */
const LOW_SHARE = 0.3;

/**
 * The number must be this many standard deviations below the usual number of a holiday, which is half of an ordinary
 * day's.
 */
const LOW_DEVIATIONS = 2;
const HOLIDAY_SHARE = 0.5;

/** A share or an average is examined from this number of events on, and is odd below this part of what is usual. */
const SHARE_EVENTS = 100;
const SHARE_PART = 0.5;
const SHARE_DEVIATIONS = 5;

/** An average amount differs more from day to day than a share. */
const VALUE_EVENTS = 40;
const VALUE_PART = 0.4;

/**
 * Returns what is odd about a series, at most one oddity of each kind.
 *
 * @param nowHour The last complete hour.
 */
export function odditiesOf(hours: Hours, nowHour: number): Oddity[] {
  const firstHour = hours.first;
  if (firstHour === undefined || nowHour - firstHour < LEAST_WEEKS * WEEK) return [];
  const few = fewEvents(hours, nowHour);
  // If there are too few events, their shares say nothing new.
  return few === undefined ? oddShares(hours, nowHour) : [few];
}

type Field = Exclude<keyof HourCounts, 'hour'>;

/** Sums of a series over spans of hours, from running totals. */
export class Hours {
  readonly first: number | undefined;
  readonly #start: number;
  readonly #totals: Readonly<Record<Field, readonly number[]>>;

  constructor(series: readonly HourCounts[]) {
    const inOrder = series.toSorted((one, other) => one.hour - other.hour);
    this.first = inOrder.find(({ events }) => events > 0)?.hour;
    this.#start = inOrder[0]?.hour ?? 0;
    const byHour = new Map(inOrder.map((counts) => [counts.hour, counts]));
    const length = (inOrder.at(-1)?.hour ?? this.#start) - this.#start + 1;
    const totalsOf = (field: Field): number[] => {
      const totals = [0];
      for (let index = 0; index < length; index += 1)
        totals.push((totals[index] ?? 0) + (byHour.get(this.#start + index)?.[field] ?? 0));
      return totals;
    };
    this.#totals = {
      events: totalsOf('events'),
      withClickId: totalsOf('withClickId'),
      withoutConsent: totalsOf('withoutConsent'),
      value: totalsOf('value'),
      valued: totalsOf('valued'),
    };
  }

  /** Sums the hours up to and including `last`. */
  sum(field: Field, last: number, span: number): number {
    return this.#until(field, last + 1) - this.#until(field, last - span + 1);
  }

  #until(field: Field, hour: number): number {
    const totals = this.#totals[field];
    return totals[Math.min(Math.max(0, hour - this.#start), totals.length - 1)] ?? 0;
  }

  /** Returns the same span of earlier weeks, the latest first. */
  earlier(field: Field, last: number, span: number): number[] {
    const sums: number[] = [];
    for (let week = 1; week <= WEEKS; week += 1) {
      const end = last - week * WEEK;
      if (this.first === undefined || end - span + 1 < this.first) break;
      sums.push(this.sum(field, end, span));
    }
    return sums;
  }
}

function fewEvents(hours: Hours, nowHour: number): Oddity | undefined {
  for (const span of SPANS) {
    const earlier = hours.earlier('events', nowHour, span);
    if (earlier.length < LEAST_WEEKS) return undefined;
    // The lower of the median and the latest week, because a campaign that ended last week is not usual any more.
    const usual = Math.min(median(earlier), ...earlier.slice(0, 1)) * levelOf(hours, nowHour - span);
    const seen = hours.sum('events', nowHour, span);
    const range = [Math.min(...earlier), Math.max(...earlier)] as const;
    if (seen === 0 && usual >= MISSING_EVENTS) return { kind: 'events_missing', hours: span, seen, usual: range };
    if (usual < LOW_EVENTS || seen >= usual * LOW_SHARE) continue;
    if (deviations(seen, usual * HOLIDAY_SHARE, spreadOf(earlier)) <= -LOW_DEVIATIONS)
      return { kind: 'conversions_low', hours: span, seen, usual: range };
  }
  return undefined;
}

/**
 * Returns how busy the three days before a span were, compared with the same days of earlier weeks, at most 1. So after
 * a campaign has ended, or during a long holiday, fewer events are expected.
 */
function levelOf(hours: Hours, end: number): number {
  const earlier = hours.earlier('events', end, 3 * DAY);
  if (earlier.length === 0) return 1;
  const usual = median(earlier);
  return usual === 0 ? 1 : Math.min(1, hours.sum('events', end, 3 * DAY) / usual);
}

/** The variance of the weeks, as a multiple of the variance of a Poisson distribution; at least 1. */
function spreadOf(sums: readonly number[]): number {
  const middle = median([...sums]);
  const distance = median(sums.map((sum) => Math.abs(sum - middle))) * 1.4826;
  return Math.max(1, distance ** 2 / Math.max(1, middle));
}

/** Anscombe's transformation makes the deviation of a count nearly normal, even if the count is small. */
function deviations(seen: number, usual: number, spread: number): number {
  return (2 * (Math.sqrt(seen + 0.375) - Math.sqrt(usual + 0.375))) / Math.sqrt(spread);
}

type Share = {
  kind: Oddity['kind'];
  part: (hours: Hours, last: number, span: number) => number;
  of: 'events' | 'valued';
};

const SHARES: readonly Share[] = [
  { kind: 'click_ids_falling', of: 'events', part: (hours, last, span) => hours.sum('withClickId', last, span) },
  {
    kind: 'consent_falling',
    of: 'events',
    part: (hours, last, span) => hours.sum('events', last, span) - hours.sum('withoutConsent', last, span),
  },
];

function oddShares(hours: Hours, nowHour: number): Oddity[] {
  return [...SHARES.flatMap((share) => oddShare(hours, nowHour, share)), ...oddValue(hours, nowHour)];
}

/**
 * Examines a share over the shortest span in which it can be judged. A small share needs more events than a large one,
 * so longer spans are tried too.
 */
function oddShare(hours: Hours, nowHour: number, share: Share): Oddity[] {
  for (const span of SPANS) {
    const odd = oddShareOver(span, { hours, nowHour, share });
    if (odd !== undefined) return [odd];
  }
  return [];
}

function oddShareOver(
  span: number,
  { hours, nowHour, share: { kind, part } }: { hours: Hours; nowHour: number; share: Share },
): Oddity | undefined {
  const events = hours.sum('events', nowHour, span);
  if (events < SHARE_EVENTS) return undefined;
  const sizes: number[] = [];
  const usual = dailyOf(hours, nowHour - span, (last) => {
    const all = hours.sum('events', last, DAY);
    if (all < SHARE_EVENTS / 5) return undefined;
    sizes.push(all);
    return part(hours, last, DAY) / all;
  });
  if (usual === undefined) return undefined;
  const seen = part(hours, nowHour, span) / events;
  // The deviation has two parts: the differences between days that chance doesn't explain, and chance itself in this
  // span. Chance is larger where there are fewer events.
  const chance = usual.middle * (1 - usual.middle);
  const ofDays = Math.max(0, usual.deviation ** 2 - chance / median(sizes));
  const deviation = Math.sqrt(ofDays + chance / events);
  const isOdd = seen < usual.middle * SHARE_PART && usual.middle - seen > SHARE_DEVIATIONS * deviation;
  return isOdd ? { kind, hours: span, seen, usual: usual.range } : undefined;
}

function oddValue(hours: Hours, nowHour: number): Oddity[] {
  const span = SPANS.find((one) => one >= DAY && hours.sum('valued', nowHour, one) >= VALUE_EVENTS);
  if (span === undefined) return [];
  const usual = dailyOf(hours, nowHour - span, (last) => {
    const valued = hours.sum('valued', last, DAY);
    return valued < VALUE_EVENTS / 4 ? undefined : hours.sum('value', last, DAY) / valued;
  });
  if (usual === undefined) return [];
  const seen = hours.sum('value', nowHour, span) / hours.sum('valued', nowHour, span);
  const isOdd = seen < Math.min(usual.middle * VALUE_PART, usual.range[0]) && usual.middle - seen > 3 * usual.deviation;
  return isOdd ? [{ kind: 'value_falling', hours: span, seen, usual: usual.range }] : [];
}

/** Returns what is usual in a day, from the four weeks before. */
function dailyOf(
  hours: Hours,
  lastHour: number,
  read: (last: number) => number | undefined,
): { middle: number; deviation: number; range: readonly [number, number] } | undefined {
  const days: number[] = [];
  for (let day = 0; day < WEEKS * 7; day += 1) {
    const last = lastHour - day * DAY;
    if (hours.first === undefined || last - DAY + 1 < hours.first) break;
    const value = read(last);
    if (value !== undefined) days.push(value);
  }
  if (days.length < LEAST_WEEKS * 5) return undefined;
  const middle = median(days);
  const deviation = median(days.map((value) => Math.abs(value - middle))) * 1.4826;
  return { middle, deviation, range: [quantile(days, 0.1), quantile(days, 0.9)] };
}
