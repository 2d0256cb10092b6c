import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { inPlainLetters } from '../privacy/in-plain-letters.ts';
import { onlyItem } from '../reading/only-item.ts';
import { isWeekday } from './calendar-words.ts';
import { dateIn } from './date-in.ts';
import { zoneIn } from './zone.ts';

/** Longer than any time, including `Date.toString()` with the longest zone name. */
const MAX_CHARS = 100;

/**
 * Larger numbers would be after the year 5138 in seconds, and smaller ones before March 1973 in milliseconds. The same
 * applies to each finer unit below.
 */
const SECONDS_BELOW = 1e11;
const UNITS_PER_MS = [
  { below: 1e14, perMs: 1 },
  { below: 1e17, perMs: 1e3 },
  { below: 1e20, perMs: 1e6 },
] as const;

const NAMED_UNITS_PER_MS: Readonly<Record<string, number>> = { s: 1e-3, ms: 1, us: 1e3, μs: 1e3, ns: 1e6 };

/**
 * Reads a time as people and programs write it: ISO 8601, the formats of databases, mail headers, logs and
 * `Date.toString()`, or an epoch in seconds, milliseconds, microseconds or nanoseconds, also as text.
 *
 * A date that could be two different days, such as 08/11/2026, is refused.
 *
 * @example
 * parseTime('2026-11-21T10:00:00Z') // 1795255200000
 * parseTime(1795255200) // 1795255200000
 */
export function parseTime(value: unknown, note: Note = unnoted): number | undefined {
  const given = onlyItem(value);
  if (typeof given === 'number') return numberAsTime(given, String(given), note);
  if (isFields(given)) return databaseTime(given, note);
  if (typeof given !== 'string' || given.length > MAX_CHARS) return undefined;
  const text = inPlainLetters(given)
    .replaceAll(/^[\s"'`]+|[\s"'`]+$/gu, '')
    .replaceAll(/\s+/gu, ' ');
  const digits = numberIn(text);
  return digits === undefined ? writtenTime(text.toLowerCase(), note) : numberAsTime(Number(digits), digits, note);
}

/**
 * Returns the digits of a number written as `1795255200`, `+1795255200`, `1,795,255,200`, or as BigQuery's
 * `1.795255200E9`.
 */
function numberIn(text: string): string | undefined {
  const plain = text.replace(/^\+/u, '');
  if (/^\d+(?:\.\d*)?$/u.test(plain)) return plain;
  if (/^\d{1,3}(?:,\d{3}){3,6}$/u.test(plain)) return plain.replaceAll(',', '');
  // With fewer digits, a spreadsheet has rounded it to hours or days.
  if (/^\d\.\d{9,}e\+?\d{1,2}$/iu.test(plain)) return String(Number(plain));
  return undefined;
}

function numberAsTime(number: number, digits: string, note: Note): number | undefined {
  if (!Number.isFinite(number) || number <= 0) return undefined;
  const compact = COMPACT_TIME.exec(digits);
  return compact === null ? epochMs(number, note) : compactTime(compact, note);
}

function epochMs(number: number, note: Note): number | undefined {
  if (number < SECONDS_BELOW) {
    note('time_seconds');
    return Math.round(number * 1000);
  }
  const unit = UNITS_PER_MS.find(({ below }) => number < below);
  if (unit === undefined) return undefined;
  if (unit.perMs > 1) note('time_finer_than_ms');
  return Math.round(number / unit.perMs);
}

/**
 * A day, or a day and a time, written in digits only. As an epoch it would be in 1970, in 1976 or in the 27th century,
 * so an impossible one, such as 20260230, is no time at all.
 */
const COMPACT_TIME = /^((?:19|20)\d{6})(\d{4}|\d{6}(?:\.\d+)?)?$/u;

function compactTime([, day = '', clock = '']: RegExpExecArray, note: Note): number | undefined {
  return writtenTime(clock === '' ? day : `${day}t${clock}`, note);
}

/**
 * Times of day: 15:55, 15:55:52.123456, 15.55.52, 15h55, 3:55 pm. The forms 155552 and 15 are allowed only after a "t".
 */
const CLOCKS: readonly RegExp[] = [
  /^(\d{1,2})([:.h])(\d{2})(?:[:.](\d{2})(?:[.,:](\d{1,9}))?)?(?: ?([ap])\.?m(?:\.|(?![a-z])))?(?![\d:])/u,
  /^(\d{1,2})()()()() ?([ap])\.?m(?:\.|(?![a-z]))(?![\d:])/u,
];
const COMPACT_CLOCK = /^(\d{2})()(?:(\d{2})(?:(\d{2})(?:[.,](\d{1,9}))?)?)?()(?![\d:])/u;

/** The separator between a day and its time. A plus is an encoded space, unless it begins an offset. */
const JOINT =
  /^(?:t| ?@ ?|,? (?:at|um|kl\.?|à|a las|alle|às|-) |:|_|\+(?=\d{1,2}:\d{2}:)|-(?=\d{1,2}[:.]\d{2}[:.])|[ ,]+)/u;

function writtenTime(text: string, note: Note): number | undefined {
  const wrapped = /^\/date\((\d+)[+-]?\d*\)\/$/u.exec(text) ?? /^(\d+) ?(s|ms|us|μs|ns)$/u.exec(text);
  if (wrapped !== null) return ofUnit(Number(wrapped[1]), wrapped[2] ?? 'ms', note);
  const called = /^(?:new )?(?:iso)?date(?:time)?\(["']?(.*?)["']?\)$/u.exec(text)?.[1] ?? text;
  const [first] = /^\p{L}[\p{L}\p{M}]*/u.exec(called) ?? [];
  const dated = first !== undefined && isWeekday(first) ? called.slice(first.length).replace(/^\.?,? */u, '') : called;
  const date = dateIn(dated.replace(/ m=[+-][\d.]+$/u, ''));
  if (date === undefined) return undefined;
  const { rest, clockMs } = clockIn(date);
  if (clockMs === 'none') return undefined;
  const wallMs = date.dayMs + (clockMs ?? 0);
  const zone = zoneIn(rest.replace(/ (?:uhr|h|hrs)$/u, ''), wallMs);
  if (zone === undefined || (zone === 'unknown' && clockMs === undefined)) return undefined;
  if (clockMs === undefined) note('time_day_only');
  else if (zone === 'unnamed') note('time_without_zone');
  else if (zone === 'unknown') note('time_zone_unknown');
  return wallMs - (typeof zone === 'string' ? 0 : zone.offsetMs);
}

/** Finds the time after a day, or before it. Undefined when there is none, and `none` for an impossible time. */
function clockIn({ before, after }: { before: string; after: string }): { rest: string; clockMs?: number | 'none' } {
  const [joint = ''] = JOINT.exec(after) ?? [];
  const text = before === '' ? after.slice(joint.length) : before;
  const forms = joint === 't' ? [...CLOCKS, COMPACT_CLOCK] : CLOCKS;
  const parts = before === '' && joint === '' ? null : firstMatch(forms, text);
  if (parts === null) return { rest: after };
  const [all, hours = '', , minutes = '', seconds = '', fraction = '', half = ''] = parts;
  return {
    rest: before === '' ? text.slice(all.length) : after,
    clockMs: msOfClock({ hours: Number(hours), minutes: Number(minutes), seconds: Number(seconds) }, fraction, half),
  };
}

function firstMatch(forms: readonly RegExp[], text: string): RegExpExecArray | null {
  for (const form of forms) {
    const parts = form.exec(text);
    if (parts !== null) return parts;
  }
  return null;
}

function msOfClock(
  { hours, minutes, seconds }: { hours: number; minutes: number; seconds: number },
  fraction: string,
  half: string,
): number | 'none' {
  const hour = half === '' ? hours : (hours % 12) + (half === 'p' ? 12 : 0);
  const isMidnight = hours === 24 && minutes === 0 && seconds === 0;
  // A 60th second is a leap second.
  const isClock = (half === '' ? hours < 24 || isMidnight : hours >= 1 && hours <= 12) && minutes < 60;
  if (!isClock || seconds > 60) return 'none';
  return ((hour * 60 + minutes) * 60 + seconds) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
}

/** Reads MongoDB's `{"$date": …}`, and Firestore's seconds and nanoseconds. */
function databaseTime(fields: Fields, note: Note): number | undefined {
  const { $date: date, $numberLong: long, seconds = fields['_seconds'], nanoseconds, nanos, _nanoseconds } = fields;
  if (date !== undefined) return isFields(date) && isFields(date['$date']) ? undefined : parseTime(date, note);
  if (typeof long === 'string') return /^\d{1,15}$/u.test(long) ? Number(long) : undefined;
  const nano = nanoseconds ?? nanos ?? _nanoseconds ?? 0;
  const isTime = (typeof seconds === 'number' || typeof seconds === 'string') && typeof nano === 'number';
  return isTime ? ofUnit(Number(seconds) + nano / 1e9, 's', note) : undefined;
}

function ofUnit(number: number, unit: string, note: Note): number | undefined {
  const ms = Math.round(number / (NAMED_UNITS_PER_MS[unit] ?? 1));
  if (!(ms > 0 && ms < 8.64e15)) return undefined;
  if (unit !== 'ms') note(unit === 's' ? 'time_seconds' : 'time_finer_than_ms');
  return ms;
}
