import { describe, expect, it } from 'vitest';

import { LAG_DAYS, lagClass, ruleReadiness } from '../../../../worker/domain/rules/readiness.ts';
import type { RuleFacts } from '../../../../worker/domain/rules/readiness.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const DAY_MS = 86_400_000;
const of = (facts: Partial<RuleFacts>) =>
  ruleReadiness({ ruleId: '1', accepted: [], sent: [], lags: [], ...facts }, NOW);

describe('a rule has enough conversions', () => {
  it.each([
    [
      'with five in two weeks',
      [
        ['2026-11-17', 2],
        ['2026-11-30', 3],
      ],
      'enough',
      5,
      5,
    ],
    ['not with four', [['2026-11-30', 4]], 'too_few', 4, 4],
    ['not with older ones', [['2026-11-16', 9]], 'none', 0, 9],
    ['not without any', [], 'none', 0, 0],
  ] as const)('%s', (_, days, verdict, recent, month) => {
    const accepted = days.map(([day, conversions]) => ({ day, conversions }));

    expect(of({ accepted })).toMatchObject({
      verdict,
      conversions: { last_14_days: recent, last_30_days: month },
    });
  });
});

describe('the time from the click', () => {
  it.each([
    [0, 0],
    [DAY_MS, 0],
    [DAY_MS + 1, 1],
    [30 * DAY_MS, 3],
    [90 * DAY_MS + 1, LAG_DAYS.length],
    [-1, undefined],
  ])('%i ms is in class %s', (ms, expected) => {
    expect(lagClass(ms)).toBe(expected);
  });

  it('has its median in a class', () => {
    const { lag } = of({
      lags: [
        { lag: 0, conversions: 1 },
        { lag: 2, conversions: 2 },
        { lag: 6, conversions: 1 },
      ],
    });

    expect(lag).toMatchObject({ conversions: 4, half_within_days: 14 });
    expect(lag.classes.at(-1)).toEqual({ up_to_days: null, conversions: 1 });
  });

  it.each([
    ['unknown', []],
    [
      'more than 90 days',
      [
        { lag: 6, conversions: 3 },
        { lag: 0, conversions: 2 },
      ],
    ],
  ])('has no median when it is %s', (_, lags) => {
    expect(of({ lags }).lag.half_within_days).toBeNull();
  });
});

it('shares are of the conversions that were sent, whatever else they had', () => {
  const click = 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID';
  const sent = [
    { ids: ['SHA256_EMAIL', click], hasNames: true, isLead: false, conversions: 2 },
    { ids: [], hasNames: false, isLead: true, conversions: 1 },
  ];

  expect(of({ sent }).identifiers).toEqual({
    conversions: 3,
    email: 0.667,
    click_id: 0.667,
    lead: 0.333,
    names: 0.667,
  });
  expect(of({}).identifiers).toEqual({ conversions: 0, email: null, click_id: null, lead: null, names: null });
});
