import { describe, expect, it } from 'vitest';

import { Backlog } from '../../../../../worker/objects/outbox/reports/backlog.ts';
import { DAY_MS, NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, aQueue, inAnOutbox, INTEGRATION } from '../../../support/an-outbox.ts';
import type { OutboxTables } from '../../../support/an-outbox.ts';

const HOLD = { nowMs: NOW, probeAfterMs: 1_000 };

const backlogAfter = (work: (tables: OutboxTables) => void) =>
  inAnOutbox((tables) => {
    work(tables);
    return new Backlog(tables.database.sql).of(INTEGRATION, NOW);
  });

describe("an integration's backlog", () => {
  it('counts pending and failed deliveries, and those that wait for an e-mail', async () => {
    const backlog = await backlogAfter((tables) => {
      aDeliveryIn(tables, 'pending', { happened_at_ms: NOW - 5 });
      aDeliveryIn(tables, 'waiting', { state: 'waiting' });
      aDeliveryIn(tables, 'dead', { state: 'dead' });
      aDeliveryIn(tables, 'delivered', { state: 'delivered' });
      aDeliveryIn({ ...tables, queue: aQueue(tables.queues, { integrationId: 'int_2' }) }, 'of another');
    });

    expect(backlog).toMatchObject({ pending: 2, held: 0, dead: 1, waiting_for_identity: 1, hold: null });
    expect(backlog.oldest_waiting_at).toBe(new Date(NOW - 5).toISOString());
  });

  it('says which rules are held, and why', async () => {
    const backlog = await backlogAfter((tables) => {
      aDeliveryIn(tables, 'held');
      aDeliveryIn({ ...tables, queue: aQueue(tables.queues, { ruleId: '1002' }) }, 'free');
      tables.queues.holdRule(tables.queue, { reason: 'rule_unknown', ...HOLD });
    });

    expect(backlog).toMatchObject({ pending: 1, held: 1 });
    expect(backlog.rules.map(({ hold }) => hold?.reason)).toEqual(['rule_unknown', undefined]);
  });

  it('shows a hold of the whole integration', async () => {
    const backlog = await backlogAfter((tables) => {
      aDeliveryIn(tables, 'held');
      tables.queues.holdIntegration(tables.queue, { reason: 'access_denied', ...HOLD });
    });

    expect(backlog).toMatchObject({ pending: 0, held: 1, hold: { reason: 'access_denied' } });
  });

  it('counts deliveries that were accepted without confirmation in the last day', async () => {
    const backlog = await backlogAfter((tables) => {
      const row = { state: 'delivered', reason: 'unconfirmed' };
      aDeliveryIn(tables, 'today', { ...row, done_at_ms: NOW });
      aDeliveryIn(tables, 'before', { ...row, done_at_ms: NOW - 2 * DAY_MS });
    });

    expect(backlog.unconfirmed).toBe(1);
  });

  it("has LinkedIn's latest message about a refused token", async () => {
    const backlog = await backlogAfter((tables) => {
      for (const [id, message] of ['first', 'latest'].entries())
        tables.database.sql.exec(
          `INSERT INTO attempts (lane_id, started_at_ms, ended_at_ms, id, events, status, outcome, message,
             first_happened_at_ms, first_event_id, last_happened_at_ms, last_event_id)
           VALUES (?, 0, 0, ?, 1, 401, 'token_refused', ?, 0, '', 0, '')`,
          tables.queue.id,
          id,
          message,
        );
    });

    expect(backlog.token_refusal).toBe('401 latest');
  });
});
