import { expect, it } from 'vitest';

import { inOneTurn } from '../../../../../worker/objects/event-store/in-parts.ts';
import { Hourly } from '../../../../../worker/objects/outbox/reports/hourly.ts';
import { NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, inAnOutbox } from '../../../support/an-outbox.ts';

const HOUR_MS = 3_600_000;

it('the events of complete hours are counted once, by name', () =>
  inAnOutbox((tables) => {
    const { sql } = tables.database;
    aDeliveryIn(tables, 'one', { currency: 'EUR', amount: '10.50' });
    aDeliveryIn(tables, 'two', { currency: 'EUR', amount: '2' });
    sql.exec(`UPDATE events SET facts = '{"has":"ce"}' WHERE message_id = 'one'`);
    sql.exec(
      `INSERT INTO events (message_id, type, name, happened_at_ms, received_at_ms, facts, skip_reason, deliveries)
       VALUES ('three', 'track', 'Lead', ?1, ?1, '{}', 'no_consent', '[]')`,
      NOW,
    );
    const hour = NOW / HOUR_MS;
    const hourly = new Hourly(sql);

    expect(inOneTurn(hourly.read(0, NOW + HOUR_MS - 1))).toMatchObject({ afterSeq: 0, rows: [] });
    const read = inOneTurn(hourly.read(0, NOW + HOUR_MS));
    expect(read).toMatchObject({
      isComplete: true,
      rows: [{ name: 'Lead', hour, events: 3, withClickId: 1, withoutConsent: 1, value: 12.5, valued: 2 }],
    });
    expect(inOneTurn(hourly.read(read.afterSeq, NOW + 5 * HOUR_MS)).rows).toEqual([]);
  }));
