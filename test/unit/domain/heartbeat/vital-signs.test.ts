import { describe, expect, it } from 'vitest';

import type { QueuePulse } from '../../../../worker/domain/heartbeat/pulse.ts';
import { vitalSigns } from '../../../../worker/domain/heartbeat/vital-signs.ts';
import type { Seen } from '../../../../worker/domain/heartbeat/vital-signs.ts';
import { NOW } from '../../support/an-event.ts';

const MINUTE_MS = 60_000;

const aQueue = (over: Partial<QueuePulse> = {}): QueuePulse => ({
  integrationId: 'int_1',
  ruleId: '1001',
  isHeld: false,
  isRetrying: false,
  dueAtMs: 0,
  oldestEnqueuedAtMs: null,
  ...over,
});
const aSource = (sourceId: string, queue: Partial<QueuePulse> = {}, alarmAtMs: number | null = null) => ({
  sourceId,
  pulse: { alarmAtMs, queues: [aQueue(queue)] },
});
const seen = (over: Partial<Seen> = {}): Seen => ({
  nowMs: NOW,
  alerts: { cronAtMs: NOW - 4 * MINUTE_MS, alarmAtMs: NOW + MINUTE_MS },
  sources: [aSource('src_1')],
  ...over,
});
const waiting = { oldestEnqueuedAtMs: NOW - 20 * MINUTE_MS };

describe('the vital signs of an installation', () => {
  it.each<[string, Partial<Seen>, string[]]>([
    ['all is well', {}, []],
    ['there is no source', { sources: [] }, []],
    [
      'no cron trigger has come',
      { alerts: { cronAtMs: null, alarmAtMs: null } },
      ['The cron trigger has not run yet. It first runs within five minutes of a deploy.'],
    ],
    [
      'the cron trigger is late',
      { alerts: { cronAtMs: NOW - 23 * MINUTE_MS, alarmAtMs: null } },
      ['The cron trigger last ran 23 minutes ago. It should run every five minutes.'],
    ],
    [
      'the alarm of the alerts is late',
      { alerts: { cronAtMs: NOW, alarmAtMs: NOW - 3 * MINUTE_MS } },
      ['The alarm of the alerts is late, so no incident is found or reported.'],
    ],
    ['the alerts are gone', { alerts: undefined }, ['The alerts do not answer, so no incident is found or reported.']],
    [
      'outboxes do not answer',
      { sources: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((sourceId) => ({ sourceId, pulse: undefined })) },
      ['a, b, c, d, e and 2 more do not answer.'],
    ],
    [
      'an alarm is late',
      { sources: [aSource('src_1', {}, NOW - 3 * MINUTE_MS)] },
      ['src_1 has conversions to send, but its alarm does not run.'],
    ],
    [
      'an alarm is lost',
      { sources: [aSource('src_1', waiting), aSource('src_2', waiting)] },
      ['src_1, src_2 have conversions to send, but their alarms do not run.'],
    ],
    [
      'the alarm runs and nothing is sent',
      { sources: [aSource('src_1', waiting, NOW + MINUTE_MS)] },
      ['src_1 has conversions that have been due for more than 15 minutes.'],
    ],
    ['a hold waits for a person', { sources: [aSource('src_1', { ...waiting, isHeld: true })] }, []],
    ['LinkedIn is tried again later', { sources: [aSource('src_1', { ...waiting, isRetrying: true })] }, []],
    ['the queue may send later', { sources: [aSource('src_1', { ...waiting, dueAtMs: NOW + MINUTE_MS })] }, []],
  ])('when %s', (_, over, problems) => {
    expect(vitalSigns(seen(over)).problems).toEqual(problems);
  });

  it('have the conversion that has waited longest, also when it is held', () => {
    const sources = [
      aSource('src_1', { oldestEnqueuedAtMs: NOW - MINUTE_MS }),
      aSource('src_2', { oldestEnqueuedAtMs: NOW - 9 * MINUTE_MS, isHeld: true }),
      aSource('src_3'),
    ];

    expect(vitalSigns(seen({ sources })).oldestWaiting).toEqual({
      sourceId: 'src_2',
      sinceMs: NOW - 9 * MINUTE_MS,
      isHeld: true,
    });
  });
});
