import { describe, expect, it } from 'vitest';

import { refusedFindings } from '../../../worker/domain/refusals/refused-findings.ts';
import { REFUSAL_REASONS } from '../../../worker/schema/events/refusal.ts';
import type { RefusalRow, RefusedOrigin } from '../../../worker/schema/events/refusal.ts';

const aRow = (over: Partial<RefusalRow>): RefusalRow => ({
  hour: '2026-11-28T16',
  reason: 'rate_limited',
  requests: 1,
  events: 1,
  last_at: '2026-11-28T16:42:10.000Z',
  ...over,
});

const from = (...origins: [origin: string, events: number, now?: RefusedOrigin['now']][]): RefusalRow =>
  aRow({
    reason: 'origin_not_allowed',
    events: origins.reduce((sum, [, events]) => sum + events, 0),
    origins: origins.map(([origin]) => origin),
    by_origin: origins.map(([origin, events, now = 'can_be_allowed']) => ({ origin, requests: 1, events, now })),
  });

const said = (rows: readonly RefusalRow[]) => refusedFindings(rows).map(({ code, detail }) => ({ code, detail }));

describe("the doctor's findings about refused traffic", () => {
  it('are empty when nothing was refused', () => {
    expect(said([])).toEqual([]);
  });

  it('name the origins, most frequent first, over all hours', () => {
    const rows = [from(['http://localhost:45872', 5], ['https://a.example', 6]), from(['http://localhost:45872', 7])];

    expect(said(rows)).toEqual([
      { code: 'refused_origin', detail: '18 in the last 24 hours: http://localhost:45872, https://a.example.' },
    ]);
  });

  it('leave out an origin that is allowed by now', () => {
    expect(said([from(['http://localhost:45872', 5, 'allowed'])])).toEqual([]);
    expect(said([from(['http://localhost:45872', 5, 'allowed'], ['null', 1], ['(none)', 2])])).toEqual([
      { code: 'refused_origin', detail: '3 in the last 24 hours: without an origin, a page without an address.' },
    ]);
  });

  it('name at most three, and say how many more there are', () => {
    const rows = [from(['https://a.example', 5], ['https://b.example', 4], ['https://c.example', 3], ['(other)', 2])];

    expect(refusedFindings(rows)[0]?.detail).toBe(
      '14 in the last 24 hours: https://a.example, https://b.example, https://c.example and 1 more.',
    );
  });

  it('name the invalid fields', () => {
    const by_field = [
      { field: '/timestamp', requests: 2, events: 3 },
      { field: '', requests: 1, events: 1 },
    ];

    expect(said([aRow({ reason: 'event_invalid', events: 4, by_field })])).toEqual([
      { code: 'refused_invalid', detail: '4 in the last 24 hours: /timestamp, the event itself.' },
    ]);
  });

  it('combine reasons that have the same remedy', () => {
    const rows = [aRow({ reason: 'event_too_large', events: 2 }), aRow({ reason: 'body_too_large', events: 3 })];

    expect(said(rows)).toEqual([
      {
        code: 'refused_too_large',
        detail: '5 in the last 24 hours: The body is too large, The event is too large.',
      },
    ]);
  });

  it.each(REFUSAL_REASONS)('exist for %s', (reason) => {
    const rows = reason === 'origin_not_allowed' ? [from(['https://a.example', 1])] : [aRow({ reason })];

    expect(refusedFindings(rows)).toHaveLength(1);
    expect(refusedFindings(rows)[0]?.detail).toMatch(/^1 in the last 24 hours/);
  });

  it('say how many events were refused, and when the latest was', () => {
    const [finding] = refusedFindings([aRow({ events: 2 }), aRow({ events: 3, last_at: '2026-11-28T17:01:00.000Z' })]);

    expect(finding).toMatchObject({ events: 5, lastAtMs: Date.parse('2026-11-28T17:01:00.000Z') });
  });

  it('count requests without events too', () => {
    expect(said([aRow({ reason: 'rate_limited', requests: 3, events: 0 })])).toEqual([
      { code: 'refused_rate', detail: '3 in the last 24 hours.' },
    ]);
  });
});
