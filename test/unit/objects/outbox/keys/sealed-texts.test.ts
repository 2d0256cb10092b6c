import { describe, expect, it } from 'vitest';

import { SealedTexts } from '../../../../../worker/objects/outbox/keys/sealed-texts.ts';
import { aDeliveryIn, inAnOutbox, rowOf } from '../../../support/an-outbox.ts';
import type { OutboxTables } from '../../../support/an-outbox.ts';

const KEY = '2026-11-21-0123456789abcdef';
const PLACE = { keyId: KEY, bucket: 1 };
const TEXT = `k.${KEY}-0001.box`;

const inTexts = <Result>(work: (texts: SealedTexts, tables: OutboxTables) => Result) =>
  inAnOutbox((tables) => work(new SealedTexts(tables.database.sql, tables.deliveries.states), tables));

describe('a text that is sealed under a key', () => {
  it("is found in payloads and late identities, by its bucket, with its person's tags", async () => {
    const found = await inTexts((texts, tables) => {
      aDeliveryIn(tables, 'payload', { payload: TEXT, person: 'jane browser' });
      aDeliveryIn(tables, 'late', { payload: 'k.other', late: TEXT });
      aDeliveryIn(tables, 'other bucket', { payload: `k.${KEY}-0002.box` });
      aDeliveryIn(tables, 'ended', { state: 'delivered', payload: null });
      return texts.under([PLACE], { atMost: 10 }).map(({ eventId, column, tags }) => ({ eventId, column, tags }));
    });

    expect(found).toEqual([
      { eventId: 'payload', column: 'payload', tags: ['jane', 'browser'] },
      { eventId: 'late', column: 'late', tags: [] },
    ]);
  });

  it('is found in all buckets of the key if no bucket is given, up to a limit', async () => {
    const counts = await inTexts((texts, tables) => {
      for (const bucket of ['0001', '0002', 'ffff']) aDeliveryIn(tables, bucket, { payload: `k.${KEY}-${bucket}.box` });
      const whole = [{ keyId: KEY, bucket: undefined }];
      return [10, 2].map((atMost) => texts.under(whole, { atMost }).length);
    });

    expect(counts).toEqual([3, 2]);
  });

  it('keeps its key in use until it is resealed', async () => {
    const used = await inTexts((texts, tables) => {
      aDeliveryIn(tables, 'event', { payload: TEXT });
      const before = texts.isUsed(PLACE);
      for (const text of texts.under([PLACE], { atMost: 1 })) texts.replace(text, 'anew');
      return [before, texts.isUsed(PLACE), rowOf(tables.database, 'event')?.payload];
    });

    expect(used).toEqual([true, false, 'anew']);
  });

  it('is not replaced if its delivery has ended in the meantime', async () => {
    const seen = await inTexts((texts, tables) => {
      const key = aDeliveryIn(tables, 'event', { payload: TEXT });
      const [text] = texts.under([PLACE], { atMost: 1 });
      tables.deliveries.states.erase([key], { reason: 'erased_on_request', atMs: 0 });
      return [text && texts.replace(text, 'anew'), rowOf(tables.database, 'event')?.payload];
    });

    expect(seen).toEqual([undefined, null]);
  });
});
