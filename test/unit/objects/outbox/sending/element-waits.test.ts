import { describe, expect, it } from 'vitest';

import { ElementWaits } from '../../../../../worker/objects/outbox/sending/element-waits.ts';
import { NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, inAnOutbox } from '../../../support/an-outbox.ts';
import type { OutboxTables } from '../../../support/an-outbox.ts';

const MINUTE_MS = 60_000;
const ONCE = { nowMs: NOW, random: () => 0.999 };

const whileWaiting = <Result>(work: (waits: ElementWaits, tables: OutboxTables) => Result) =>
  inAnOutbox((tables) => work(new ElementWaits(tables.database.sql), tables));

const goingAt = ({ deliveries, queue }: OutboxTables, nowMs: number): string[] =>
  deliveries.pending(queue, { withoutKeys: [], atMost: 10, maxChars: 1_000, nowMs }).map(({ eventId }) => eventId);

describe('a delivery that LinkedIn put off', () => {
  it('waits by itself, and the others are sent', async () => {
    const going = await whileWaiting((waits, tables) => {
      aDeliveryIn(tables, 'beside');
      waits.begin([aDeliveryIn(tables, 'refused')], ONCE);
      return [goingAt(tables, NOW), goingAt(tables, NOW + MINUTE_MS)];
    });

    expect(going).toEqual([['beside'], ['beside', 'refused']]);
  });

  it('waits longer each time, at most 15 minutes', async () => {
    const dueAfter = await whileWaiting((waits, tables) => {
      const delivery = aDeliveryIn(tables, 'refused');
      return Array.from({ length: 12 }, () => {
        waits.begin([delivery], ONCE);
        const [row] = tables.database.sql.exec<{ due: number }>('SELECT due_at_ms AS due FROM element_waits').toArray();
        return (row?.due ?? 0) - NOW;
      });
    });

    expect(dueAfter).toEqual(dueAfter.toSorted((a, b) => a - b));
    expect(dueAfter[1]).toBeGreaterThan(dueAfter[0] ?? 0);
    expect(dueAfter.at(-1)).toBeLessThanOrEqual(15 * MINUTE_MS);
  });

  it('waits at least a second, whatever the random number', async () => {
    const going = await whileWaiting((waits, tables) => {
      waits.begin([aDeliveryIn(tables, 'refused')], { nowMs: NOW, random: () => 0 });
      return [goingAt(tables, NOW + 999), goingAt(tables, NOW + 1_000)];
    });

    expect(going).toEqual([[], ['refused']]);
  });

  it('does not wait until a time that a wrong clock set', async () => {
    const going = await whileWaiting((waits, tables) => {
      waits.begin([aDeliveryIn(tables, 'refused')], { ...ONCE, nowMs: NOW + 100 * 24 * 60 * MINUTE_MS });
      return goingAt(tables, NOW);
    });

    expect(going).toEqual(['refused']);
  });

  it('loses its wait once it has ended, and only then', async () => {
    const left = await whileWaiting((waits, tables) => {
      waits.begin([aDeliveryIn(tables, 'pending'), aDeliveryIn(tables, 'ended', { state: 'delivered' })], ONCE);
      waits.forgetEnded();
      return tables.database.sql.exec('SELECT event_id FROM element_waits').toArray();
    });

    expect(left).toEqual([{ event_id: 'pending' }]);
  });
});
