import { assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { eventTime } from '../../../../worker/domain/collect/event-time.ts';
import type { LintCode } from '../../../../worker/schema/events/lint-rules.ts';

/** Saturday, 28 November 2026, 15:55:52 in UTC. */
const AT = Date.UTC(2026, 10, 28, 15, 55, 52);
const NOW = AT + 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

// S1. Each is the same instant, with the linter's notes on it.
const SPELLINGS: readonly [by: string, time: unknown, ...note: LintCode[]][] = [
  ['RFC 3339 with a space', '2026-11-28 15:55:52Z'],
  ['MySQL', '2026-11-28 15:55:52', 'time_without_zone'],
  ['BigQuery', '2026-11-28 15:55:52.000 UTC'],
  ['BigQuery, microseconds', '2026-11-28 15:55:52.000000 UTC'],
  ["BigQuery's API", '1.795881352000E9', 'time_seconds'],
  ['BigQuery with a place', '2026-11-28 07:55:52 America/Los_Angeles'],
  ['Postgres', '2026-11-28 15:55:52.000+00'],
  ['Postgres, in India', '2026-11-28 21:25:52+05:30'],
  ["Postgres' own style", 'Sat Nov 28 15:55:52.000 2026 UTC'],
  ["Postgres' German style", '28.11.2026 16:55:52 CET'],
  ["Postgres' SQL style", '11/28/2026 15:55:52 UTC'],
  ['Snowflake', '2026-11-28 07:55:52.000 -0800'],
  ['Snowflake, RFC', 'Sat, 28 Nov 2026 07:55:52 -0800'],
  ['Oracle', '28-NOV-26 03.55.52.000000 PM', 'time_without_zone'],
  ['SQL Server', 'Nov 28 2026  3:55:52PM', 'time_without_zone'],
  ['SQLite with T', '2026-11-28T15:55:52', 'time_without_zone'],
  ['Redshift', '2026-11-28 15:55:52.000000+00'],
  ['MongoDB', { $date: '2026-11-28T15:55:52Z' }],
  ['MongoDB, canonical', { $date: { $numberLong: '1795881352000' } }],
  ['Firestore', { _seconds: 1795881352, _nanoseconds: 0 }, 'time_seconds'],
  ['RFC 1123', 'Sat, 28 Nov 2026 15:55:52 GMT'],
  ['RFC 850', 'Saturday, 28-Nov-26 15:55:52 GMT'],
  ['RFC 2822 with a comment', 'Sat, 28 Nov 2026 16:55:52 +0100 (CET)'],
  ['RFC 822 in New York', '28 Nov 26 10:55:52 EST'],
  ['asctime', 'Sat Nov 28 15:55:52 2026', 'time_without_zone'],
  ['date(1)', 'Sat Nov 28 15:55:52 UTC 2026'],
  ['date(1), day first', 'Sat 28 Nov 15:55:52 UTC 2026'],
  ['Date.toString()', 'Sat Nov 28 2026 16:55:52 GMT+0100 (Central European Standard Time)'],
  ['Date.toString(), in Safari', 'Sat Nov 28 2026 16:55:52 GMT+0100 (CET)'],
  ['Date.toUTCString()', 'Sat, 28 Nov 2026 15:55:52 GMT'],
  ['Date.toLocaleString(), American', '11/28/2026, 3:55:52 PM', 'time_without_zone'],
  ['Date.toLocaleString(), newer', '11/28/2026, 3:55:52\u202fPM', 'time_without_zone'],
  ['Date.toLocaleString(), British', '28/11/2026, 15:55:52', 'time_without_zone'],
  ['Date.toLocaleString(), German', '28.11.2026, 15:55:52', 'time_without_zone'],
  ['Date.toLocaleString(), Swedish', '2026-11-28 15:55:52', 'time_without_zone'],
  ['Date.toLocaleString(), Japanese', '2026/11/28 15:55:52', 'time_without_zone'],
  ['in Japanese', '2026年11月28日 15:55:52', 'time_without_zone'],
  ['in full width', '２０２６－１１－２８　１５：５５：５２', 'time_without_zone'],
  ['in German', '28. November 2026, 15:55:52 Uhr', 'time_without_zone'],
  ['in French', '28 novembre 2026 à 15:55:52', 'time_without_zone'],
  ['in Spanish', '28 de noviembre de 2026 15:55:52', 'time_without_zone'],
  ['in Polish', '28 listopada 2026 15:55:52', 'time_without_zone'],
  ['in English', 'November 28th, 2026 at 3:55:52 p.m. UTC'],
  ['Apache', '28/Nov/2026:15:55:52 +0000'],
  ['Ruby', '2026-11-28 15:55:52 +0000'],
  ['Ruby, UTC', '2026-11-28 15:55:52 UTC'],
  ['Go', '2026-11-28 15:55:52 +0000 UTC'],
  ['Go, monotonic', '2026-11-28 15:55:52.000000001 +0000 UTC m=+0.000012'],
  ['Python', '2026-11-28 15:55:52+00:00'],
  ['Python, logging', '2026-11-28 15:55:52,000', 'time_without_zone'],
  ['Java', '2026-11-28T16:55:52+01:00[Europe/Berlin]'],
  ['Java, Date', 'Sat Nov 28 15:55:52 GMT 2026'],
  ['.NET', '/Date(1795881352000)/'],
  ['.NET, with an offset', '/Date(1795881352000+0100)/'],
  ['ISO 8601, basic', '20261128T155552Z'],
  ['ISO 8601, a comma', '2026-11-28T15:55:52,000Z'],
  ['ISO 8601, lower case', '2026-11-28t15:55:52z'],
  ['a short offset', '2026-11-28T16:55:52+1'],
  ['UTC with an offset', '2026-11-28 16:55:52 UTC+01:00'],
  ['digits alone', '20261128155552', 'time_without_zone'],
  ['digits as a number', 20261128155552, 'time_without_zone'],
  ['single digits', '2026-11-28 15:55:52 Z'],
  ['spaces around', '  2026-11-28T15:55:52Z \n'],
  ['quotes around', '"2026-11-28T15:55:52Z"'],
  ['URL encoding', '2026-11-28T15%3A55%3A52Z'],
  ['URL encoding, a plus for the space', '2026-11-28+15:55:52', 'time_without_zone'],
  ['an offset whose plus was lost', '2026-11-28T16:55:52 01:00'],
  ['a time zone abbreviation with several meanings', '2026-11-28 15:55:52 IST', 'time_zone_unknown'],
  ['a list of one', ['2026-11-28T15:55:52Z']],
  ['epoch seconds', 1795881352, 'time_seconds'],
  ['epoch seconds, text', '1795881352', 'time_seconds'],
  ['epoch milliseconds', 1795881352000],
  ['epoch milliseconds, text', '1795881352000'],
  ['epoch microseconds (GA4)', 1795881352000000, 'time_finer_than_ms'],
  ['epoch microseconds, text', '1795881352000000', 'time_finer_than_ms'],
  ['epoch nanoseconds, text', '1795881352000000000', 'time_finer_than_ms'],
  ['epoch nanoseconds', 1795881352000000000, 'time_finer_than_ms'],
  ['a number with a plus', '+1795881352000'],
  ['thousands separated by commas', '1,795,881,352,000'],
  ['a unit', '1795881352s', 'time_seconds'],
];

const DAYS: readonly unknown[] = [
  '2026-11-28',
  '20261128',
  20261128,
  '28.11.2026',
  'Nov 28, 2026',
  '2026/11/28',
  '28-Nov-2026',
];

const NOBODY_CAN_TELL: readonly unknown[] = [
  'now',
  'lead 5',
  '08/11/2026',
  '11-08-2026 10:00',
  '2026-02-30',
  '30 Feb 2026',
  '2026-11-28 25:00:00',
  '2026-11-28 10:61',
  '2026-11',
  'Nov 2026',
  '28/11/26',
  'Order 2026-11-28',
  '2026-11-28 10:00 + 99:00',
  '2026-11-28 noon',
  '13 PM 2026-11-28',
  ' ',
  '-1',
  true,
  {},
  [],
  ['2026-11-28', '2026-11-29'],
  { $date: {} },
  { seconds: 'x' },
  '/Date(x)/',
  'Infinity',
];

const read = (timestamp: unknown) => {
  const notes: LintCode[] = [];
  const time = eventTime({ timestamp, sentAt: undefined }, NOW, (code) => {
    notes.push(code);
  });
  return { time, notes };
};

describe('S1: the time of an event', () => {
  it('is tested in at least 70 spellings', () => {
    expect(SPELLINGS.length).toBeGreaterThanOrEqual(70);
  });

  it.each(SPELLINGS)('is read in the format of %s: %j', (_, timestamp, ...notes) => {
    expect(read(timestamp)).toEqual({ time: { kind: 'ok', atMs: AT }, notes });
  });

  it.each(DAYS)('is the start of the day when there is no clock time: %j', (day) => {
    expect(read(day)).toEqual({ time: { kind: 'ok', atMs: Date.UTC(2026, 10, 28) }, notes: ['time_day_only'] });
  });

  it.each(NOBODY_CAN_TELL)("isn't guessed from %j", (timestamp) => {
    expect(read(timestamp).time).toMatchObject({ kind: 'unreadable' });
  });

  it('is read to the millisecond', () => {
    expect(read('2026-11-28 15:55:52.123 UTC').time).toEqual({ kind: 'ok', atMs: AT + 123 });
    expect(read('1795881352414000').time).toEqual({ kind: 'ok', atMs: AT + 414 });
    expect(read('2026-11-28 15:55:52.123456789+00').time).toEqual({ kind: 'ok', atMs: AT + 123 });
  });

  it('is read in every zone and on every day as JavaScript reads its ISO form', () => {
    const zones = constantFrom('America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC');

    assert(
      property(zones, integer({ min: NOW - 365 * 24 * HOUR_MS, max: NOW }), (timeZone, ms) => {
        const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
        const { time } = read(`${format.format(ms)} ${timeZone}`);

        // One hour of an autumn night occurs twice.
        const apart = time.kind === 'ok' ? Math.abs(time.atMs - Math.floor(ms / 1000) * 1000) : Number.NaN;
        return apart === 0 || apart === HOUR_MS || apart === HOUR_MS / 2;
      }),
    );
  });
});

describe("S3: the time of an event whose sender's clock is ahead", () => {
  it.each([
    ['25 hours', 25 * HOUR_MS],
    ['3 days', 72 * HOUR_MS],
    ['a year', 365 * 24 * HOUR_MS],
    ['73 years', 73 * 365 * 24 * HOUR_MS],
  ])('is corrected by sentAt: %s', (_, aheadMs) => {
    const notes: LintCode[] = [];
    const sentAt = NOW + aheadMs;

    const time = eventTime(
      { timestamp: new Date(sentAt - 5_000).toISOString(), sentAt: new Date(sentAt).toISOString() },
      NOW,
      (code) => notes.push(code),
    );

    expect(time).toEqual({ kind: 'ok', atMs: NOW - 5_000 });
    expect(notes).toEqual(['time_clock_wrong']);
  });

  it('is corrected for any clock error and any waiting time', () => {
    assert(
      property(
        integer({ min: 0, max: 50 * 365 * 24 * HOUR_MS }),
        integer({ min: 0, max: 89 * 24 * HOUR_MS }),
        (aheadMs, agoMs) => {
          expect(eventTime({ timestamp: NOW + aheadMs - agoMs, sentAt: NOW + aheadMs }, NOW)).toEqual({
            kind: 'ok',
            atMs: NOW - agoMs,
          });
        },
      ),
    );
  });

  it("is refused when sentAt doesn't reveal the clock error", () => {
    expect(eventTime({ timestamp: NOW + 25 * HOUR_MS, sentAt: NOW }, NOW)).toMatchObject({ kind: 'far_ahead' });
  });
});
