import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { sinceMark, startCounting, withProgress, withTally } from '../../../../worker/domain/metrics/counters.ts';
import type { HourMark } from '../../../../worker/domain/metrics/counters.ts';
import type { HourOutcome, Progress } from '../../../../worker/domain/metrics/progress.ts';

const aProgress = (over: Partial<Progress> = {}, hour = '2026-11-29T10'): Progress => ({
  places: { sinceMs: 0, hour, eventSeq: 0, outcomeSeq: 0, attempts: {} },
  isComplete: true,
  events: [],
  rowless: [],
  attempts: [],
  deliveries: [],
  ...over,
});
const hourNamed = (hour: number): string => `2026-11-29T${String(hour).padStart(2, '0')}`;

describe('hourly counts that are read again and again', () => {
  it('add up to every event once, however often and when they are read', () => {
    const arrivals = fc.array(
      fc.record({
        hoursLater: fc.constantFrom(0, 0, 0, 1, 2),
        outcome: fc.constantFrom('a', 'b'),
        events: fc.integer({ min: 1, max: 9 }),
        isRead: fc.boolean(),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(arrivals, (steps) => {
        const stored: HourOutcome[] = [{ hour: hourNamed(0), outcome: 'a', events: 5 }];
        let mark: HourMark = { hour: hourNamed(0), counted: { a: 5 } };
        let [hour, expected, counted] = [0, 0, 0];
        for (const { hoursLater, outcome, events, isRead } of [
          ...steps,
          { hoursLater: 0, outcome: 'a', events: 1, isRead: true },
        ]) {
          hour += hoursLater;
          stored.push({ hour: hourNamed(hour), outcome, events });
          expected += events;
          if (!isRead) continue;
          const { grown, mark: next } = sinceMark(mark, stored, hourNamed(hour));
          counted += Object.values(grown).reduce((sum, count) => sum + count, 0);
          mark = next;
        }
        expect(counted).toBe(expected);
      }),
    );
  });
});

describe('the counters of a source', () => {
  it('begin at zero, whatever was there before', () => {
    const counters = startCounting(
      aProgress({ rowless: [{ hour: '2026-11-29T10', outcome: 'rejected', events: 7 }] }),
      [{ hour: '2026-11-29T10', outcome: 'skipped:no_mapping', events: 40 }],
    );

    expect(counters).toMatchObject({ events: {}, attempts: {}, deliveries: {}, latency: {} });
    expect(
      withTally(counters, [{ hour: '2026-11-29T10', outcome: 'skipped:no_mapping', events: 42 }], '2026-11-29T10')
        .events,
    ).toEqual({
      'skipped:no_mapping': 2,
    });
  });

  it('grow by what an outbox reports', () => {
    const report = aProgress({
      events: [
        { outcome: 'for_conversion', events: 3 },
        { outcome: 'skipped:no_consent', events: 1 },
      ],
      rowless: [{ hour: '2026-11-29T10', outcome: 'skipped:duplicate', events: 2 }],
      attempts: [
        { integrationId: 'int_1', outcome: 'accepted', events: 2 },
        { integrationId: 'int_1', outcome: 'accepted', events: 1 },
      ],
      deliveries: [
        { integrationId: 'int_1', outcome: 'accepted', bucket: 0, deliveries: 2 },
        { integrationId: 'int_1', outcome: 'failed', bucket: null, deliveries: 1 },
      ],
    });
    const once = withProgress(startCounting(aProgress(), []), report);
    const twice = withProgress(once, report);

    expect(once).toMatchObject({
      events: { for_conversion: 3, 'skipped:no_consent': 1, 'skipped:duplicate': 2 },
      attempts: { 'int_1 accepted': 2 },
      attempted: { 'int_1 accepted': 3 },
      deliveries: { 'int_1 accepted': 2, 'int_1 failed': 1 },
      latency: { int_1: [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
    });
    // The hour's counts are the same as before, so they add nothing.
    expect(twice.events).toEqual({ for_conversion: 6, 'skipped:no_consent': 2, 'skipped:duplicate': 2 });
  });
});
