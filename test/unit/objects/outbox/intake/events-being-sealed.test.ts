import { describe, expect, it } from 'vitest';

import type { SealedEvent } from '../../../../../worker/objects/outbox/delivery-types.ts';
import { EventsBeingSealed } from '../../../../../worker/objects/outbox/intake/events-being-sealed.ts';
import { sealEvents } from '../../../../../worker/objects/outbox/intake/seal-events.ts';
import { NOW } from '../../../support/an-event.ts';
import { anAccepted } from '../../../support/an-outbox.ts';
import { aReadableSeal } from '../../../support/outbox-ports.ts';

const OF_JANE = anAccepted({ messageId: 'of-jane', person: ['jane'] });
const OF_JOE = anAccepted({ messageId: 'of-joe', person: ['joe'] });

/** Returns how two events are stored when something happens while they are sealed. */
async function writtenAfter(
  happens: (beingSealed: EventsBeingSealed) => void,
  events = [OF_JANE, OF_JOE],
): Promise<SealedEvent[]> {
  const beingSealed = new EventsBeingSealed();
  return beingSealed.during(events, async (arriving) => {
    const sealed = await sealEvents(events, aReadableSeal);
    happens(beingSealed);
    return beingSealed.settle(arriving, sealed, NOW);
  });
}

const payloadsOf = (events: readonly SealedEvent[]) =>
  events.map(({ deliveries }) => deliveries.map(({ payload }) => payload.kind));

describe('an event that is being sealed', () => {
  it('is stored unchanged when no one is erased in the meantime', async () => {
    expect(payloadsOf(await writtenAfter(() => undefined))).toEqual([['sealed'], ['sealed']]);
  });

  it('is stored without personal data when its person is erased in the meantime; others are unchanged', async () => {
    const [ofJane, ofJoe] = await writtenAfter((beingSealed) => beingSealed.erase(['jane'], 'consent_withdrawn'));

    expect(ofJane).toMatchObject({ person: [], messageId: 'of-jane' });
    expect(ofJane?.deliveries[0]?.payload).toEqual({ kind: 'erased', reason: 'consent_withdrawn', atMs: NOW });
    expect(ofJoe).toMatchObject({ person: ['joe'], deliveries: [{ payload: { kind: 'sealed' } }] });
  });

  it("is stored without an erased visitor's identity and memberships", async () => {
    const event = anAccepted({
      person: ['browser'],
      member: { tags: ['jane'], known: [['jane']] },
      introduction: {
        tags: ['browser'],
        person: ['jane'],
        integrationIds: ['int_1'],
        identity: {},
        consent: { categories: {}, policy: 'granted', country: undefined },
        hasEmail: true,
        hasNames: false,
      },
    });

    const [written] = await writtenAfter((beingSealed) => beingSealed.erase(['jane'], 'erased_on_request'), [event]);

    expect(written).not.toHaveProperty('introduction');
    expect(written).not.toHaveProperty('member');
  });

  it('counts once in the result of erasures, however often its person is erased', async () => {
    const counts: number[] = [];
    await writtenAfter((beingSealed) => {
      counts.push(beingSealed.erase(['jane'], 'erased_on_request'), beingSealed.erase(['jane'], 'erased_on_request'));
    });

    expect(counts).toEqual([1, 0]);
  });

  it('no longer counts once it is stored', async () => {
    const beingSealed = new EventsBeingSealed();
    await beingSealed.during([OF_JANE], async () => undefined);

    expect(beingSealed.erase(['jane'], 'erased_on_request')).toBe(0);
  });
});
