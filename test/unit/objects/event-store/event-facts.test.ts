import { describe, expect, it } from 'vitest';

import { identifiedFacts, readFacts, writeFacts } from '../../../../worker/objects/event-store/event-facts.ts';
import { anAccepted } from '../../support/an-outbox.ts';

const BYTES = { sent: 1_000, name: 4, keys: [10], consent: 0 };

describe("an event's stored facts", () => {
  it('are read back unchanged', () => {
    const event = anAccepted({
      hasClickId: true,
      hasEmail: false,
      hasNames: true,
      isFirstParty: false,
      isFromServer: true,
      fields: ['properties.value', 'properties.plan', 'context.page.url'],
      lint: ['email_malformed'],
    });

    expect(readFacts(writeFacts(event, { said: 1 }, BYTES))).toEqual({
      click_id: true,
      email: false,
      names: true,
      first_party: false,
      from_server: true,
      fields: ['properties.value', 'properties.plan', 'context.page.url'],
      lint: ['email_malformed'],
    });
  });

  it('are read from older rows too', () => {
    const older = '{"click_id":true,"email":true,"names":false,"first_party":true,"fields":["properties.value"]}';

    expect(readFacts(older)).toEqual({
      click_id: true,
      email: true,
      names: false,
      first_party: true,
      from_server: false,
      fields: ['properties.value'],
      lint: [],
    });
  });

  it('leave out names of fields that do not fit', () => {
    const fields = Array.from({ length: 100 }, (_, index) => `properties.field_number_${index}`);

    const kept = readFacts(writeFacts(anAccepted({ fields }), { said: 1 }, { ...BYTES, sent: 100 })).fields;

    expect(kept.length).toBeLessThan(100);
  });

  it('say that there is an e-mail once its person has given one, and change nothing else', () => {
    const facts = writeFacts(anAccepted({ hasEmail: false, isFromServer: true }), { said: 1 }, BYTES);

    const identified = identifiedFacts(facts, { hasEmail: true, hasNames: false });

    expect(readFacts(identified)).toEqual({ ...readFacts(facts), email: true });
    expect(identifiedFacts(identified, { hasEmail: true, hasNames: false })).toBe(identified);
  });
});
