/**
 * Liquid's date filters. The engine asks `Intl` anew for each name of a month, day or zone in a format, which takes 50
 * to 500 µs. So these filters write the names into the format first, and the engine formats the rest.
 */
import { toValue } from 'liquidjs';
import type { Liquid } from 'liquidjs';

import { meterOf } from './liquid-context.ts';
import { payFor, textIn } from './liquid-prices.ts';
import type { Meter } from './liquid-resolver.ts';

type Filter = Extract<Liquid['filters'][string], (...values: never) => unknown>;
type DateFilter = (this: ThisParameterType<Filter>, value: unknown, format?: unknown, zone?: unknown) => unknown;

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** A part of a format: flags, width, modifier and letter, as in liquidjs 10.30. */
const PART = /%([-_0^#:]+)?(\d+)?([EO])?(.)/g;

/** The steps of one date, of a part by its letter, and of any other part. Measured as in `liquid-prices.ts`. */
const STEPS_A_DATE = 120;
const STEPS_OF: Readonly<Record<string, number>> = { j: 110, N: 110 };
const STEPS_A_PART = 60;

/** Reading a date in a text. */
const PARSED = { item: 24, char: 2 };

/** Making the formatter of a time zone. */
const STEPS_A_ZONE = 3_000;
const STEPS_A_KNOWN_ZONE = 300;
const KNOWN_ZONES = 32;

/** No date begins with it, so a result that begins with it is a date and not the filter's input. */
const MARK = '\u0000';

/**
 * Returns the filters for dates by name.
 *
 * @param inEngine The engine's own filter `date`.
 */
export function dateFilters(inEngine: DateFilter): Readonly<Record<string, DateFilter>> {
  const date: DateFilter = function date(value, format, zone) {
    const meter = meterOf(this.context);
    meter.spend(STEPS_A_DATE);
    for (const given of [value, format, zone]) payFor(given, PARSED, meter);
    const plain: unknown = toValue(format);
    const wanted = plain === undefined || plain === null ? this.context.opts.dateFormat : textIn(plain);
    /** Formats the date, or returns undefined if the value is no date. */
    const formatted = (text: string, offset?: unknown): string | undefined => {
      const found = inEngine.call(this, value, `${MARK}${text}`, offset);
      return typeof found === 'string' && found.startsWith(MARK) ? found.slice(1) : undefined;
    };
    const seconds = typeof zone === 'string' ? formatted('%s') : undefined;
    if (typeof zone === 'string' && seconds === undefined) return value;
    const offset = typeof zone === 'string' ? offsetOf(zone, Number(seconds) * 1_000, meter) : zone;
    const names = lazy(() => formatted('%w %-m', offset)?.split(' ').map(Number) ?? []);
    const text = wanted.replaceAll(PART, (part: string, flags = '', width = '', _modifier: unknown, letter = '') => {
      meter.spend(STEPS_OF[letter] ?? STEPS_A_PART);
      if (letter === 'Z' && typeof zone !== 'string' && zone !== undefined && zone !== null)
        return `%${flags}${width}z`;
      const name = nameOf(letter, names, zone);
      return name === undefined ? part : withFlags(name, { flags, width: Number(width), letter, meter });
    });
    return formatted(text, offset) ?? value;
  };
  const named = (month: string): DateFilter =>
    function ofParts(value, type, style) {
      const ordinal = style === 'US' ? `${month} %-e%q, %Y` : `%-e%q ${month} %Y`;
      return date.call(this, value, type === 'ordinal' ? ordinal : `%d ${month} %Y`);
    };
  return {
    date,
    date_to_long_string: named('%B'),
    date_to_rfc822(value) {
      return date.call(this, value, '%a, %d %b %Y %H:%M:%S %z');
    },
    date_to_string: named('%b'),
    date_to_xmlschema(value) {
      return date.call(this, value, '%Y-%m-%dT%H:%M:%S%:z');
    },
  };
}

/** Returns the name that a letter of a format stands for, or undefined if it stands for no name. */
function nameOf(letter: string, names: () => readonly number[], zone: unknown): string | undefined {
  switch (letter) {
    case 'a':
      return DAYS[names()[0] ?? 0]?.slice(0, 3);
    case 'A':
      return DAYS[names()[0] ?? 0];
    case 'b':
    case 'h':
      return MONTHS[(names()[1] ?? 1) - 1]?.slice(0, 3);
    case 'B':
      return MONTHS[(names()[1] ?? 1) - 1];
    case 'Z':
      return typeof zone === 'string' ? zone : ownZone();
    default:
      return undefined;
  }
}

function withFlags(
  name: string,
  { flags, width, letter, meter }: { flags: string; width: number; letter: string; meter: Meter },
): string {
  const has = (flag: string) => flags.includes(flag);
  const isUpper = has('^') || (has('#') && /[a-z]/.test(name));
  const cased = isUpper ? name.toUpperCase() : has('#') ? name.toLowerCase() : name;
  const fill = has('_') || (!has('0') && 'aAbB'.includes(letter)) ? ' ' : '0';
  meter.use(Math.max(has('-') ? 0 : width, cased.length));
  return has('-') ? cased : cased.padStart(width, fill);
}

/** The zone of the machine, which is UTC in a Worker. */
const ownZone = lazy(() => new Intl.DateTimeFormat().resolvedOptions().timeZone);

const zones = new Map<string, Intl.DateTimeFormat>();

/**
 * Returns a zone's offset at a time, in minutes west of UTC as in `Date`. It is computed as in liquidjs.
 *
 * @throws RangeError when there is no such zone.
 */
function offsetOf(zone: string, atMs: number, meter: Meter): number {
  meter.spend(STEPS_A_KNOWN_ZONE);
  const local = new Date(formatterOf(zone, meter).format(atMs));
  const utc = new Date(formatterOf('UTC', meter).format(atMs));
  return (utc.getTime() - local.getTime()) / 60_000;
}

/** A formatter takes long to make, so the latest ones are kept. */
function formatterOf(zone: string, meter: Meter): Intl.DateTimeFormat {
  const known = zones.get(zone);
  if (known === undefined) meter.spend(STEPS_A_ZONE);
  const formatter =
    known ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  zones.delete(zone);
  zones.set(zone, formatter);
  const [oldest] = zones.keys();
  if (zones.size > KNOWN_ZONES && oldest !== undefined) zones.delete(oldest);
  return formatter;
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
