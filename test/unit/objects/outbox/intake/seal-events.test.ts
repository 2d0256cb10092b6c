import { describe, expect, it } from 'vitest';

import { sealEvents } from '../../../../../worker/objects/outbox/intake/seal-events.ts';
import { anAccepted, anElement } from '../../../support/an-outbox.ts';
import { aReadableSeal } from '../../../support/outbox-ports.ts';

const CONSENT = { categories: {}, policy: 'granted', country: undefined } as const;

const anIntroduction = {
  tags: ['browser'],
  person: ['jane'],
  integrationIds: ['int_1'],
  identity: { emailSha256: 'a'.repeat(64) },
  consent: CONSENT,
  hasEmail: true,
  hasNames: false,
};

describe("an event's personal data", () => {
  it('is sealed in the delivery that it belongs to', async () => {
    const events = [
      anAccepted({ messageId: 'a', to: [{ ruleId: '1001' }, { ruleId: '1002' }], introduction: anIntroduction }),
      anAccepted({ messageId: 'b' }),
      anAccepted({ messageId: 'c', to: [] }),
    ];

    const sealed = await sealEvents(events, aReadableSeal);

    const texts = sealed.map(({ deliveries }) =>
      deliveries.map(({ payload }) => (payload.kind === 'sealed' ? payload.text : undefined)),
    );
    const [a, b] = ['a', 'b'].map((eventId) => `sealed:${JSON.stringify(anElement(eventId))}`);
    expect(texts).toEqual([[a, a], [b], []]);
  });

  it("is only in the sealed text of the visitor's identity", async () => {
    const [event] = await sealEvents([anAccepted({ introduction: anIntroduction })], aReadableSeal);

    const { sealed = '', ...rest } = event?.introduction ?? {};
    expect(sealed).toContain('a'.repeat(64));
    expect(JSON.stringify(rest)).not.toContain('a'.repeat(64));
    expect(rest).not.toHaveProperty('identity');
  });

  it('is sealed under the tags by which its person can be erased', async () => {
    const asked: (readonly string[])[] = [];
    const keys = {
      ...aReadableSeal,
      seal: async (texts: Parameters<typeof aReadableSeal.seal>[0]) => {
        asked.push(...texts.map(({ tags }) => tags));
        return aReadableSeal.seal(texts);
      },
    };

    await sealEvents([anAccepted({ person: ['browser'], introduction: anIntroduction })], keys);

    expect(asked).toEqual([['browser'], ['jane']]);
  });
});
