import { describe, expect, it } from 'vitest';

import type { ConsentFacts } from '../../../../worker/domain/consent/consent.ts';
import { Consents } from '../../../../worker/objects/event-store/consents.ts';
import { inAnOutbox } from '../../support/an-outbox.ts';

const DAY = '2026-11-21';
const BESIDE = { advertising: true, analytics: false };
const SAID: ConsentFacts = { categories: BESIDE, policy: 'denied', country: 'DE' };
const ASKED = { int_1: ['advertising'] };

const inConsents = <Result>(work: (consents: Consents, rows: () => number) => Result) =>
  inAnOutbox(({ database: { sql } }) =>
    work(new Consents(sql), () => sql.exec('SELECT 1 FROM consents').toArray().length),
  );

describe("an event's consent", () => {
  it.each<[string, ConsentFacts]>([
    ['the same as its batch', SAID],
    ['more than its batch', { ...SAID, categories: { ...BESIDE, extra: true } }],
    ['otherwise than its batch', { ...SAID, categories: { ...BESIDE, analytics: true } }],
    ['less than its batch', { ...SAID, categories: { analytics: false } }],
    ['by which platform, and when', { ...SAID, source: 'didomi', said_at: '2026-11-01T00:00:00Z' }],
  ])('is read back unchanged: %s', async (_, said) => {
    const read = await inConsents((consents) => {
      const { reference } = consents.keeper(BESIDE, DAY).refer(said, ASKED);
      return consents.reader()(JSON.stringify(reference));
    });

    expect(read.asked).toEqual(ASKED);
    expect({ ...read.consent }).toEqual(expect.objectContaining({ ...said }));
  });

  it('is stored once for all events that say the same, in this request and later ones', async () => {
    const rows = await inConsents((consents, count) => {
      for (let request = 0; request < 2; request += 1) {
        const keeper = consents.keeper(BESIDE, DAY);
        for (let event = 0; event < 3; event += 1) keeper.refer(SAID, ASKED);
      }
      return count();
    });

    expect(rows).toBe(2);
  });

  it('counts towards the size of the first event that needs it', async () => {
    const bytes = await inConsents((consents) => {
      const keeper = consents.keeper(BESIDE, DAY);
      return [keeper.refer(SAID, ASKED).bytes > 0, keeper.refer(SAID, ASKED).bytes];
    });

    expect(bytes).toEqual([true, 0]);
  });

  it('is deleted when no event has said it for long, and counts as a refusal from then on', async () => {
    const read = await inConsents((consents) => {
      const { reference } = consents.keeper(BESIDE, DAY).refer(SAID, {});
      consents.forget({ usedBeforeDay: '2026-11-22' });
      return consents.reader()(JSON.stringify(reference)).consent;
    });

    expect(read).toEqual({ categories: {}, policy: 'denied', country: undefined });
  });

  it('stays while events refer to it', async () => {
    const rows = await inConsents((consents, count) => {
      consents.keeper(BESIDE, DAY).refer(SAID, {});
      consents.keeper(BESIDE, '2026-11-25').refer(SAID, {});
      consents.forget({ usedBeforeDay: '2026-11-25' });
      return count();
    });

    expect(rows).toBe(1);
  });

  it('is read from older rows, which contain all of it themselves', async () => {
    const read = await inConsents((consents) =>
      consents.reader()('{"consent":{"categories":{"a":true},"policy":"granted"},"consent_asked":{"int_1":["a"]}}'),
    );

    expect(read).toEqual({
      consent: { categories: { a: true }, policy: 'granted', country: undefined },
      asked: { int_1: ['a'] },
    });
  });
});
