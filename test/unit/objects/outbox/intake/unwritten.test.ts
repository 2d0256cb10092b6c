import { describe, expect, it } from 'vitest';

import type { SealedEvent } from '../../../../../worker/objects/outbox/delivery.ts';
import { sealEvents } from '../../../../../worker/objects/outbox/intake/seal-events.ts';
import { Unwritten } from '../../../../../worker/objects/outbox/intake/unwritten.ts';
import { NOW } from '../../../support/an-event.ts';
import { anAccepted } from '../../../support/an-outbox.ts';
import { aReadableSeal } from '../../../support/outbox-ports.ts';

const OF_JANE = anAccepted({ messageId: 'of-jane', person: ['jane'] });
const OF_JOE = anAccepted({ messageId: 'of-joe', person: ['joe'] });

/** What is written of two events when something happens while they are sealed. */
async function writtenAfter(
  happens: (unwritten: Unwritten) => void,
  events = [OF_JANE, OF_JOE],
): Promise<SealedEvent[]> {
  const unwritten = new Unwritten();
  return unwritten.during(events, async (arriving) => {
    const sealed = await sealEvents(events, aReadableSeal);
    happens(unwritten);
    return unwritten.settle(arriving, sealed, NOW);
  });
}

const payloadsOf = (events: readonly SealedEvent[]) =>
  events.map(({ deliveries }) => deliveries.map(({ payload }) => payload.kind));

describe('an event that is being sealed', () => {
  it('is written as it is when nobody is erased meanwhile', async () => {
    expect(payloadsOf(await writtenAfter(() => undefined))).toEqual([['sealed'], ['sealed']]);
  });

  it('is written without its person when they are erased meanwhile, and those beside it as they are', async () => {
    const [ofJane, ofJoe] = await writtenAfter((unwritten) => unwritten.erase(['jane'], 'consent_withdrawn'));

    expect(ofJane).toMatchObject({ person: [], messageId: 'of-jane' });
    expect(ofJane?.deliveries[0]?.payload).toEqual({ kind: 'erased', reason: 'consent_withdrawn', atMs: NOW });
    expect(ofJoe).toMatchObject({ person: ['joe'], deliveries: [{ payload: { kind: 'sealed' } }] });
  });

  it('says nothing of who the visitor is, or of whom they are a member, once they are erased', async () => {
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

    const [written] = await writtenAfter((unwritten) => unwritten.erase(['jane'], 'erased_on_request'), [event]);

    expect(written).not.toHaveProperty('introduction');
    expect(written).not.toHaveProperty('member');
  });

  it('counts with the erasure once, however often its person is erased', async () => {
    const counts: number[] = [];
    await writtenAfter((unwritten) => {
      counts.push(unwritten.erase(['jane'], 'erased_on_request'), unwritten.erase(['jane'], 'erased_on_request'));
    });

    expect(counts).toEqual([1, 0]);
  });

  it('counts no more once it is written', async () => {
    const unwritten = new Unwritten();
    await unwritten.during([OF_JANE], async () => undefined);

    expect(unwritten.erase(['jane'], 'erased_on_request')).toBe(0);
  });
});
