import { describe, expect, it } from 'vitest';

import { readPulse } from '../../../../../worker/objects/outbox/reports/pulse-reader.ts';
import { NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, inAnOutbox, INTEGRATION, RULE } from '../../../support/an-outbox.ts';

describe('the pulse of an outbox', () => {
  it('has how long conversions have waited, with and without an entry in an index', () =>
    inAnOutbox((tables) => {
      const { sql } = tables.database;
      expect(readPulse(sql).queues).toMatchObject([
        { integrationId: INTEGRATION, ruleId: RULE, isHeld: false, isRetrying: false, oldestEnqueuedAtMs: null },
      ]);

      aDeliveryIn(tables, 'fresh');
      sql.exec(`UPDATE deliveries SET is_fresh = 1, enqueued_at_ms = ?`, NOW - 1);
      expect(readPulse(sql).queues[0]?.oldestEnqueuedAtMs).toBe(NOW - 1);

      aDeliveryIn(tables, 'settled');
      sql.exec(`UPDATE deliveries SET enqueued_at_ms = ? WHERE event_id = 'settled'`, NOW - 2);
      expect(readPulse(sql).queues[0]?.oldestEnqueuedAtMs).toBe(NOW - 2);

      sql.exec(`UPDATE deliveries SET state = 'delivered'`);
      expect(readPulse(sql).queues[0]?.oldestEnqueuedAtMs).toBeNull();
    }));

  it('tells a hold of a rule and of an integration from a retry', () =>
    inAnOutbox(({ database, queues, queue }) => {
      queues.wait(queue, { nowMs: NOW, afterMs: 5_000 });
      expect(readPulse(database.sql).queues).toMatchObject([{ isHeld: false, isRetrying: true, dueAtMs: NOW + 5_000 }]);

      queues.holdIntegration(queue, { reason: 'token_refused', nowMs: NOW, probeAfterMs: 9_000 });
      expect(readPulse(database.sql).queues).toMatchObject([{ isHeld: true }]);
    }));
});
