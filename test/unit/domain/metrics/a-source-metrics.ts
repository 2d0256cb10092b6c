import type { InstanceMetrics, SourceMetrics } from '../../../../worker/domain/metrics/families.ts';
import { NOW } from '../../support/an-event.ts';
import { aHealth, aWaitingRule, theFacts } from '../incidents/a-look.ts';

/** A source of which every metric has a number. */
const aSourceMetrics = (over: Partial<SourceMetrics> = {}): SourceMetrics => ({
  sourceId: 'src_1',
  readAtMs: NOW - 4_000,
  counters: {
    places: { sinceMs: 0, hour: '2026-11-29T18', eventSeq: 0, outcomeSeq: 0, attempts: {} },
    events: { for_conversion: 12, 'skipped:no_consent': 3, rejected: 1 },
    attempts: { 'int_1 accepted': 4, 'int_1 throttled': 1 },
    attempted: { 'int_1 accepted': 12, 'int_1 throttled': 5 },
    deliveries: { 'int_1 accepted': 11, 'int_1 failed': 1 },
    latency: { int_1: [5, 3, 2, 0, 0, 0, 0, 0, 0, 0, 1] },
    rowless: { hour: '2026-11-29T18', counted: {} },
    tally: { hour: '2026-11-29T18', counted: {} },
  },
  queues: [
    {
      integrationId: 'int_1',
      ruleId: '1001',
      isHeld: true,
      isRetrying: false,
      dueAtMs: 0,
      oldestEnqueuedAtMs: NOW - 90_500,
    },
  ],
  seen: theFacts({
    health: [aHealth({ hold: { reason: 'token_refused', sinceMs: NOW }, rules: [aWaitingRule()], failed: 2 })],
  }),
  ...over,
});

export const theMetrics = (over: Partial<InstanceMetrics> = {}): InstanceMetrics => ({
  nowMs: NOW,
  cronAtMs: NOW - 61_000,
  incidents: { critical: 1, warning: 0, info: 0 },
  sources: [aSourceMetrics()],
  ...over,
});
