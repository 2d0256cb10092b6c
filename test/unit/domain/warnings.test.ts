import { describe, expect, it } from 'vitest';

import { warnings } from '../../../worker/domain/delivery/warnings.ts';

describe('the warnings about what expires soon', () => {
  it.each([
    { versionDaysLeft: undefined, stages: [] },
    { versionDaysLeft: 91, stages: [] },
    { versionDaysLeft: 90, stages: [90] },
    { versionDaysLeft: 31, stages: [90] },
    { versionDaysLeft: 30, stages: [30] },
    { versionDaysLeft: 7, stages: [7] },
    { versionDaysLeft: -1, stages: [7] },
  ])('include a version with $versionDaysLeft days left at stage $stages', ({ versionDaysLeft, stages }) => {
    const told = warnings({ versionDaysLeft, reconnectDaysLeft: undefined, unconfirmed: 0 });

    expect(told.map(({ stage }) => stage)).toEqual(stages);
  });

  it.each([
    { reconnectDaysLeft: 61, stages: [] },
    { reconnectDaysLeft: 60, stages: [60] },
    { reconnectDaysLeft: 30, stages: [30] },
    { reconnectDaysLeft: 14, stages: [14] },
    { reconnectDaysLeft: 7, stages: [7] },
    { reconnectDaysLeft: 2, stages: [7] },
    { reconnectDaysLeft: 1, stages: [1] },
  ])('include a connection with $reconnectDaysLeft days left at stage $stages', ({ reconnectDaysLeft, stages }) => {
    const told = warnings({ versionDaysLeft: undefined, reconnectDaysLeft, unconfirmed: 0 });

    expect(told.map(({ stage }) => stage)).toEqual(stages);
  });

  it('use the singular for one day', () => {
    const [told] = warnings({ versionDaysLeft: undefined, reconnectDaysLeft: 1, unconfirmed: 0 });

    expect(told?.sentence).toContain('in 1 day,');
  });

  // Case L3.
  it.each([
    [0, []],
    [1, ['answers_unconfirmed 1 delivery']],
    [7, ['answers_unconfirmed 7 deliveries']],
  ])('count %i deliveries whose answer could not be read', (unconfirmed, expected) => {
    const told = warnings({ versionDaysLeft: undefined, reconnectDaysLeft: undefined, unconfirmed });

    expect(told.map(({ kind, sentence }) => `${kind} ${/\d+ \w+/.exec(sentence)?.[0]}`)).toEqual(expected);
  });
});
