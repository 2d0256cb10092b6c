import { describe, expect, it } from 'vitest';

import { Health } from '../../../../../worker/objects/outbox/reports/health.ts';
import { DAY_MS, NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, inAnOutbox, INTEGRATION, RULE } from '../../../support/an-outbox.ts';

const money = (amount: string) => ({ currency: 'EUR', amount });

describe('the health of an outbox', () => {
  it('is empty without a rule queue, and quiet without deliveries', () =>
    inAnOutbox(({ database }) => {
      expect(new Health(database.sql).read(NOW)).toMatchObject([
        {
          integrationId: INTEGRATION,
          hold: null,
          failed: 0,
          accepted: 0,
          unconfirmed: 0,
          rules: [{ waiting: 0, value: [] }],
        },
      ]);
      database.sql.exec('DELETE FROM lanes');
      expect(new Health(database.sql).read(NOW)).toEqual([]);
    }));

  it('has what is held, with its value and its age', () =>
    inAnOutbox((tables) => {
      aDeliveryIn(tables, 'one', { ...money('10.50'), happened_at_ms: NOW - DAY_MS });
      aDeliveryIn(tables, 'two', money('0.10'));
      aDeliveryIn(tables, 'three', { ...money('99'), state: 'delivered' });
      tables.queues.holdIntegration(tables.queue, { reason: 'token_refused', nowMs: NOW, probeAfterMs: 1_000 });

      expect(new Health(tables.database.sql).read(NOW)).toMatchObject([
        {
          hold: { reason: 'token_refused', sinceMs: NOW },
          rules: [
            {
              ruleId: RULE,
              waiting: 2,
              oldestHappenedAtMs: NOW - DAY_MS,
              value: [{ currency: 'EUR', amount: '10.6' }],
            },
          ],
        },
      ]);
    }));

  it('counts failures, unreadable answers and accepted events of the last day', () =>
    inAnOutbox((tables) => {
      const { sql } = tables.database;
      aDeliveryIn(tables, 'failed', { state: 'dead', done_at_ms: NOW - 1 });
      aDeliveryIn(tables, 'failed before', { state: 'dead', done_at_ms: NOW - 2 * DAY_MS });
      aDeliveryIn(tables, 'unreadable', { state: 'delivered', reason: 'unconfirmed', done_at_ms: NOW - 1 });
      for (const [outcome, endedAtMs] of [
        ['accepted', NOW - 1],
        ['unconfirmed', NOW - 1],
        ['refused', NOW - 1],
        ['accepted', NOW - 2 * DAY_MS],
      ] as const)
        sql.exec(
          `INSERT INTO attempts (id, lane_id, started_at_ms, ended_at_ms, events, outcome, first_happened_at_ms,
             first_event_id, last_happened_at_ms, last_event_id) VALUES ((SELECT count(*) FROM attempts), ?, 0, ?, 7, ?, 0, '', 0, '')`,
          tables.queue.id,
          endedAtMs,
          outcome,
        );

      expect(new Health(sql).read(NOW)).toMatchObject([{ failed: 1, unconfirmed: 1, accepted: 14 }]);
    }));
});
