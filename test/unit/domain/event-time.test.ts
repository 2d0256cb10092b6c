import { assert, double, integer, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { eventTime } from '../../../worker/domain/collect/event-time.ts';
import { parseTime } from '../../../worker/domain/time/parse-time.ts';
import { DAY_MS, NOW } from '../support/an-event.ts';

const MINUTE_MS = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();

const TIMES: readonly [string | number, number][] = [
  ['2026-11-21T10:00:00Z', Date.UTC(2026, 10, 21, 10)],
  ['2026-11-21T10:00:00.123Z', Date.UTC(2026, 10, 21, 10, 0, 0, 123)],
  ['2026-11-21T10:00:00.123456Z', Date.UTC(2026, 10, 21, 10, 0, 0, 123)],
  ['2026-11-21T10:00Z', Date.UTC(2026, 10, 21, 10)],
  ['2026-11-21T10:00:00+01:00', Date.UTC(2026, 10, 21, 9)],
  ['2026-11-21T10:00:00-0530', Date.UTC(2026, 10, 21, 15, 30)],
  ['2026-11-21T10:00:00', Date.UTC(2026, 10, 21, 10)],
  ['2026-11-21', Date.UTC(2026, 10, 21)],
  ['2028-02-29', Date.UTC(2028, 1, 29)],
  [1795255200, 1795255200000],
  [1795255200.5, 1795255200500],
  [1795255200000, 1795255200000],
  ['1795255200', 1795255200000],
  ['1795255200000', 1795255200000],
  [' 1795255200000 ', 1795255200000],
  ['2026-11-21T10:00:00.1Z', Date.UTC(2026, 10, 21, 10, 0, 0, 100)],
  ['2026-11-21T10:00:00.123456789Z', Date.UTC(2026, 10, 21, 10, 0, 0, 123)],
  ['2026-11-21T10:00:00+00:00', Date.UTC(2026, 10, 21, 10)],
  ['2026-11-21T10:00:00-00:00', Date.UTC(2026, 10, 21, 10)],
  ['2026-11-21T10:00:00+0100', Date.UTC(2026, 10, 21, 9)],
  ['2026-11-21T10:00:00+14:00', Date.UTC(2026, 10, 20, 20)],
  ['2026-11-21T10:00:00-12:00', Date.UTC(2026, 10, 21, 22)],
  ['2026-11-21T10:00:00+05:45', Date.UTC(2026, 10, 21, 4, 15)],
  ['2026-11-21T10:00+02:00', Date.UTC(2026, 10, 21, 8)],
  ['2026-11-21T10:00', Date.UTC(2026, 10, 21, 10)],
  ['2026-11-21T10:00:00.500', Date.UTC(2026, 10, 21, 10, 0, 0, 500)],
  ['2026-11-21T00:00:00Z', Date.UTC(2026, 10, 21)],
  ['2026-11-21T23:59:59.999Z', Date.UTC(2026, 10, 21, 23, 59, 59, 999)],
  ['2026-12-31T23:59:59-05:00', Date.UTC(2027, 0, 1, 4, 59, 59)],
  ['2026-03-29T02:30:00+01:00', Date.UTC(2026, 2, 29, 1, 30)],
  ['2000-02-29T12:00:00Z', Date.UTC(2000, 1, 29, 12)],
  ['1970-01-01T00:00:01Z', 1_000],
  [1, 1_000],
  [99_999_999_999, 99_999_999_999_000],
  [100_000_000_000, 100_000_000_000],
  [1795255200000.4, 1795255200000],
  [1795255200000.6, 1795255200001],
  ['1795255200.25', 1795255200250],
  ['1795255200.0', 1795255200000],
  ['01795255200', 1795255200000],
  // RFC 3339 allows a leap second.
  ['2026-11-21T23:59:60Z', Date.UTC(2026, 10, 22)],
  ['2026-11-21T10', Date.UTC(2026, 10, 21, 10)],
  ['2026-1-5', Date.UTC(2026, 0, 5)],
  ['2026-11-21T10:00:00,5Z', Date.UTC(2026, 10, 21, 10, 0, 0, 500)],
];

const NONE: readonly (string | number)[] = [
  '',
  ' ',
  'now',
  'lead 5',
  '2026-13-01',
  '2026-11-32',
  '2026-11-21T25:00:00Z',
  '2026-02-30',
  '2026-11-31T10:00:00Z',
  '2027-02-29',
  '10000-01-01',
  '+010000-01-01T00:00:00Z',
  '-1',
  '1e3',
  '0x10',
  'Infinity',
  'NaN',
  0,
  -1,
  -1795255200000,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  'null',
  'undefined',
  'today',
  '08/11/2026',
  '2026-11-21T10:00:61Z',
  '2026-11',
  '2026-W47-6',
  '2026-325',
  '2026-00-10',
  '2026-11-00',
  '2026-11-21T24:30:00Z',
  '2026-11-21T10:60:00Z',
  '2026-11-21T10:00:00+25:00',
  '.5',
  '20260230',
  '20261131100000',
  '202611212500',
  20260230,
];

describe('a time', () => {
  // There are more in spellings/time.test.ts.
  it('is tested in at least 75 spellings', () => {
    expect(TIMES.length + NONE.length).toBeGreaterThanOrEqual(75);
  });

  it.each(TIMES)('may be written as %j', (text, ms) => {
    expect(parseTime(text)).toBe(ms);
  });

  it.each(NONE)("can't be written as %j", (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  it('is the same in seconds and in milliseconds', () => {
    // The years 2001 to 2286. Outside them the digits may also be a date and a time, such as 202611211000.
    assert(
      property(integer({ min: 1_000_000_000, max: 9_999_999_999 }), (seconds) => {
        expect(parseTime(seconds)).toBe(seconds * 1000);
        expect(parseTime(seconds * 1000)).toBe(seconds * 1000);
        expect(parseTime(String(seconds))).toBe(seconds * 1000);
      }),
    );
  });

  it('is read back from ISO 8601 unchanged', () => {
    assert(
      property(integer({ min: 0, max: Date.UTC(9999, 11, 31) }), (ms) => {
        expect(parseTime(iso(ms))).toBe(ms);
      }),
    );
  });
});

describe('the time of an event', () => {
  const at = (timestamp: unknown, sentAt?: unknown) => eventTime({ timestamp, sentAt }, NOW);
  const ok = (atMs: number) => ({ kind: 'ok', atMs });

  it.each([null, undefined])('is the time of arrival when the event says %j', (timestamp) => {
    expect(at(timestamp)).toEqual(ok(NOW));
  });

  it("is the event's own time when nothing is known about the sender's clock", () => {
    expect(at(iso(NOW - DAY_MS))).toEqual(ok(NOW - DAY_MS));
  });

  it.each([
    ['an hour behind', -60 * MINUTE_MS],
    ['an hour ahead', 60 * MINUTE_MS],
    ['right', 0],
  ])("is corrected to our clock when the sender's clock is %s", (_, skewMs) => {
    const sentAt = NOW + skewMs;

    expect(at(iso(sentAt - 5 * MINUTE_MS), iso(sentAt))).toEqual(ok(NOW - 5 * MINUTE_MS));
  });

  it.each([0, '1970-01-01T00:00:00Z', '2100-01-01T00:00:00Z', 'nonsense', '', {}, ['2026-11-21', '2026-11-22']])(
    "isn't changed by an implausible sentAt: %j",
    (sentAt) => {
      expect(at(NOW - MINUTE_MS, sentAt)).toEqual(ok(NOW - MINUTE_MS));
    },
  );

  it("isn't changed when a queue is sent again days later", () => {
    expect(at(NOW - 3 * DAY_MS, NOW - 2 * DAY_MS)).toEqual(ok(NOW - 3 * DAY_MS));
  });

  it.each([1, 5 * MINUTE_MS, DAY_MS])('becomes now when it is up to a day ahead: %i ms', (aheadMs) => {
    expect(at(NOW + aheadMs)).toEqual(ok(NOW));
  });

  it.each([NOW + DAY_MS + 1, 8_640_000_000_000_001, '9999-12-31', '5138-11-16'])(
    'is refused when it is more than a day ahead: %j',
    (timestamp) => {
      expect(at(timestamp)).toMatchObject({ kind: 'far_ahead' });
    },
  );

  it.each(['now', '', 0, -1, Number.POSITIVE_INFINITY])('is refused when it is invalid: %j', (timestamp) => {
    expect(at(timestamp)).toMatchObject({ kind: 'unreadable' });
  });

  it('is never in the future, and can always be formatted', () => {
    const aTime = oneof(integer(), double(), string(), integer({ min: 0, max: 4e12 }).map(iso), integer({ min: 0 }));

    assert(
      property(aTime, aTime, (timestamp, sentAt) => {
        const time = eventTime({ timestamp, sentAt }, NOW);

        return (
          time.kind !== 'ok' ||
          (Number.isInteger(time.atMs) && time.atMs <= NOW && !Number.isNaN(Date.parse(iso(time.atMs))))
        );
      }),
      { numRuns: 500 },
    );
  });

  it("doesn't depend on the sender's clock error, up to half a day", () => {
    assert(
      property(
        integer({ min: -DAY_MS / 2, max: DAY_MS / 2 }),
        integer({ min: 0, max: 89 * DAY_MS }),
        (skewMs, agoMs) => {
          expect(at(NOW + skewMs - agoMs, NOW + skewMs)).toEqual(ok(NOW - agoMs));
        },
      ),
    );
  });
});
