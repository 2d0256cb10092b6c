import { describe, expect, it } from 'vitest';

import { inOneTurn } from '../../../../../worker/objects/event-store/in-parts.ts';
import { Causes } from '../../../../../worker/objects/outbox/reports/causes.ts';
import { NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, inAnOutbox, INTEGRATION } from '../../../support/an-outbox.ts';
import type { OutboxTables } from '../../../support/an-outbox.ts';

const causesAfter = (work: (tables: OutboxTables) => void, filter = {}) =>
  inAnOutbox((tables) => {
    work(tables);
    const causes = inOneTurn(new Causes(tables.database.sql).of(INTEGRATION, filter));
    return causes.map(({ state, reason, deliveries, value }) => ({ state, reason, deliveries, value }));
  });

const some = (tables: OutboxTables): void => {
  aDeliveryIn(tables, 'a', { state: 'dead', reason: 'wrong', currency: 'EUR', amount: '10.00' });
  aDeliveryIn(tables, 'b', { state: 'dead', reason: 'wrong', currency: 'EUR', amount: '2.50' });
  aDeliveryIn(tables, 'c', { state: 'skipped', reason: 'no_consent' });
  aDeliveryIn(tables, 'd', { state: 'delivered' });
};

describe('the list of causes', () => {
  it('has each reason once, the most frequent first, with the deliveries that it affects', async () => {
    expect(await causesAfter(some)).toEqual([
      { state: 'dead', reason: 'wrong', deliveries: 2, value: [{ currency: 'EUR', amount: '12.5' }] },
      { state: 'skipped', reason: 'no_consent', deliveries: 1, value: [] },
    ]);
  });

  it('has the reason of a hold, and none for deliveries that are on their way', async () => {
    const causes = await causesAfter((tables) => {
      aDeliveryIn(tables, 'held');
      tables.queues.holdRule(tables.queue, { reason: 'rule_unknown', nowMs: NOW, probeAfterMs: 1_000 });
    });

    expect(causes).toMatchObject([{ state: 'held', reason: 'rule_unknown', deliveries: 1 }]);
    expect(await causesAfter((tables) => aDeliveryIn(tables, 'pending'))).toEqual([]);
  });

  it('can be limited by a filter', async () => {
    expect(await causesAfter(some, { state: 'dead' })).toHaveLength(1);
  });
});
