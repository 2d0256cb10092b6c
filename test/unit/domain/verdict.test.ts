import { describe, expect, it } from 'vitest';

import { outcomeHistory } from '../../../worker/domain/reports/outcome-history.ts';
import { byNeed, judged } from '../../../worker/domain/reports/verdict.ts';
import type { ConnectionFacts, SiteFacts } from '../../../worker/domain/reports/verdict.ts';
import { VERDICTS } from '../../../worker/schema/reports/overview.ts';

const connection = (over: Partial<ConnectionFacts> = {}): ConnectionFacts => ({
  enabled: true,
  hasToken: true,
  hold: null,
  rules: [],
  ...over,
});
const site = (over: Partial<SiteFacts> = {}): SiteFacts => ({
  connections: [connection()],
  held: 0,
  failed: 0,
  received: 10,
  isNew: false,
  delivered: 10,
  refused: 0,
  refusedBefore: 0,
  tokenDaysLeft: 50,
  versionDaysLeft: 300,
  others: { waiting: 0, skipped: {}, names: new Map(), settings: [], isShortLull: false },
  ...over,
});
const refused = { reason: 'token_refused', sentence: 'LinkedIn refuses the access token.' };

describe('a site', () => {
  it.each([
    ['works', {}, 'working', null, 'LinkedIn is accepting this site’s conversions.'],
    [
      'has held conversions',
      { held: 3, connections: [connection({ hold: refused })] },
      'broken',
      'token_refused',
      '3 conversions are held. LinkedIn refuses the access token.',
    ],
    [
      'has held and failed conversions',
      { held: 1, failed: 2, connections: [connection({ hold: refused })] },
      'broken',
      'token_refused',
      '1 conversion is held. LinkedIn refuses the access token. Separately, 2 conversions have failed.',
    ],
    [
      'has a rule that holds',
      {
        held: 1,
        connections: [connection({ rules: [{ ruleId: '1002', reason: 'rule_disabled', sentence: 'Disabled.' }] })],
      },
      'broken',
      'rule_disabled',
      '1 conversion is held. Rule 1002: Disabled.',
    ],
    [
      'has a rule that holds, and a failed conversion',
      {
        held: 3,
        failed: 1,
        connections: [connection({ rules: [{ ruleId: '1002', reason: 'rule_disabled', sentence: 'Disabled.' }] })],
      },
      'broken',
      'rule_disabled',
      '3 conversions are held. Rule 1002: Disabled. Separately, 1 conversion has failed.',
    ],
    [
      'has a failed conversion beside delivered ones',
      { failed: 1 },
      'attention',
      'deliveries_failed',
      'LinkedIn refused 1 conversion. See why, fix the cause, then replay it.',
    ],
    [
      'has failed conversions beside delivered ones',
      { failed: 2 },
      'attention',
      'deliveries_failed',
      'LinkedIn refused 2 conversions. See why, fix the cause, then replay them.',
    ],
    ['has only failed conversions', { failed: 3, delivered: 0 }, 'broken', 'deliveries_failed', undefined],
    ['has too few failed ones to tell', { failed: 2, delivered: 0 }, 'attention', 'deliveries_failed', undefined],
    ['has all its traffic refused', { refused: 12, received: 0, delivered: 0 }, 'broken', 'traffic_refused', undefined],
    ['has one event, refused', { refused: 1, received: 0, delivered: 0 }, 'attention', 'traffic_refused', undefined],
    ['has some traffic refused', { refused: 1 }, 'attention', 'traffic_refused', '1 event was refused and not stored.'],
    [
      'is not connected, and receives events',
      { connections: [], delivered: 0 },
      'attention',
      'not_connected',
      undefined,
    ],
    [
      'is not connected, and quiet',
      { connections: [], delivered: 0, received: 0 },
      'quiet',
      'not_connected',
      undefined,
    ],
    [
      'is not connected, and new',
      { connections: [], delivered: 0, received: 0, isNew: true },
      'quiet',
      'no_event_yet',
      'The page Set-up has the snippet for your site, and connects LinkedIn.',
    ],
    [
      'has never received an event',
      { delivered: 0, received: 0, isNew: true },
      'quiet',
      'no_event_yet',
      'The page Set-up has the snippet for your site.',
    ],
    ['is paused', { connections: [connection({ enabled: false })] }, 'attention', 'integration_disabled', undefined],
    ['has a connection that has ended', { tokenDaysLeft: -1 }, 'broken', 'reconnect_overdue', undefined],
    [
      'has a connection that ends soon',
      { tokenDaysLeft: 1 },
      'attention',
      'reconnect_due',
      'The connection to LinkedIn ends in 1 day.',
    ],
    ['uses a version that ends soon', { versionDaysLeft: 7 }, 'attention', 'version_sunset', undefined],
    [
      'has no events any more',
      { received: 0, delivered: 0 },
      'quiet',
      'no_events',
      'No events in this period, but earlier. If that is unusual, check that the snippet is on your pages.',
    ],
    [
      'has had none since its refused origin was allowed',
      { received: 0, delivered: 0, refusedBefore: 5 },
      'quiet',
      'no_events',
      '5 events were refused before the website was allowed, and can’t be recovered. Nothing has arrived since.',
    ],
    ['delivers since its refused origin was allowed', { refusedBefore: 5 }, 'working', null, undefined],
    ['delivered nothing', { delivered: 0 }, 'quiet', 'nothing_delivered', undefined],
  ] as const)('that %s', (_name, over, verdict, cause, sentence) => {
    const found = judged(site(over));

    expect(found).toMatchObject({ verdict, cause, ...(sentence !== undefined && { sentence }) });
    expect(found.sentence).not.toBe('');
  });
});

it('orders sites by verdict, then by the value at risk and by what is lost, then the busiest first', () => {
  const row = (name: string, verdict: 'broken' | 'quiet' | 'working', lost = 0, received = 0, risk = '0') => ({
    name,
    verdict,
    value_at_risk: { EUR: risk },
    held: lost,
    failed: 0,
    refused: 0,
    received,
  });
  const rows = [
    row('a', 'working', 0, 5),
    row('b', 'broken', 1),
    row('c', 'quiet'),
    row('d', 'broken', 9),
    row('e', 'working', 0, 9),
    row('f', 'broken', 1, 0, '900.00'),
  ];

  expect(byNeed(rows, VERDICTS).map(({ name }) => name)).toEqual(['f', 'd', 'b', 'c', 'e', 'a']);
});

describe('the history', () => {
  const row = { event: 'x', pending: 0, held: 0, expired: 0, erased: 0, rejected: 0, unconfirmed: 0, skipped: {} };
  const nowMs = Date.parse('2026-11-29T21:10:00Z');

  it('has a count for each day, the oldest first, and leaves out other days', () => {
    const rows = [
      { ...row, day: '2026-11-29', received: 3, delivered: 2, dead: 1 },
      { ...row, day: '2026-11-29', event: 'y', received: 1, delivered: 0, dead: 0 },
      { ...row, day: '2026-11-27', received: 5, delivered: 5, dead: 0 },
      { ...row, day: '2026-11-20', received: 9, delivered: 9, dead: 0 },
    ];

    expect(outcomeHistory(rows, { step: 'day', steps: 3, nowMs })).toEqual({
      step: 'day',
      received: [5, 0, 4],
      delivered: [5, 0, 2],
      failed: [0, 0, 1],
    });
  });

  it('has a count for each hour, across midnight', () => {
    const rows = [
      { ...row, day: '2026-11-29', hour: 21, received: 1, delivered: 1, dead: 0 },
      { ...row, day: '2026-11-28', hour: 22, received: 2, delivered: 0, dead: 0 },
    ];

    const { received } = outcomeHistory(rows, { step: 'hour', steps: 24, nowMs });
    expect([received[0], received[23]]).toEqual([2, 1]);
  });
});
