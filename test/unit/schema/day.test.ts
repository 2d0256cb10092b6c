import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import { Day, Instant } from '../../../worker/schema/day.ts';
import { fieldProblems } from '../../../worker/schema/field-problems.ts';
import { ReplayRequest } from '../../../worker/schema/reports/replay.ts';

const detailsOf = (schema: v.GenericSchema, value: unknown): string[] =>
  fieldProblems(v.safeParse(schema, value).issues ?? []).map(({ detail }) => detail);

const NOT_A_DAY = 'expected a day such as "2026-11-21"';
const NO_SUCH_DAY = 'expected a day that exists: this month does not have so many days';

describe('a day', () => {
  it.each([
    ['2026-02-29', NO_SUCH_DAY],
    ['2026-02-30', NO_SUCH_DAY],
    ['2026-02-31', NO_SUCH_DAY],
    ['2100-02-29', NO_SUCH_DAY],
    ['2026-11-31', NO_SUCH_DAY],
    ['2026-11-32', NO_SUCH_DAY],
    ['2026-11-00', NOT_A_DAY],
    ['2026-13-01', NOT_A_DAY],
    ['2026-00-10', NOT_A_DAY],
    ['2026-1-1', NOT_A_DAY],
    ['20261130', NOT_A_DAY],
    ['26-11-30', NOT_A_DAY],
    ['+002026-11-30', NOT_A_DAY],
    ['2026-11-30T00:00:00Z', NOT_A_DAY],
    ['2026-11-30 ', NOT_A_DAY],
    ['2026-11-30\n', NOT_A_DAY],
    ['٢٠٢٦-١١-٣٠', NOT_A_DAY],
    ['yesterday', NOT_A_DAY],
    [20_261_130, NOT_A_DAY],
  ])('%j is refused', (day, detail) => {
    expect(detailsOf(Day, day)).toEqual([detail]);
  });

  it('is accepted exactly when the calendar has it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9999 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 31 }),
        (year, month, day) => {
          const lastDay = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
          const text = [String(year).padStart(4, '0'), ...[month, day].map((n) => String(n).padStart(2, '0'))].join(
            '-',
          );

          expect(v.is(Day, text)).toBe(day <= lastDay);
        },
      ),
    );
  });

  it('in the filter of a replay exists, and is in order', () => {
    const replay = (from: string, to: string) => detailsOf(ReplayRequest, { filter: { from, to } });

    expect(replay('2026-02-30', '2026-11-30')).toEqual([NO_SUCH_DAY]);
    expect(replay('2026-11-30', '2026-11-29')).toEqual(['expected a day that is not after "to"']);
    expect(replay('2026-11-30', '2026-11-30')).toEqual([]);
  });
});

describe('a time', () => {
  it.each([
    ['2036-01-31T01:00:00+01:00', '2036-01-31T00:00:00.000Z'],
    ['2036-01-31T01:00:00+0100', '2036-01-31T00:00:00.000Z'],
    ['2036-01-31T01:00:00+01', '2036-01-31T00:00:00.000Z'],
    ['2036-01-31 01:00:00 +01:00', '2036-01-31T00:00:00.000Z'],
    ['2036-01-31T00:00:00.123456789Z', '2036-01-31T00:00:00.123Z'],
  ])('%s is read', (given, utc) => {
    expect(v.parse(Instant, given)).toBe(utc);
  });

  it.each(['2036-02-30T00:00:00Z', '2035-02-29T00:00:00+01:00', '2036-11-31 00:00:00Z'])(
    '%s is refused, because its day does not exist',
    (given) => {
      expect(detailsOf(Instant, given)).toEqual([NO_SUCH_DAY]);
    },
  );

  it.each(['2036-13-01T00:00:00Z', '2036-01-32T00:00:00Z', '2036-01-01T24:00:00Z', '2036-01-01', 'tomorrow'])(
    '%s is refused',
    (given) => {
      expect(detailsOf(Instant, given)[0]).toBe('expected a time such as "2027-01-31T00:00:00Z"');
    },
  );
});
